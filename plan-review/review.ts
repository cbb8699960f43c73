import type { StackOutputValues } from "../contract/stack-outputs";
import { argumentChange, reviewArgument } from "./dangers/argument-rules";
import { cardFindings } from "./dangers/cards";
import { reviewConfiguration, reviewProvider } from "./dangers/configuration";
import { type Danger, findings, type PlanFinding } from "./dangers/finding";
import { flowFindings } from "./dangers/flows";
import { codeFindings } from "./dangers/function-rules";
import { reviewOtherType } from "./dangers/other-types";
import { removalFindings } from "./dangers/removals";
import { type ReviewContext, reviewContext } from "./dangers/review-context";
import { UNDERSTOOD_TYPES } from "./dangers/understood-types";
import { isSameJson } from "./json";
import { nameOf, projectNameOf } from "./resource-names";
import {
  actionOf,
  changedArguments,
  type PlannedCheck,
  type ResourceChange,
  type TerraformPlan,
} from "./terraform-plan";

export interface Review {
  dangers: Danger[];
  /** sentences about what this review does not understand */
  notUnderstood: string[];
}

/** Everything that a reviewer must look at, each of it once. */
export function reviewOf(plan: TerraformPlan): Review {
  const context = reviewContext(plan);
  const found = [
    ...plan.resource_changes.flatMap((resource) => reviewResource(resource, context)),
    ...plan.resource_drift
      .flatMap((resource) => reviewResource(resource, context))
      .map(({ kind, text }) => ({ kind, text: `outside Terraform, ${text}` })),
    ...reviewConfiguration(plan.configuration),
    ...reviewParts(plan),
    ...reviewOutputs(plan),
  ];
  const unique = [...new Map(found.map((finding) => [`${finding.kind} ${finding.text}`, finding])).values()];
  const later = unique.filter(({ kind }) => kind === "later").map(({ text }) => text);
  return {
    dangers: unique.filter((finding): finding is Danger => finding.kind !== "unknown" && finding.kind !== "later"),
    notUnderstood: [
      ...unique.filter(({ kind }) => kind === "unknown").map(({ text }) => text),
      ...(later.length > 0
        ? [`values from this project's resources that are known only after the apply: ${later.join(", ")}`]
        : []),
    ],
  };
}

const RESOURCE_PARTS = [
  ...["address", "previous_address", "module_address", "mode", "type", "name", "index", "provider_name", "deposed"],
  ...["change", "action_reason"],
];
const CHANGE_PARTS = [
  ...["actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive", "importing"],
  ...["replace_paths", "generated_config", "before_identity", "after_identity"],
];

function reviewResource(resource: ResourceChange, context: ReviewContext): PlanFinding[] {
  const action = actionOf(resource);
  if (action === undefined) return [];
  const { address, mode, type, change } = resource;
  const unknownParts = [
    ...Object.keys(resource).filter((part) => !RESOURCE_PARTS.includes(part)),
    ...Object.keys(change).filter((part) => !CHANGE_PARTS.includes(part)),
  ];
  const general = [
    ...reviewProvider(resource),
    ...findings(
      "unknown",
      unknownParts.map((part) => `${nameOf(resource)} has the part ${part} in the plan`),
    ),
  ];
  if (mode !== "managed") {
    const isRead = mode === "data" && action === "read";
    return [
      ...general,
      ...findings("unknown", [`${address} is ${isRead ? "read during the apply" : `of the mode ${mode}`}`]),
    ];
  }
  if (action === "read" || action === "other") {
    return [...general, ...findings("unknown", [`${nameOf(resource)} has the action ${change.actions.join(", ")}`])];
  }
  const understood = Object.hasOwn(UNDERSTOOD_TYPES, type) ? UNDERSTOOD_TYPES[type] : undefined;
  if (!understood) return [...general, ...removalFindings(resource, context), ...reviewOtherType(resource, context)];
  return [
    ...general,
    ...removalFindings(resource, context),
    ...(projectNameOf(resource) === undefined
      ? findings("unknown", [`${nameOf(resource)} is not a resource that this project creates`])
      : []),
    ...(change.after ? reviewArguments(resource, understood, context) : []),
    ...(type === "aws_lambda_function" && change.after ? named(resource, codeFindings(resource, context)) : []),
    ...cardFindings(resource),
    ...flowFindings(resource, context),
  ];
}

