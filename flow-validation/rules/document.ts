import { extendedPath, isObject, type JsonObject, MAX_DEPTH } from "../json";
import { memoize } from "../memoize";
import { printablePath } from "../printable";
import { containsPrivateKey } from "../private-key";
import { isFlowLanguage, MAX_ACTIONS } from "../read-flow";
import type { DocumentRule, Finding } from "./rule";

/**
 * No string of a flow contains a private key.
 *
 * Evidence: risk. Everyone who can read the flow could decrypt the callers' input.
 */
export const privateKey: DocumentRule = (content) => {
  // The search string by string takes longer, and almost no flow needs it.
  if (content === undefined || !containsPrivateKey(jsonOf(content))) return [];
  const findings: Finding[] = [];
  const add = (path: string) => {
    findings.push({
      path: printablePath(path),
      problem: "CONTAINS A PRIVATE KEY, so that everyone who can read the flow can decrypt the callers' input",
      instead:
        "remove it, replace the key pair and its certificate with a new key pair, and keep its private key secret",
    });
  };
  const search = (value: unknown, path: string): void => {
    if (typeof value === "string" && containsPrivateKey(value)) add(path);
    if (Array.isArray(value)) for (const [index, inner] of value.entries()) search(inner, extendedPath(path, index));
    if (!isObject(value)) return;
    for (const [name, inner] of Object.entries(value)) {
      if (containsPrivateKey(name)) add(path);
      search(inner, extendedPath(path, name));
    }
  };
  search(content, "");
  return findings;
};

/**
 * The input is a JSON object.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-example.html
 */
export const notAFlow: DocumentRule = (content) =>
  content === undefined
    ? [
        {
          path: "$",
          problem: `is not a flow, or is nested more than ${MAX_DEPTH} levels deep`,
          instead: "use the content of a flow, a JSON object with Version and Actions",
        },
      ]
    : [];

/**
 * The input has the flow language, not the console's older export format. The API accepts only the flow language.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language.html
 */
export const oldFormat: DocumentRule = (content) =>
  content === undefined || isFlowLanguage(content)
    ? []
    : [
        {
          path: "modules",
          problem: "is the console's older export format, not the flow language 2019-10-30",
          instead:
            "open the flow in the console and export it again, or use what aws connect describe-contact-flow returns",
        },
      ];

/**
 * `Version` is 2019-10-30, the only version of the flow language.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-example.html
 */
export const wrongVersion: DocumentRule = (content) =>
  isFlowLanguage(content) && content.Version !== "2019-10-30"
    ? [{ path: "Version", problem: "is not the version of the flow language", instead: 'write "2019-10-30"' }]
    : [];

/**
 * `Actions` is a list.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-example.html
 */
export const actionsNotAList: DocumentRule = (content) =>
  isFlowLanguage(content) && !Array.isArray(content.Actions)
    ? [{ path: "Actions", problem: "is not a list", instead: "write the list of the flow's actions" }]
    : [];

/**
 * A flow has at most 250 actions.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-example.html
 */
export const tooManyActions: DocumentRule = (content) =>
  isFlowLanguage(content) && Array.isArray(content.Actions) && content.Actions.length > MAX_ACTIONS
    ? [
        {
          path: "Actions",
          problem: `has ${content.Actions.length} actions`,
          instead: `use at most ${MAX_ACTIONS}, and move the others to a module`,
        },
      ]
    : [];

const MAX_CHARACTERS = 256_000;

/**
 * The content of a flow has at most 256,000 characters.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/API_CreateContactFlow.html
 */
export const tooLong: DocumentRule = (content) =>
  isFlowLanguage(content) && jsonOf(content).length > MAX_CHARACTERS
    ? [{ path: "$", problem: `has more than ${MAX_CHARACTERS} characters`, instead: "move some steps to a module" }]
    : [];

const jsonOf = memoize((content: JsonObject) => JSON.stringify(content));
