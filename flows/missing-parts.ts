import { PROBLEMS_OF } from "../contract/field";
import { OUTCOMES } from "../contract/outcomes";

/** Where a language has its voice and its texts. */
const PARTS: readonly string[] = [
  ...["voice.name", "voice.engine", "choose", "chooseAgent", "welcome"],
  ...Object.entries(PROBLEMS_OF).flatMap(([kind, problems]) =>
    [...(kind === "digits" ? [] : ["ask"]), ...problems].map((name) => `fields.${kind}.${name}`),
  ),
  ...OUTCOMES.filter((outcome) => outcome !== "agent-requested").map((outcome) => `outcomes.${outcome}`),
  ...["outcomes.acceptedWithoutCard", "transfer", "transferFailed", "callAgain", "goodbye"],
];

/** What a language lacks, for those who run it without having compiled it. */
export const missingParts = (language: unknown): string[] =>
  PARTS.filter((path) => path.split(".").reduce(partOf, language) === undefined);

const partOf = (whole: unknown, name: string): unknown => (whole as Record<string, unknown> | null | undefined)?.[name];
