import * as branches from "./branches";
import * as certificates from "./certificates";
import * as document from "./document";
import * as encryption from "./encryption";
import * as form from "./form";
import * as parameters from "./parameters";
import * as references from "./references";
import type { DocumentRule, FlowRule, StepRule } from "./rule";
import * as sensitiveInput from "./sensitive-input";
import * as skippedChecks from "./skipped-checks";

/*
 * Every rule and its name. The doc comment of a rule states its evidence: a page of AWS's documentation, "the live
 * service rejects it", or a risk to an encrypted input. A rule that is not certain would reject flows that work.
 */

/** Rules for JSON that may not be a flow. */
export const DOCUMENT_RULES = {
  "private-key": document.privateKey, // first, because it is the most urgent
  "not-a-flow": document.notAFlow,
  "old-format": document.oldFormat,
  version: document.wrongVersion,
  actions: document.actionsNotAList,
  "too-many-actions": document.tooManyActions,
  "too-long": document.tooLong,
} satisfies Record<string, DocumentRule>;

/** Rules for the flow as a whole. */
export const FLOW_RULES = {
  action: form.actionNotAnObject,
  identifier: form.invalidIdentifier,
  start: form.invalidStart,
} satisfies Record<string, FlowRule>;

/** Rules for each step. */
export const STEP_RULES = {
  "action-type": form.missingActionType,
  parameters: form.invalidParameters,
  transitions: form.invalidTransitions,
  transition: form.invalidTransition,
  "unknown-step": branches.unknownStep,
  "unknown-action-type": parameters.unknownActionType,
  "missing-parameter": parameters.missingParameter,
  "unknown-parameter": parameters.unknownParameter,
  "empty-text": parameters.emptyText,
  "not-a-text": parameters.notAText,
  "one-prompt": parameters.onePrompt,
  "out-of-range": parameters.outOfRange,
  "lambda-time-limit": parameters.lambdaTimeLimit,
  "unknown-value": parameters.unknownValue,
  "voice-engine": parameters.unknownVoiceEngine,
  termination: parameters.tooManyTerminationKeys,
  "comparison-value": parameters.invalidComparisonValue,
  "after-the-end": branches.afterTheEnd,
  "missing-next-action": branches.missingNextAction,
  operator: branches.unknownOperator,
  operand: branches.invalidOperand,
  "one-key": branches.oneKey,
  "missing-error": branches.missingError,
  "refused-error": branches.refusedError,
  "refused-condition": branches.refusedCondition,
  "two-otherwises": branches.twoOtherwises,
  loop: branches.incompleteLoop,
  "unencrypted-input": encryption.unencryptedInput,
  "encryption-needs-validation": encryption.encryptionNeedsValidation,
  "encryption-needs-storing": encryption.encryptionNeedsStoring,
  certificate: certificates.invalidCertificate,
  "certificate-truncated": certificates.truncatedCertificate,
  "certificate-unreadable": certificates.unreadableCertificate,
  "certificate-on-one-line": certificates.certificateOnOneLine,
  "certificate-with-spaces": certificates.certificateWithSpaces,
  "certificate-with-escaped-line-breaks": certificates.certificateWithEscapedLineBreaks,
  "certificate-expired": certificates.expiredCertificate,
  "certificate-not-yet-valid": certificates.certificateNotYetValid,
  "certificate-key-type": certificates.certificateKeyType,
  "certificate-key-size": certificates.certificateKeySize,
  "certificate-key-length": certificates.certificateKeyLength,
  "certificate-not-self-signed": certificates.certificateNotSelfSigned,
  "placeholder-key-id": certificates.placeholderKeyId,
  "unknown-reference": references.unknownReference,
  "logged-input": sensitiveInput.loggedInput,
  "kept-input": sensitiveInput.keptInput,
  "buffered-input": sensitiveInput.bufferedInput,
  "error-branch-skips-check": skippedChecks.errorBranchSkipsCheck,
} satisfies Record<string, StepRule>;

/** Rules whose findings come last: one wrong branch makes all steps after it unreachable. */
export const LAST_STEP_RULES = { unreachable: branches.unreachable } satisfies Record<string, StepRule>;

export type RuleName = keyof (typeof DOCUMENT_RULES & typeof FLOW_RULES & typeof STEP_RULES & typeof LAST_STEP_RULES);
