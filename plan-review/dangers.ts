import type { FunctionEnvironment } from "../contract/function-environment";
import { validateFlow } from "../flow-validation/validate-flow";
import { openings, policyChanges } from "./policy-changes";
import { keyPairOf, nameOf } from "./resource-names";
import { actionOf, isSensitive, isUnknown, parsed, type ResourceChange, same, type Values } from "./terraform-plan";

export interface Danger {
  /** what it may do: lose a key, drop calls in progress, open access, switch encryption off, send cards elsewhere */
  kind: "key" | "calls" | "access" | "encryption" | "cards";
  text: string;
}

/** Arguments that hold a policy, by the type of resource; `true` where it is the resource's own. */
export const POLICIES: Record<string, { argument: string; ofResource: boolean }> = {
  aws_kms_key: { argument: "policy", ofResource: true },
  aws_sns_topic_policy: { argument: "policy", ofResource: true },
  aws_iam_role_policy: { argument: "policy", ofResource: false },
  aws_iam_policy: { argument: "policy", ofResource: false },
  aws_iam_role: { argument: "assume_role_policy", ofResource: true },
};
const CALLS_NEED =
  /^aws_(connect_contact_flow|connect_contact_flow_module|lambda_function|lambda_permission|connect_lambda_function_association|connect_phone_number|connect_phone_number_contact_flow_association)$/;
/** of a log, a function, a topic, a parameter */
const KMS_ARGUMENTS = ["kms_key_id", "kms_key_arn", "kms_master_key_id", "key_id"];
/** Of validateFlow's rules: logging on while input is taken, and input kept in clear. */
const SENSITIVE_RULES = ["logged-input", "kept-input"];

export const isFlow = ({ type }: ResourceChange): boolean => /^aws_connect_contact_flow(_module)?$/.test(type);

/** Everything that needs a second pair of eyes. */
export function dangersOf(changes: readonly ResourceChange[]): Danger[] {
  const used = keysInUse(changes);
  const found = changes.flatMap((change) => [
    ...losses(change, used),
    ...opened(change),
    ...(isFlow(change) ? unencryptedSteps(change) : []),
    ...encryptionOff(change),
    ...cardsElsewhere(change),
  ]);
  return found.filter((danger, index) => found.findIndex((other) => same(other, danger)) === index);
}

function losses(change: ResourceChange, used: ReadonlySet<string>): Danger[] {
  const action = actionOf(change);
  if (action !== "destroy" && action !== "replace") return [];
  const gone = `${nameOf(change)} is ${action === "destroy" ? "destroyed" : "replaced"}`;
  if (change.type === "aws_kms_key") {
    return [{ kind: "key", text: `${gone}: what it encrypted cannot be read without it` }];
  }
  const keyId = keyIdOf(change);
  if (keyPairOf(change) !== undefined && (keyId === undefined || used.has(keyId))) {
    return [{ kind: "key", text: `${gone} while the flow encrypts under it` }];
  }
  return CALLS_NEED.test(change.type) ? [{ kind: "calls", text: gone }] : [];
}

function opened(change: ResourceChange): Danger[] {
  const danger = (text: string): Danger => ({ kind: "access", text: `${nameOf(change)} ${text}` });
  const { before, after } = change.change;
  if (!after || actionOf(change) === undefined) return [];
  if (change.type === "aws_lambda_permission" && before) {
    return ["source_arn", "source_account", "principal"]
      .filter((argument) => !same(before[argument], after[argument]) && !isUnknown(change, argument))
      .map((argument) => danger(`changes who may call it: ${argument}`));
  }
  const policy = POLICIES[change.type];
  if (!policy) return [];
  const { argument, ofResource } = policy;
  if (isUnknown(change, argument)) return [];
  return (
    policyChanges(before?.[argument], after[argument])
      .flatMap((statement) => openings(statement, ofResource))
      // Whom a first deployment lets in is its purpose.
      .filter((opening) => before || /^(lets anybody|allows)/.test(opening))
      .map(danger)
  );
}

interface SketchedAction {
  Identifier?: unknown;
  Parameters?: {
    StoreInput?: unknown;
    FlowLoggingBehavior?: unknown;
    InputEncryption?: { EncryptionKeyId?: unknown };
    RecordingBehavior?: { IVRRecordingBehavior?: unknown; RecordedParticipants?: unknown[] };
  };
}
const actionsOf = (content: unknown): SketchedAction[] => {
  const { Actions } = Object(parsed(content));
  return Array.isArray(Actions) ? Actions.map(Object) : [];
};