const named = (resource: ResourceChange, found: readonly PlanFinding[]): PlanFinding[] =>
  found.map(({ kind, text }) => ({ kind, text: `${nameOf(resource)} ${text}` }));

function reviewArguments(
  resource: ResourceChange,
  rules: (typeof UNDERSTOOD_TYPES)[string],
  context: ReviewContext,
): PlanFinding[] {
  const changed = changedArguments(resource);
  const changes = changed.map((argument) => argumentChange(resource, argument, context));
  const isNew = argumentChange(resource, "", context).isNew;
  const required = Object.keys(rules).filter((argument) => rules[argument]?.isRequired && !changed.includes(argument));
  return [
    ...changes,
    ...(isNew ? required.map((argument) => argumentChange(resource, argument, context)) : []),
  ].flatMap((change) =>
    reviewArgument(Object.hasOwn(rules, change.argument) ? rules[change.argument] : undefined, change),
  );
}

const PLAN_PARTS = [
  ...["format_version", "terraform_version", "variables", "planned_values", "resource_drift", "resource_changes"],
  ...["deferred_changes", "output_changes", "prior_state", "configuration", "relevant_attributes", "checks"],
  ...["timestamp", "applyable", "complete", "errored"],
];

/** Parts of the plan that are not a change of a resource. */
function reviewParts(plan: TerraformPlan): PlanFinding[] {
  const { complete, applyable, deferred_changes, checks } = plan;
  const hasChanges = plan.resource_changes.some((resource) => actionOf(resource) !== undefined);
  const texts = [
    ...(complete === undefined || complete === true
      ? []
      : ["the plan is not complete: it was made with -target, or leaves changes for a later plan"]),
    ...(hasChanges && applyable === false ? ["Terraform reports that the plan cannot be applied"] : []),
    ...deferred_changes.map(
      ({ reason, resource_change }) => `${nameOf(resource_change)} is left for a later plan (${reason})`,
    ),
    ...Object.keys(plan)
      .filter((part) => !PLAN_PARTS.includes(part))
      .map((part) => `the plan has the part ${part}, which this review does not know`),
    ...plan.resource_changes.flatMap(({ address, previous_address, change }) => [
      ...(change.importing ? [`${address} is imported, which this project never does`] : []),
      ...(previous_address && previous_address !== address
        ? [`${address} is moved from ${previous_address}, which this project never does`]
        : []),
    ]),
  ];
  return [...findings("unknown", texts), ...checks.flatMap(reviewCheck)];
}

/** A check of the configuration: a condition of a resource, an output or a `check` block. */
function reviewCheck({ address, status, instances = [] }: PlannedCheck): PlanFinding[] {
  if (status === "pass") return [];
  const messages = instances.flatMap(({ problems = [] }) => problems.map(({ message }) => message));
  const name = `the check ${address.to_display}`;
  return status === "fail" || status === "error"
    ? findings("check", [[`${name} failed`, ...messages].join(": ")])
    : findings("unknown", [`${name} has no result yet`]);
}

const STACK_OUTPUTS: Readonly<Record<keyof StackOutputValues, true>> = {
  instance_id: true,
  encryption_key_arn: true,
  function_name: true,
  function_arn: true,
  contact_flow_id: true,
  contact_flow_module_id: true,
  key_ids: true,
  encrypt_with: true,
  parameter_names: true,
  certificate_expiry_dates: true,
  alarm_topic_arn: true,
  phone_number: true,
};

/** Another output could print a secret. */
const reviewOutputs = ({ output_changes }: TerraformPlan): PlanFinding[] =>
  findings(
    "unknown",
    Object.entries(output_changes)
      .filter(
        ([name, { actions }]) =>
          !isSameJson(actions, ["no-op"]) && !isSameJson(actions, ["delete"]) && !Object.hasOwn(STACK_OUTPUTS, name),
      )
      .map(([name]) => `the output ${name} is not an output of this project`),
  );
