import { z } from "zod";
import { isObject } from "../../flow-validation/json";
import { isEmpty, isSameJson, parseJson } from "../json";
import { POLICY_VERSION, readPolicy } from "../policies";
import { resourceIdOf } from "../resource-names";
import { reviewPolicy } from "./access";
import {
  type ArgumentChange,
  type ArgumentRule,
  isDanger,
  isReference,
  laterReference,
  notUnderstood,
  plainText,
  policyRule,
  refersTo,
} from "./argument-rules";
import { findings } from "./finding";

const OWN_TOPIC = /^aws_sns_topic\.monitoring_topic$/;
const REMINDER_ROLE = /^aws_iam_role\.monitoring_expiry-reminders_role$/;
const SIGNING_PROFILE = /^aws_signer_signing_profile\.decrypt-function_signed-package_profile$/;
const CODE_SIGNING = /^aws_lambda_code_signing_config\.decrypt-function_signed-package_config$/;

export const numberOf = (value: unknown, unset: number): number => (isEmpty(value) ? unset : Number(value));

/** The last value before the change, or what a new resource should have. */
const beforeOr = ({ isNew, before }: ArgumentChange, expected: number, unset: number): number =>
  isNew ? expected : numberOf(before, unset);

/** AWS's default policy allows every role to decrypt that IAM allows. */
export const keyPolicy: ArgumentRule = {
  isRequired: true,
  review: (change) =>
    isEmpty(change.after) && !change.isUnknown
      ? findings("access", ["has AWS's default policy, so that IAM alone decides who can use it"])
      : policyRule.review(change),
};

const MIN_DELETION_DAYS = 30;
export const deletionWindow = isDanger("key", (change) => {
  const days = numberOf(change.after, MIN_DELETION_DAYS);
  const before = beforeOr(change, MIN_DELETION_DAYS, MIN_DELETION_DAYS);
  return days >= before ? undefined : `can be deleted within ${days} days instead of ${before}`;
});

export const YEAR_DAYS = 365;
/** Zero, and no value: logs are kept forever. */
export const retention = isDanger("monitoring", (change) => {
  const [days, before] = [numberOf(change.after, 0), beforeOr(change, YEAR_DAYS, 0)];
  return days === 0 || (before !== 0 && days >= before)
    ? undefined
    : `keeps logs for ${days} days instead of ${before === 0 ? "forever" : before}`;
});

export const keyRotation = isDanger(
  "encryption",
  ({ after, isNew }) => (after === true ? undefined : `${isNew ? "does not rotate" : "no longer rotates"} every year`),
  { isRequired: true },
);

export const secureString = isDanger(
  "encryption",
  ({ after, isNew }) => (after === "SecureString" ? undefined : `is ${isNew ? "not" : "no longer"} encrypted`),
  { isRequired: true },
);

/** A value that the configuration contains in clear: it is also in the plan and in the state. */
export const valueInClear: ArgumentRule = {
  review: ({ after, isUnknown, argument }) =>
    isEmpty(after) && !isUnknown ? [] : findings("encryption", [`has its value in the state (${argument})`]),
};

/** One argument of a permission: it must be as this project creates it, and not change. */
export const permission = (isExpected: (value: unknown, change: ArgumentChange) => boolean): ArgumentRule => ({
  isRequired: true,
  review: (change) => {
    const { argument, before, after, isNew, isUnknown } = change;
    if (isUnknown) return notUnderstood(change);
    if (isExpected(after, change) && (isNew || isSameJson(before, after))) return [];
    return findings("access", [`changes who can invoke the function: ${argument} is ${plainText(after)}`]);
  },
});

/** The account that the plan is for, or that of the permission's own Connect instance. */
export function accountOf({ context: { deployment }, resource }: ArgumentChange): string | undefined {
  return deployment.account ?? instanceAccount(resource.change.after?.source_arn);
}

export const instanceAccount = (arn: unknown): string | undefined =>
  /^arn:aws[a-z-]*:connect:[a-z0-9-]+:(\d{12}):instance\/[\w-]+$/.exec(String(arn))?.[1];

/** A role's policies in the state: the AWS provider lists them in the role, too. */
export const inlinePolicies: ArgumentRule = {
  review: (change) => {
    const { resource, before, after, context, isUnknown } = change;
    const Blocks = z.array(z.object({ name: z.string().nullish(), policy: z.string().nullish() }));
    const [old, next] = [before ?? [], after ?? []].map((blocks) => Blocks.safeParse(blocks).data);
    if (isUnknown || !old || !next) return notUnderstood(change);
    const statements = (blocks: typeof next) => blocks.map(({ policy }) => readPolicy(policy)?.statements);
    const [allOld, allNext] = [statements(old), statements(next)];
    if (allNext.includes(undefined)) return findings("access", ["has a policy that this review cannot read"]);
    const joined = (all: typeof allNext) => JSON.stringify({ Version: POLICY_VERSION, Statement: all.flat() });
    return reviewPolicy(
      {
        resource,
        block: "inline_policy",
        before: joined(allOld.filter((one) => one !== undefined)),
        after: joined(allNext),
      },
      context,
    );
  },
};

export const managedPolicies: ArgumentRule = {
  review: (change) => {
    const lists = [change.before, change.after].map((list) => z.array(z.string()).safeParse(list ?? []).data);
    const [old = [], next] = lists;
    if (change.isUnknown || !next) return notUnderstood(change);
    const added = next.filter((arn) => !old.includes(arn));
    return findings(
      "access",
      added.map((arn) => `gets the policy ${arn}`),
    );
  },
};

