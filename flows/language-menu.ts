import type { Languages, Steps } from "./by-language";
import { speak } from "./prompts";
import { chooseByKey, loop, playPrompt, setFlowAttributes, setVoice } from "./steps";

const ATTEMPTS = 3;
const TIME_LIMIT_SECONDS = 5;
const AGENT_KEY = "0";

export interface LanguageMenuProps {
  languages: Languages;
  /** whether a person is there for callers who press 0 */
  offersAgent: boolean;
  to: { next: string; exhausted: string; agent: string; fault: string };
}

/** Where the steps begin that decide on the language. */
export const LANGUAGE_STEP = "language";

/** A menu where there are several languages, each named in its own voice; then the voice of the chosen one. */
export function languageMenu({ languages, offersAgent, to }: LanguageMenuProps): Steps {
  const [first, ...others] = languages;
  if (others.length === 0) return { [LANGUAGE_STEP]: setVoice(first.voice, { next: to.next }) };

  const steps: Steps = {
    [LANGUAGE_STEP]: loop(ATTEMPTS, { again: `menu-voice-${first.code}`, done: "menu-exhausted" }),
    // Who has chosen no language hears the first one, and in its voice: the menu's last one is another's.
    "menu-exhausted": setVoice(first.voice, { next: to.exhausted }),
    "menu-agent": setVoice(first.voice, { next: to.agent }),
    "menu-fault": setVoice(first.voice, { next: to.fault }),
  };
  languages.forEach(({ code, voice, choose, chooseAgent }, index) => {
    const following = languages[index + 1];
    const prompt = speak([choose, offersAgent ? chooseAgent : ""], { key: String(index + 1) });
    steps[`menu-voice-${code}`] = setVoice(voice, { next: `menu-${code}` });
    // Only the last one takes a key: a step speaks with one voice, and Connect ignores keys while a prompt is played.
    steps[`menu-${code}`] = following
      ? playPrompt(prompt, { next: `menu-voice-${following.code}` })
      : chooseByKey(
          { prompt, timeLimitSeconds: TIME_LIMIT_SECONDS },
          {
            keys: {
              ...Object.fromEntries(languages.map((language, at) => [String(at + 1), `language-${language.code}`])),
              [AGENT_KEY]: "menu-agent",
            },
            none: LANGUAGE_STEP,
            other: LANGUAGE_STEP,
            error: "menu-fault",
          },
        );
    steps[`language-${code}`] = setFlowAttributes({ language: code }, { next: `voice-${code}`, error: to.fault });
    steps[`voice-${code}`] = setVoice(voice, { next: to.next });
  });
  return steps;
}
