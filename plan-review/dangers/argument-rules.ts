import { isEmpty, isSameJson, jsonLine } from "../json";
import { nameOf, resourceIdOf } from "../resource-names";
import { isSensitive, isUnknown, type ResourceChange, valuesBefore } from "../terraform-plan";
import { reviewPolicy } from "./access";
import { findings, type PlanFinding } from "./finding";
import { identifies, isConfigured, type ReviewContext, refersOnlyTo } from "./review-context";

/** An argument of a resource that a plan creates or changes. */
export interface ArgumentChange {
  resource: ResourceChange;
  argument: string;
  before: unknown;
  after: unknown;
  /** the resource did not belong to the deployment before: created or imported */
  isNew: boolean;
  /** the value, or a part of it, is known only after the apply */
  isUnknown: boolean;
  context: ReviewContext;
}

/** Reviews one argument. The texts of its findings do not name the resource. */
export interface ArgumentRule {
  /** reviewed also if a new resource does not have the argument */
  isRequired?: boolean;
  /** its findings contain no sensitive value */
  hidesSensitive?: boolean;
  review: (change: ArgumentChange) => PlanFinding[];
}

export function argumentChange(resource: ResourceChange, argument: string, context: ReviewContext): ArgumentChange {
  const before = valuesBefore(resource);
  return {
    resource,
    argument,
    before: before?.[argument],
    after: resource.change.after?.[argument],
    isNew: before === undefined,
    isUnknown: isUnknown(resource, argument),
    context,
  };
}

/** A value for a finding, or only that it is sensitive. */
export const shown = ({ resource, argument, after }: ArgumentChange): string =>
  isSensitive(resource, argument) ? "(sensitive)" : plainText(after);

export const plainText = (value: unknown): string => (typeof value === "string" ? value : jsonLine(value ?? null));

export const LATER = "is known only after the apply";

export const notUnderstood = (change: ArgumentChange): PlanFinding[] =>
  findings("unknown", [
    change.isUnknown
      ? `gets its ${change.argument} only during the apply`
      : `has ${change.argument} = ${shown(change)}`,
  ]);

/** A value that has no effect on security, that the summary shows, or that only AWS sets. */
export const anyValue: ArgumentRule = { review: () => [] };

/** A rule for known values. It does not understand a value that is known only after the apply. */
const knownValue = (review: ArgumentRule["review"], isRequired = false): ArgumentRule => ({
  isRequired,
  review: (change) => (change.isUnknown ? notUnderstood(change) : review(change)),
});

/** No value or one of these. It does not understand any other value. */
export const oneOf = (...values: unknown[]): ArgumentRule =>
  knownValue((change) =>
    isEmpty(change.after) || values.some((value) => isSameJson(value, change.after)) ? [] : notUnderstood(change),
  );

/** No value or one of these. Any other value is a danger. */
export const onlyThese = (kind: PlanFinding["kind"], text: string, ...values: unknown[]): ArgumentRule =>
  knownValue((change) =>
    isEmpty(change.after) || values.some((value) => isSameJson(value, change.after))
      ? []
      : findings(kind, [`${text} ${shown(change)}`]),
  );

/** A test of known values. */
export const isDanger = (
  kind: PlanFinding["kind"],
  textOf: (change: ArgumentChange) => string | undefined,
  { isRequired = false } = {},
): ArgumentRule => knownValue((change) => findings(kind, [textOf(change) ?? []].flat()), isRequired);

/** A value that identifies one of this project's resources. */
export const refersTo = (pattern: RegExp, kind: PlanFinding["kind"], text: string): ArgumentRule => ({
  review: (change) => {
    if (change.isUnknown) return laterReference(change, pattern);
    return isEmpty(change.after) || isReference(change, pattern) ? [] : findings(kind, [`${text} ${shown(change)}`]);
  },
});

/** A value that is not known yet: the configuration says what it refers to, but not in which expression. */
export const laterReference = (change: ArgumentChange, pattern: RegExp): PlanFinding[] => {
  const { context, resource, argument } = change;
  return refersOnlyTo(context, resource, argument, pattern) ? findings("later", [argument]) : notUnderstood(change);
};

/**
 * Whether a known value identifies a resource. If the plan leaves that resource out, the configuration says what the
 * argument refers to.
 */
export const isReference = (
  { context, resource, argument, after }: ArgumentChange,
  pattern: RegExp,
  references = pattern,
): boolean =>
  context.resources.some((other) => pattern.test(resourceIdOf(other)))
    ? identifies(context, after, pattern)
    : refersOnlyTo(context, resource, argument, references);

/** The KMS key that encrypts the resource: one of this project. */
export const encryptedUnder = (key: RegExp): ArgumentRule => ({
  isRequired: true,
  review: (change) => {
    const { argument, after, isNew, isUnknown } = change;
    if (isUnknown) return laterReference(change, key);
    if (isEmpty(after)) {
      return findings("encryption", [
        `is ${isNew ? "not" : "no longer"} encrypted under its own KMS key (${argument})`,
      ]);
    }
    return isReference(change, key)
      ? []
      : findings("encryption", [`is encrypted under another KMS key (${argument} = ${shown(change)})`]);
  },
});

export const policyRule: ArgumentRule = knownValue(({ resource, before, after, context }) =>
  reviewPolicy({ resource, before, after }, context),
);

/** The findings of a rule, with the resource's name in front. Without a rule, the argument is not understood. */
export function reviewArgument(rule: ArgumentRule | undefined, change: ArgumentChange): PlanFinding[] {
  const { resource, argument, context, isNew } = change;
  const isComputed = change.isUnknown && isConfigured(context, resource, argument) === false;
  if (isComputed && !rule?.isRequired) return [];
  // AWS gives a new resource its default.
  const known = isComputed && isNew ? { ...change, after: undefined, isUnknown: false } : change;
  const found = rule ? rule.review(known) : isDefault(known) ? [] : notUnderstood(known);
  const printable =
    isSensitive(resource, argument) && rule && !rule.hidesSensitive
      ? found.map(({ kind }) => ({ kind, text: `has another ${argument}, whose value is sensitive` }))
      : found;
  const owner = nameOf(resource);
  return printable.map(({ kind, text }) => ({
    kind,
    text: kind === "later" ? `${text} of ${owner}` : `${owner} ${text}`,
  }));
}

/** A new resource has a default for each argument that it does not set. */
const isDefault = ({ isNew, isUnknown, after }: ArgumentChange): boolean =>
  isNew && !isUnknown && (isEmpty(after) || after === false || after === 0);
