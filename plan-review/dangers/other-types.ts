import { isEmpty, parseJson } from "../json";
import { nameOf } from "../resource-names";
import { actionOf, changedArguments, isSensitive, type ResourceChange, valuesBefore } from "../terraform-plan";
import { reviewPolicy } from "./access";
import { plainText } from "./argument-rules";
import { findings, type PlanFinding } from "./finding";
import type { ReviewContext } from "./review-context";

/** Types that can give access, run code or send data elsewhere. */
const GRANTING =
  /^aws_(iam_|kms_|lambda_|organizations_|ram_|ssoadmin_|sns_topic_|cloudwatch_log_(subscription_filter|destination|resource_policy|account_policy)|cloudwatch_event_|connect_(user|security_profile|instance_storage_config)|ssm_(document|association|resource)|.*_policy$)/;

/** The arguments that say what a resource of such a type allows, in the order of a sentence. */
const TELLING = [
  ...["policy_arn", "role", "roles", "user", "users", "group", "groups", "authorization_type", "principal"],
  ...["grantee_principal", "operations", "key_id", "function_name", "destination_arn", "url"],
];

/** A resource of a type that this project does not have. This review does not understand it, and names what it can. */
export function reviewOtherType(resource: ResourceChange, context: ReviewContext): PlanFinding[] {
  const { type, change } = resource;
  const unknown = findings("unknown", [`${nameOf(resource)} has the type ${type}, which this project does not have`]);
  if (!change.after) return unknown;
  const before = valuesBefore(resource);
  const values = change.after;
  const changed = changedArguments(resource);
  const policies = changed
    .filter((argument) => isPolicy(values[argument]))
    .flatMap((argument) => reviewPolicy({ resource, before: before?.[argument], after: values[argument] }, context))
    .map(({ kind, text }): PlanFinding => ({ kind, text: `${nameOf(resource)} ${text}` }));
  const telling = TELLING.filter((argument) => changed.includes(argument) && !isEmpty(values[argument])).map(
    (argument) => `${argument} ${isSensitive(resource, argument) ? "(sensitive)" : plainText(values[argument])}`,
  );
  const granted =
    GRANTING.test(type) && changed.length > 0 && actionOf(resource) !== undefined
      ? findings("access", [
          `${nameOf(resource)} can give access${telling.length > 0 ? `: ${telling.join(", ")}` : ""}`,
        ])
      : [];
  return [...granted, ...policies, ...unauthenticated(resource), ...unknown];
}

/** Whether a text is a policy, or a broken one. */
const isPolicy = (value: unknown): boolean =>
  typeof value === "string" &&
  /"(Statement|Effect)"/i.test(value) &&
  (parseJson(value) !== undefined || /"Effect"/i.test(value));

function unauthenticated(resource: ResourceChange): PlanFinding[] {
  if (resource.type !== "aws_lambda_function_url") return [];
  return resource.change.after?.authorization_type === "AWS_IAM"
    ? []
    : findings("access", [`${nameOf(resource)} lets everybody on the internet invoke the function`]);
}
