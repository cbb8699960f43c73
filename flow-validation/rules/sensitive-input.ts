import { printablePath } from "../printable";
import {
  enablesBuffering,
  factsBefore,
  followsCapture,
  isBufferStep,
  isEncrypting,
  mayBuffer,
  mayLog,
  sensitiveReferences,
} from "../sensitive-input";
import type { StepRule } from "./rule";

/**
 * Flow logging is off on every path to a step that takes or uses the encrypted input.
 *
 * Evidence: risk. Flow logs contain the values that steps refer to and what functions receive and return. The setting
 * is inherited from the flow before, so it counts as on until this flow turns it off.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/set-logging-behavior.html
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-updateflowloggingbehavior.html
 */
export const loggedInput: StepRule = (step, flow) => {
  const facts = factsBefore(step, flow);
  if (!facts || !mayLog(facts)) return [];
  const [reference] = sensitiveReferences(step, facts);
  const path = isEncrypting(step) ? "Parameters.InputEncryption" : reference && printablePath(reference.path);
  return path === undefined
    ? []
    : [
        {
          path,
          problem: `${isEncrypting(step) ? "takes" : "refers to"} sensitive input while flow logging may be on`,
          instead: "lead every path to this step through UpdateFlowLoggingBehavior with Disabled",
        },
      ];
};

/**
 * The encrypted input is not copied to a contact attribute.
 *
 * Evidence: risk. The contact record keeps contact attributes for 24 months.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/ctr-data-model.html
 */
export const keptInput: StepRule = (step, flow) => {
  const facts = factsBefore(step, flow);
  if (!facts || step.type !== "UpdateContactAttributes") return [];
  return sensitiveReferences(step, facts).map(({ path }) => ({
    path: printablePath(path),
    problem: "copies sensitive input into the contact record, which keeps it for 24 months",
    instead: "set a flow attribute with UpdateFlowAttributes",
  }));
};

/**
 * Touchtone buffering is off before an encrypted input and after it. "Stop and Clear", which encrypts the buffered keys
 * that it stores, may follow buffering.
 *
 * Evidence: risk. The buffer keeps keys that the caller presses too early, too late or too often, and the next step takes
 * them as its input, without encryption.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/set-touchtone-buffer-behavior.html
 */
export const bufferedInput: StepRule = (step, flow) => {
  const facts = factsBefore(step, flow);
  if (!facts) return [];
  if (isEncrypting(step) && !isBufferStep(step) && (mayBuffer(facts) || enablesBuffering(step))) {
    return [
      {
        path: "Parameters.InputEncryption",
        problem:
          "takes sensitive input while touchtone buffering may be on, so that the next step can take keys from it",
        instead: 'lead every path to this step through a step with EnableDTMFBuffer "false"',
      },
    ];
  }
  return enablesBuffering(step) && followsCapture(facts)
    ? [
        {
          path: "Parameters.EnableDTMFBuffer",
          problem: "turns touchtone buffering on after sensitive input, of which the caller may still press keys",
          instead: "leave it off after the input, or turn it on in another flow",
        },
      ]
    : [];
};
