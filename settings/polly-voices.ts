/** The engines that a flow can choose. Amazon Polly also has `long-form`, but Amazon Connect does not. */
export const VOICE_ENGINES = ["standard", "neural", "generative"] as const;
export type VoiceEngine = (typeof VOICE_ENGINES)[number];

const ENGINES: Readonly<Record<string, VoiceEngine>> = { s: "standard", n: "neural", g: "generative" };

/**
 * The voices of Amazon Polly by language, with the first letters of their engines.
 *
 * Source: "Available voices" in the Amazon Polly developer guide,
 * https://docs.aws.amazon.com/polly/latest/dg/available-voices.html, and the enum `VoiceId` of the AWS SDK 3.1142.0, read
 * in November 2026. AWS adds voices, and adds the generative engine to voices, several times a year.
 */
const VOICES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "ar-AE": { Hala: "n", Zayd: "n" },
  arb: { Zeina: "s" },
  "ca-ES": { Arlet: "n" },
  "cmn-CN": { Zhiyu: "sn" },
  "cs-CZ": { Jitka: "n" },
  "cy-GB": { Gwyneth: "s" },
  "da-DK": { Mads: "s", Naja: "s", Sofie: "n" },
  "de-AT": { Hannah: "ng" },
  "de-CH": { Sabrina: "ng" },
  "de-DE": { Daniel: "ng", Hans: "s", Lennart: "g", Marlene: "s", Vicki: "sng" },
  "en-AU": { Nicole: "s", Olivia: "ng", Russell: "s" },
  "en-GB": { Amy: "sng", Arthur: "n", Brian: "sng", Emma: "sn", Hala: "n", Zayd: "n" },
  "en-GB-WLS": { Geraint: "s" },
  "en-IE": { Niamh: "ng" },
  "en-IN": { Aditi: "s", Kajal: "ng", Raveena: "s" },
  "en-NZ": { Aria: "ng" },
  "en-SG": { Jasmine: "ng" },
  "en-US": {
    ...{ Danielle: "ng", Gregory: "n", Ivy: "sn", Joanna: "sng", Joey: "sn", Justin: "sn", Kendra: "sn", Kevin: "sn" },
    ...{ Kimberly: "sn", Matthew: "sng", Ruth: "ng", Salli: "sng", Stephen: "ng", Tiffany: "g" },
  },
  "en-ZA": { Ayanda: "ng" },
  "es-ES": { Conchita: "s", Enrique: "s", Lucia: "sng", Sergio: "ng" },
  "es-MX": { Andres: "ng", Mia: "sng" },
  "es-US": { Lupe: "sng", Miguel: "s", Pedro: "ng", Penelope: "s" },
  "fi-FI": { Suvi: "n" },
  "fr-BE": { Isabelle: "ng" },
  "fr-CA": { Chantal: "s", Gabrielle: "ng", Liam: "ng" },
  "fr-FR": { Ambre: "g", Celine: "s", Florian: "g", Lea: "sng", Mathieu: "s", Remi: "ng" },
  "hi-IN": { Aditi: "s", Kajal: "ng" },
  "is-IS": { Dora: "s", Karl: "s" },
  "it-IT": { Adriano: "n", Beatrice: "g", Bianca: "sng", Carla: "s", Giorgio: "s", Lorenzo: "g" },
  "ja-JP": { Kazuha: "n", Mizuki: "s", Takumi: "sn", Tomoko: "n" },
  "ko-KR": { Jihye: "n", Seoyeon: "sng" },
  "nb-NO": { Ida: "n", Liv: "s" },
  "nl-BE": { Lisa: "ng" },
  "nl-NL": { Laura: "ng", Lotte: "s", Ruben: "s" },
  "pl-PL": { Ewa: "s", Jacek: "s", Jan: "s", Maja: "s", Ola: "ng" },
  "pt-BR": { Camila: "sng", Ricardo: "s", Thiago: "n", Vitoria: "sn" },
  "pt-PT": { Cristiano: "s", Ines: "sn" },
  "ro-RO": { Carmen: "s" },
  "ru-RU": { Maxim: "s", Tatyana: "s" },
  "sv-SE": { Astrid: "s", Elin: "n" },
  "tr-TR": { Burcu: "n", Filiz: "s" },
  "yue-CN": { Hiujin: "n" },
};

/** Codes under which Polly lists a language that is commonly written in another way. */
const ALIASES: Readonly<Record<string, string>> = { ar: "arb", no: "nb", zh: "cmn" };

const baseOf = (code: string): string => {
  const [base = ""] = code.toLowerCase().split("-");
  return ALIASES[base] ?? base;
};

/** The languages that a voice speaks. Empty for an unknown voice. */
export const languagesOfVoice = (name: string): string[] =>
  Object.keys(VOICES).filter((language) => Object.hasOwn(VOICES[language] ?? {}, name));

/** Engines of a voice, as far as they are known. Empty for an unknown voice. */
export function enginesOfVoice(name: string): VoiceEngine[] {
  const [language = ""] = languagesOfVoice(name);
  return [...(VOICES[language]?.[name] ?? "")].flatMap((letter) => ENGINES[letter] ?? []);
}

/** Whether a voice speaks a language, in any regional variant: `Amy`, who is British, speaks `en-US`. */
export const speaksLanguage = (name: string, code: string): boolean =>
  languagesOfVoice(name).some((language) => baseOf(language) === baseOf(code));

/** The voices for a language: those of its own variant, or of every variant where it has none. */
export function voicesForLanguage(code: string): string[] {
  const exact = Object.keys(VOICES[code] ?? {});
  if (exact.length > 0) return exact;
  const all = Object.keys(VOICES).filter((language) => baseOf(language) === baseOf(code));
  return [...new Set(all.flatMap((language) => Object.keys(VOICES[language] ?? {})))];
}
