import { z } from "zod";
import type { SettingProblem } from "./messages";

/** AWS's limit for one resource. */
const MAX_TAGS = 50;
/** S3's limit for one object. */
const MAX_OBJECT_TAGS = 10;
const MAX_KEY_CHARACTERS = 128;
const MAX_VALUE_CHARACTERS = 256;

/** The characters that every service of the stack accepts, as IAM, Systems Manager and Amazon Connect document them. */
const CHARACTERS = /^[\p{L}\p{N}\p{Z}_.:/=+@-]*$/u;
const CHARACTERS_IN_WORDS = "letters, digits, spaces and _ . : / = + - @";
/** AWS Signer documents this pattern for the keys of a signing profile's tags. */
const SIGNER_KEY = /^[a-zA-Z+-=._:/]+$/;

export const Tags = z.record(z.string(), z.string("must be a string"));

/** The tags of every resource that can have tags. A configured tag replaces a default one with the same key. */
export const stackTags = ({ stage, tags }: TaggedSettings): Record<string, string> => ({
  Project: "connect-secure-ivr",
  Stage: stage,
  ...tags,
});

interface TaggedSettings {
  stage: string;
  tags: Readonly<Record<string, string>>;
}

/** Finds tags that AWS would reject during an apply, after some of the resources were created. */
export function tagProblems(settings: TaggedSettings & { function: { codeSigning?: unknown } }): SettingProblem[] {
  const isSigned = settings.function.codeSigning !== undefined;
  const all = stackTags(settings);
  const limit = isSigned ? MAX_OBJECT_TAGS : MAX_TAGS;
  if (Object.keys(all).length > limit) {
    const reason = isSigned ? "S3 allows for an object, and the code to sign is one" : "AWS allows for a resource";
    const message = `must have at most ${limit - 2} tags: with Project and Stage these are the ${limit} that ${reason}`;
    return [{ path: ["tags"], message }];
  }
  const keys = Object.keys(all);
  return Object.entries(settings.tags).flatMap(([key, value]): SettingProblem[] => {
    const twin = keys.find((other) => other !== key && other.toLowerCase() === key.toLowerCase());
    const message = keyProblem(key, isSigned) ?? valueProblem(value);
    if (message) return [{ path: ["tags", key], message }];
    return twin === undefined
      ? []
      : [{ path: ["tags", key], message: `differs only in case from the tag ${twin}, which IAM does not allow` }];
  });
}

function keyProblem(key: string, isSigned: boolean): string | undefined {
  if (key === "") return "must have a name";
  if (/^aws:/i.test(key)) return 'must not begin with "aws:", which AWS reserves';
  if (lengthOf(key) > MAX_KEY_CHARACTERS) return `must have a name of at most ${MAX_KEY_CHARACTERS} characters`;
  if (!CHARACTERS.test(key)) return `must have a name of ${CHARACTERS_IN_WORDS}`;
  if (isSigned && !SIGNER_KEY.test(key)) {
    return "must have a name of the letters a to z, digits and _ . : / = + -, because AWS Signer accepts no others";
  }
  return undefined;
}

function valueProblem(value: string): string | undefined {
  if (lengthOf(value) > MAX_VALUE_CHARACTERS) return `must have at most ${MAX_VALUE_CHARACTERS} characters`;
  return CHARACTERS.test(value) ? undefined : `must consist of ${CHARACTERS_IN_WORDS}`;
}

const lengthOf = (text: string): number => [...text].length;
