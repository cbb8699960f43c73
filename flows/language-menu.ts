import { FLOW_ATTRIBUTES } from "../contract/flow-attributes";
import { speak } from "./prompts";
import type { SpokenLanguages } from "./spoken-language";
import { chooseByKey, loop, playPrompt, type Steps, setFlowAttributes, setVoice } from "./steps";

const ATTEMPTS = 3;
const TIME_LIMIT_SECONDS = 5;
const AGENT_KEY = "0";

export interface LanguageMenuProps {
  languages: SpokenLanguages;
  /** whether callers who press 0 are connected with an agent */
  offersAgent: boolean;
  to: { next: string; exhausted: string; agent: string; error: string };
}

/** The first step of the menu. */
export const LANGUAGE_STEP = "language";

/** Sets the voice. With several languages, a menu comes first that names each language in its own voice. */
export function languageMenu({ languages, offersAgent, to }: LanguageMenuProps): Steps {
  const [first, ...others] = languages;
  if (others.length === 0) return { [LANGUAGE_STEP]: setVoice(first.voice, { next: to.next }) };

  const steps: Steps = {
    [LANGUAGE_STEP]: loop(ATTEMPTS, { again: `menu-voice-${first.code}`, done: "menu-exhausted" }),
    // Callers who have chosen no language hear the first one. The menu has set the voice of the last one.
    "menu-exhausted": setVoice(first.voice, { next: to.exhausted }),
    "menu-agent": setVoice(first.voice, { next: to.agent }),
    "menu-fault": setVoice(first.voice, { next: to.error }),
  };
  languages.forEach(({ code, voice, choose, chooseAgent }, index) => {
    const following = languages[index + 1];
    const prompt = speak([choose, offersAgent ? chooseAgent : ""], { key: String(index + 1) });
    steps[`menu-voice-${code}`] = setVoice(voice, { next: `menu-${code}` });
    // Only the last prompt accepts a key: a step has one voice, and Connect ignores keys while "Play prompt" speaks.
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
    steps[`language-${code}`] = setFlowAttributes(
      { [FLOW_ATTRIBUTES.language]: code },
      { next: `voice-${code}`, error: to.error },
    );
    steps[`voice-${code}`] = setVoice(voice, { next: to.next });
  });
  return steps;
}
