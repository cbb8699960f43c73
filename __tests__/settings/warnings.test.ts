import { LANGUAGE_CODES, loadLanguage } from "../../flows/language-pack";
import { CONNECT_REGIONS, REGIONS_WITHOUT_CONNECT } from "../../settings/aws-regions";
import { enginesOfVoice, languagesOfVoice, speaksLanguage, voicesForLanguage } from "../../settings/polly-voices";
import { parseSettings } from "../../settings/settings";
import { settingsWarnings } from "../../settings/warnings";

const warningsFor = (config: object) => settingsWarnings(parseSettings(config, "test"));

it("says nothing about settings that are known to work", () => {
  expect(warningsFor({})).toEqual([]);
  const prompts = { "en-US": { voice: { name: "Ruth", engine: "generative" } } };
  expect(warningsFor({ region: "us-gov-west-1", prompts })).toEqual([]);
});

it("warns of a Region that is in no list", () => {
  expect(warningsFor({ region: "eusc-de-east-1" })).toEqual([
    `Whether the Region eusc-de-east-1 has Amazon Connect is unknown. These Regions have it: ${CONNECT_REGIONS.join(", ")}.`,
  ]);
});

it("warns of a voice, and of a generative engine, that the list does not contain", () => {
  const remedy =
    "Callers hear Amazon Connect's default voice if Amazon Polly does not have it. The list is in settings/polly-voices.ts.";
  expect(warningsFor({ prompts: { "en-US": { voice: { name: "Xenia" } } } })).toEqual([
    `The setting prompts.en-US.voice names Xenia, an unknown voice. ${remedy}`,
  ]);
  expect(warningsFor({ prompts: { "en-US": { voice: { name: "Gregory", engine: "generative" } } } })).toEqual([
    `The setting prompts.en-US.voice asks for the generative engine, which the voice Gregory is not known to have. ${remedy}`,
  ]);
});

it("no Region is in both lists", () => {
  expect(new Set([...CONNECT_REGIONS, ...REGIONS_WITHOUT_CONNECT]).size).toBe(
    CONNECT_REGIONS.length + REGIONS_WITHOUT_CONNECT.length,
  );
});

it.each(LANGUAGE_CODES)("the voice of %s speaks it", (code) => {
  const { name, engine } = loadLanguage(code).voice;
  expect(speaksLanguage(name, code)).toBe(true);
  expect(enginesOfVoice(name)).toContain(engine);
});

it("knows the languages and engines of voices", () => {
  expect(languagesOfVoice("Kajal")).toEqual(["en-IN", "hi-IN"]);
  expect(enginesOfVoice("Kajal")).toEqual(["neural", "generative"]);
  expect(voicesForLanguage("en-GB")).toContain("Amy");
  expect(voicesForLanguage("zh-CN")).toEqual(["Zhiyu"]);
  expect(voicesForLanguage("ar-SA")).toEqual(["Hala", "Zayd", "Zeina"]);
  expect(voicesForLanguage("xx-XX")).toEqual([]);
  expect([speaksLanguage("Zhiyu", "zh-CN"), speaksLanguage("Amy", "en-US"), speaksLanguage("Amy", "de-DE")]).toEqual([
    ...[true, true, false],
  ]);
});
