import { valueAt } from "../json";
import { isBufferStep, isEncrypting, isStoring } from "../sensitive-input";
import type { StepRule } from "./rule";

/**
 * A custom input is encrypted, and so are buffered keys that are stored.
 *
 * Evidence: risk. Without encryption, `$.StoredCustomerInput` contains the caller's digits.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/encrypt-data.html
 */
export const unencryptedInput: StepRule = (step) =>
  isStoring(step) && !isEncrypting(step) && (hasCustomValidation(step.parameters) || isBufferStep(step))
    ? [
        {
          path: "Parameters.InputEncryption",
          problem: "is missing, so that the caller's input is stored unencrypted",
          instead: "add the EncryptionKeyId and the certificate (Key)",
        },
      ]
    : [];

/**
 * An encrypted input has `CustomValidation`.
 *
 * Evidence: the live service rejects an encrypted input without it.
 */
export const encryptionNeedsValidation: StepRule = (step) =>
  isEncrypting(step) && !isBufferStep(step) && !hasCustomValidation(step.parameters)
    ? [
        {
          path: "Parameters.InputValidation",
          problem: "has no CustomValidation, which an encrypted input requires",
          instead: "add it, with a MaximumLength",
        },
      ]
    : [];

const hasCustomValidation = (parameters: unknown): boolean =>
  valueAt(parameters, "InputValidation.CustomValidation") !== undefined;

/**
 * Only a stored input can be encrypted.
 *
 * Evidence: risk. The author expects an encryption that does not take place.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
export const encryptionNeedsStoring: StepRule = (step) =>
  step.type === "GetParticipantInput" && !isStoring(step) && valueAt(step.parameters, "InputEncryption") !== undefined
    ? [
        {
          path: "Parameters.StoreInput",
          problem: "is not True, so that nothing is encrypted",
          instead: 'write "True"',
        },
      ]
    : [];
