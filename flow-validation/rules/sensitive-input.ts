import { printablePath } from "../printable";
import { factsBefore, isEncrypting, mayLog, sensitiveReferences } from "../sensitive-input";
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
