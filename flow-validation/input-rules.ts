import { type Finding, finding, shown } from "./flow-problem";
import { at, textAt } from "./json";
import type { FlowStep } from "./read-flow";
import { inRange, isReference, oneOf, wholeNumber } from "./values";

export const PROMPT = { Text: false, SSML: false, PromptId: false, Media: false };

export function onePrompt({ type, parameters }: FlowStep): Finding[] {
  const prompts = Object.keys(PROMPT);
  const given = prompts.filter((name) => Object.hasOwn(parameters, name));
  // The documentation has the prompt of an input as optional.
  return given.length === 1 || (given.length === 0 && type === "GetParticipantInput")
    ? []
    : [
        finding(
          "one-prompt",
          "Parameters",
          `has ${given.join(" and ") || "no prompt"}`,
          `write one of ${prompts.join(", ")}`,
        ),
      ];
}

export const isStoring = ({ type, parameters }: FlowStep): boolean =>
  type === "GetParticipantInput" && /^true$/i.test(textAt(parameters, "StoreInput") ?? "");

export const isEncrypting = (step: FlowStep): boolean =>
  isStoring(step) && at(step.parameters, "InputEncryption") !== undefined;

export function inputFindings(step: FlowStep): Finding[] {
  const termination = textAt(step.parameters, "DTMFConfiguration.InputTerminationSequence") ?? "";
  return [
    ...onePrompt(step),
    ...inRange(step, "DTMFConfiguration.InterdigitTimeLimitSeconds", 1, 20),
    ...(termination.length > 5 && !isReference(termination)
      ? [
          finding(
            "termination",
            "Parameters.DTMFConfiguration.InputTerminationSequence",
            "is longer than 5 keys",
            "write at most 5",
          ),
        ]
      : []),
    ...oneOf(step, "DTMFConfiguration.DisableCancelKey", ["True", "False"]),
    ...oneOf(step, "StoreInput", ["True", "False"]),
    ...(isStoring(step) ? storingFindings(step) : choosingFindings(step)),
  ];
}

/** A step that stores takes digits; the service refuses conditions on it, and nearly every error. */
function storingFindings(step: FlowStep): Finding[] {
  const { parameters, branches } = step;
  const validation = "Parameters.InputValidation";
  const byNumber = at(parameters, "InputValidation.PhoneNumberValidation") !== undefined;
  const custom = at(parameters, "InputValidation.CustomValidation") !== undefined;
  const encryption = at(parameters, "InputEncryption");
  const certificate = textAt(encryption, "Key");
  const errors = ["NoMatchingError", ...(byNumber ? ["InvalidPhoneNumber"] : [])];
  return [
    // A step that chooses may wait for longer: exported flows have 300 there.
    ...inRange(step, "InputTimeLimitSeconds", 1, 180),
    ...branches.filter(({ kind }) => kind === "condition").map(({ path }) => refusedCondition(path)),
    ...branches
      .filter(({ kind, errorType }) => kind === "error" && errorType && !errors.includes(errorType))
      .map(({ path, errorType }) => refusedError(path, errorType)),
    ...(byNumber || custom || encryption !== undefined
      ? []
      : [finding("missing-parameter", validation, "is missing", "write CustomValidation or PhoneNumberValidation")]),
    ...(custom && encryption === undefined
      ? [
          finding(
            "unencrypted-input",
            "Parameters.InputEncryption",
            "is missing: what the caller types is stored in clear",
            "write the EncryptionKeyId and the certificate (Key) to encrypt it with",
          ),
        ]
      : []),
    ...(encryption !== undefined && !custom
      ? [finding("encryption-needs-validation", validation, "has no CustomValidation", "add it, with a MaximumLength")]
      : []),
    ...wholeNumber(step, "InputValidation.CustomValidation.MaximumLength"),
    ...(custom && at(parameters, "InputValidation.CustomValidation.MaximumLength") === undefined
      ? [finding("missing-parameter", `${validation}.CustomValidation.MaximumLength`, "is missing", "write it")]
      : []),
    ...(encryption !== undefined && at(encryption, "EncryptionKeyId") === undefined
      ? [finding("missing-parameter", "Parameters.InputEncryption.EncryptionKeyId", "is missing", "write the key's id")]
      : []),
    ...(encryption !== undefined && !(certificate && isCertificate(certificate))
      ? [
          finding(
            "certificate",
            "Parameters.InputEncryption.Key",
            "is not a certificate in PEM form",
            "write the whole certificate, from -----BEGIN CERTIFICATE----- on",
          ),
        ]
      : []),
  ];
}

const isCertificate = (text: string) => text.includes("-----BEGIN CERTIFICATE-----") || isReference(text);

function choosingFindings({ parameters, branches }: FlowStep): Finding[] {
  const errors = branches.map(({ errorType }) => errorType);
  return [
    ...(at(parameters, "InputEncryption") === undefined
      ? []
      : [
          finding(
            "encryption-needs-storing",
            "Parameters.StoreInput",
            "is not True, so nothing is encrypted",
            'write "True"',
          ),
        ]),
    ...branches
      .filter(
        ({ kind, operator, operands: [key] = [] }) =>
          kind === "condition" && (operator !== "Equals" || (typeof key === "string" && key.length > 1)),
      )
      .map(({ path }) =>
        finding(
          "one-key",
          path.replace(/\.NextAction$/, ".Condition"),
          "does not compare one key",
          'write Equals and one key, such as "1"',
        ),
      ),
    ...["InputTimeLimitExceeded", "NoMatchingCondition"]
      .filter((type) => !errors.includes(type))
      .map((type) => finding("missing-error", "Transitions.Errors", `do not have ${type}`, `add where ${type} leads`)),
  ];
}

export const refusedError = (path: string, errorType = "") =>
  finding("refused-error", path.replace(/\.NextAction$/, ""), `${shown(errorType)} is refused here`, "leave it out");

export const refusedCondition = (path: string) =>
  finding("refused-condition", path.replace(/\.NextAction$/, ""), "a condition is refused here", "leave it out");