export const boundary = isDanger("access", ({ before, after, isNew }) => {
  if (isNew || isEmpty(before)) return undefined;
  return isEmpty(after) ? "loses its permissions boundary" : `gets another permissions boundary: ${plainText(after)}`;
});

/** A role that a policy is attached to, by name. */
export const ownRole: ArgumentRule = refersTo(
  /^aws_iam_role\.(decrypt-function|monitoring_expiry-reminders)_role$/,
  "access",
  "is attached to the role",
);

const Logging = z.tuple([
  z.strictObject({
    log_format: z.literal("JSON"),
    application_log_level: z.enum(["INFO", "WARN", "ERROR", "FATAL"]).nullish(),
    system_log_level: z.enum(["INFO", "WARN"]).nullish(),
    log_group: z.string().regex(/^\/aws\/lambda\/secure-ivr-[a-z0-9-]+-decrypt-customer-input$/),
  }),
]);

export const logging: ArgumentRule = {
  review: (change) =>
    !change.isUnknown && (isEmpty(change.after) || Logging.safeParse(change.after).success)
      ? []
      : notUnderstood(change),
};

export const securityKeyType = isDanger(
  "access",
  ({ after }) => (after === "AWS::Connect::SecurityKey" ? undefined : `is a resource of the type ${plainText(after)}`),
  { isRequired: true },
);
const SecurityKeyState = z.strictObject({
  InstanceId: z.string().regex(/^arn:aws[a-z-]*:connect:[a-z0-9-]+:\d{12}:instance\/[\w-]+$/),
  Key: z.string().regex(/^-----BEGIN PUBLIC KEY-----[\w+/=\s]+-----END PUBLIC KEY-----\s*$/),
});
export const securityKeyState: ArgumentRule = {
  review: (change) => (SecurityKeyState.safeParse(parseJson(change.after)).success ? [] : notUnderstood(change)),
};

/** The only API that a reminder calls. */
const REMINDER_REFERENCES =
  /^(data\.aws_partition|aws_iam_role\.monitoring_expiry-reminders_role|aws_sns_topic\.monitoring_topic)$/;
const PUBLISH = /^arn:aws[a-z-]*:scheduler:::aws-sdk:sns:publish$/;
export const reminderTarget: ArgumentRule = {
  isRequired: true,
  review: (change) => {
    const [target, ...others] = Array.isArray(change.after) ? change.after : [];
    if (!isObject(target) || others.length > 0) return notUnderstood(change);
    const { arn, role_arn, input: _, ...rest } = target;
    if (!PUBLISH.test(String(arn))) return findings("access", [`calls ${plainText(arn)}`]);
    const later = change.isUnknown ? laterReference(change, REMINDER_REFERENCES) : [];
    const isOwnRole =
      change.isUnknown || isReference({ ...change, after: role_arn }, REMINDER_ROLE, REMINDER_REFERENCES);
    if (!isOwnRole) return findings("access", [`uses the role ${plainText(role_arn)}`]);
    const unexpected = Object.entries(rest).filter(([name, value]) => !isEmpty(value) && name !== "retry_policy");
    return unexpected.length === 0 ? later : notUnderstood(change);
  },
};

/** What an alarm watches. It does not change by configuration. */
export const watched = isDanger("monitoring", ({ isNew, argument }) =>
  isNew ? undefined : `watches something else (${argument})`,
);

export const alarmActions: ArgumentRule = {
  review: (change) => {
    const { before, after, isNew, isUnknown, context } = change;
    const list = Array.isArray(after) ? after : [];
    if (isUnknown) return laterReference(change, OWN_TOPIC);
    if (list.length === 0)
      return isNew || isEmpty(before) ? [] : findings("monitoring", ["no longer sends a notification"]);
    const topics = context.resources.filter((resource) => OWN_TOPIC.test(resourceIdOf(resource)));
    const own = topics.flatMap(({ change: { before: old, after: next } }) => [old?.arn, next?.arn]);
    const others = list.filter((arn) => !own.includes(arn));
    return findings(
      "unknown",
      others.map((arn) => `notifies ${plainText(arn)}`),
    );
  },
};

export const signedCode = isDanger(
  "code",
  ({ after }) => {
    const Policies = z.tuple([z.object({ untrusted_artifact_on_deployment: z.literal("Enforce") })]);
    return Policies.safeParse(after).success ? undefined : "accepts code that is not signed";
  },
  { isRequired: true },
);

export const publishers: ArgumentRule = {
  isRequired: true,
  review: (change) => {
    if (change.isUnknown) return laterReference(change, SIGNING_PROFILE);
    const Publishers = z.tuple([z.object({ signing_profile_version_arns: z.array(z.string()) })]);
    const [after] = Publishers.safeParse(change.after).data ?? [];
    const [before] = Publishers.safeParse(change.before).data ?? [];
    if (!after) return notUnderstood(change);
    const added = after.signing_profile_version_arns.filter(
      (arn) => !before?.signing_profile_version_arns.includes(arn),
    );
    return findings(
      "code",
      added.map((arn) => `accepts code that ${arn} signs`),
    );
  },
};

export const requiresSignature: ArgumentRule = {
  review: (change) =>
    isEmpty(change.after) && !change.isUnknown
      ? findings("code", isEmpty(change.before) ? [] : ["no longer requires signed code"])
      : refersTo(CODE_SIGNING, "code", "has another code signing configuration:").review(change),
};

export const numberIsReserved = isDanger("calls", ({ after }) =>
  after === 0 ? "can handle no invocation (reserved_concurrent_executions = 0)" : undefined,
);