function unencryptedSteps({ change: { before, after } }: ResourceChange): Danger[] {
  if (!after || same(before?.content, after.content)) return [];
  const was = new Map(actionsOf(before?.content).map((action) => [action.Identifier, action.Parameters]));
  const steps = actionsOf(after.content).flatMap(({ Identifier, Parameters }): string[] => {
    const { StoreInput, InputEncryption, RecordingBehavior, FlowLoggingBehavior } = Object(Parameters) as NonNullable<
      typeof Parameters
    >;
    const recording = was.get(Identifier)?.RecordingBehavior;
    const records =
      before &&
      ((RecordingBehavior?.IVRRecordingBehavior === "Enabled" && recording?.IVRRecordingBehavior !== "Enabled") ||
        (RecordingBehavior?.RecordedParticipants ?? []).length > (recording?.RecordedParticipants ?? []).length);
    const logs = before && FlowLoggingBehavior === "Enabled" && was.get(Identifier)?.FlowLoggingBehavior !== "Enabled";
    return [
      ...(logs ? [`the step ${Identifier} turns flow logging on`] : []),
      ...(StoreInput === "True" && !InputEncryption ? [`the step ${Identifier} stores what is typed unencrypted`] : []),
      ...(records ? [`the step ${Identifier} turns recording on`] : []),
    ];
  });
  const problems = validateFlow(parsed(after.content)).filter(({ rule }) => SENSITIVE_RULES.includes(rule));
  return [...steps, ...problems.map(({ step, problem }) => `the step ${step} ${problem}`)].map((text) => ({
    kind: "encryption",
    text,
  }));
}

function encryptionOff(change: ResourceChange): Danger[] {
  const { before, after } = change.change;
  if (!before || !after) return [];
  const danger = (text: string): Danger => ({ kind: "encryption", text: `${nameOf(change)} ${text}` });
  return [
    ...KMS_ARGUMENTS.filter((argument) => before[argument] && !after[argument] && !isUnknown(change, argument)).map(
      (argument) => danger(`is no longer encrypted by a KMS key of its own (${argument})`),
    ),
    ...(before.enable_key_rotation === true && after.enable_key_rotation !== true
      ? [danger("is no longer rotated every year")]
      : []),
    ...(before.type === "SecureString" && after.type !== "SecureString" ? [danger("is no longer encrypted")] : []),
  ];
}

/** The function gives the payment endpoint what callers typed, in clear. Nobody is given it without a connector. */
function cardsElsewhere(change: ResourceChange): Danger[] {
  const { before, after, after_unknown } = change.change;
  if (change.type !== "aws_lambda_function" || !after || actionOf(change) === undefined) return [];
  const danger = (text: string): Danger[] => [
    { kind: "cards", text: `${nameOf(change)} gives them in clear to ${text}` },
  ];
  if (PAYMENT_VARIABLES.some((name) => isUnknownVariable(after_unknown, name))) {
    return danger("an address that is known only after the apply");
  }
  const [was, is] = [paymentAddress(before), paymentAddress(after)];
  if (is === undefined || is === was) return [];
  if (isSensitive(change, "environment")) return danger("another address than before, which is marked as sensitive");
  return danger(was === undefined ? `${is}, and gave them to nobody before` : `${is}, no longer to ${was}`);
}

const PAYMENT_VARIABLES = ["PAYMENT_CONNECTOR", "PAYMENT_URL"] as const satisfies (keyof FunctionEnvironment)[];

/** A block is a list of one, and of the variables not even the names need be known. */
const isUnknownVariable = (unknown: Values | boolean, name: string): boolean =>
  ["environment", "0", "variables", name].reduce<unknown>(
    (marks, part) => marks === true || Object(marks)[part],
    unknown,
  ) === true;

function paymentAddress(values: Values | null): string | undefined {
  const variables: Partial<FunctionEnvironment> = Object(Object(Object(values?.environment)[0]).variables);
  const { PAYMENT_CONNECTOR = "none", PAYMENT_URL } = variables;
  return PAYMENT_CONNECTOR === "none" ? undefined : String(PAYMENT_URL);
}

/** The ids that the flow encrypts under, before or after: calls in progress go on with the former. */
function keysInUse(changes: readonly ResourceChange[]): Set<string> {
  return new Set(
    changes
      .filter(isFlow)
      .flatMap(({ change: { before, after } }) => [...actionsOf(before?.content), ...actionsOf(after?.content)])
      .flatMap(({ Parameters }) => Parameters?.InputEncryption?.EncryptionKeyId ?? [])
      .map(String),
  );
}

/** The id that Connect gave a public key, where it is known. */
export function keyIdOf({ type, change: { before, after } }: ResourceChange): string | undefined {
  const values = before ?? after ?? {};
  if (type === "aws_cloudcontrolapi_resource") return Object(parsed(values.properties)).AssociationId;
  return typeof values.name === "string" ? values.name.split("/").pop() : undefined;
}
