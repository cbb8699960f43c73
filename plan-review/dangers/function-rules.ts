import { z } from "zod";
import { type FunctionEnvironment, PAYMENT_CONNECTORS } from "../../contract/function-environment";
import { PRIVATE_KEY_PARAMETER_PREFIX } from "../../contract/parameter-names";
import { isEmpty } from "../json";
import { changedArguments, isSensitive, isUnknown, type ResourceChange, valuesBefore } from "../terraform-plan";
import { type ArgumentChange, type ArgumentRule, LATER, notUnderstood } from "./argument-rules";
import { findings, type PlanFinding } from "./finding";
import { isConfigured, type ReviewContext } from "./review-context";

/** Terraform represents a block as a list with one object. */
const Environment = z.tuple([z.strictObject({ variables: z.record(z.string(), z.unknown()).nullish() })]);

/** The variables of a function resource; undefined if they cannot be read. */
export function variablesOf(environment: unknown): Record<string, unknown> | undefined {
  if (isEmpty(environment)) return {};
  const parsed = Environment.safeParse(environment).data;
  return parsed && (parsed[0].variables ?? {});
}

/** Tests of the function's own variables; undefined if a variable can have any value. */
const VARIABLES: Readonly<Record<keyof FunctionEnvironment, ((value: unknown) => boolean) | undefined>> = {
  DECRYPTION_KEY_PARAMETER_PREFIX: (value) => value === PRIVATE_KEY_PARAMETER_PREFIX,
  SECRET_CACHE_SECONDS: (value) => /^[1-9]\d{0,2}$/.test(String(value)),
  STAGE: undefined,
  FIELDS: undefined,
  TIME_ZONE: undefined,
  PAYMENT_CONNECTOR: (value) => PAYMENT_CONNECTORS.some((connector) => connector === value),
  // The review of where cards go reports a changed address.
  PAYMENT_URL: undefined,
  PAYMENT_SECRET_PARAMETER: (value) => /^\/secure-ivr\/[a-z0-9-]+\/payment-secret$/.test(String(value)),
};

const REQUIRED_VARIABLES: readonly (keyof FunctionEnvironment)[] = [
  ...(["DECRYPTION_KEY_PARAMETER_PREFIX", "SECRET_CACHE_SECONDS", "STAGE", "FIELDS", "TIME_ZONE"] as const),
];

const isOwnVariable = (name: string): name is keyof FunctionEnvironment => Object.hasOwn(VARIABLES, name);

/** The function's environment: only its own variables. Another variable can change what Node.js or Lambda runs. */
export const environmentRule: ArgumentRule = {
  isRequired: true,
  hidesSensitive: true,
  review: (change) => {
    const { resource, before, after } = change;
    const [old, next] = [variablesOf(before) ?? {}, variablesOf(after)];
    const isWhollyUnknown = change.isUnknown && namesOfUnknown(resource).length === 0;
    if (!next || isWhollyUnknown) return notUnderstood(change);
    const names = new Set([...Object.keys(next), ...namesOfUnknown(resource)]);
    const lost = REQUIRED_VARIABLES.filter((name) => !names.has(name));
    return [
      ...[...names]
        .filter((name) => old[name] !== next[name] || isUnknownVariable(resource, name))
        .flatMap((name) => reviewVariable(change, name, next[name])),
      ...findings("calls", lost.length > 0 ? [`does not have the environment variables ${lost.join(", ")}`] : []),
    ];
  },
};

/** Names of variables whose values are known only after the apply. */
function namesOfUnknown({ change }: ResourceChange): string[] {
  const Marks = z.object({ environment: z.tuple([z.object({ variables: z.record(z.string(), z.boolean()) })]) });
  const variables = Marks.safeParse(change.after_unknown).data?.environment[0].variables ?? {};
  return Object.entries(variables).flatMap(([name, unknown]) => (unknown ? [name] : []));
}

const isUnknownVariable = (resource: ResourceChange, name: string): boolean =>
  isUnknown(resource, "environment", "0", "variables", name);

function reviewVariable({ resource }: ArgumentChange, name: string, value: unknown): PlanFinding[] {
  const text = isSensitive(resource, "environment") ? "(sensitive)" : String(value);
  if (!isOwnVariable(name)) {
    return findings("code", [
      `has the environment variable ${name}, which this project does not use and which can change what the function runs`,
    ]);
  }
  const isFine = VARIABLES[name];
  if (isUnknownVariable(resource, name)) {
    // The parameter's name is this project's own, and the review of where cards go reports an unknown address.
    const isReported = ["PAYMENT_URL", "PAYMENT_CONNECTOR"].includes(name);
    return isReported ? [] : findings("unknown", [`has the environment variable ${name}, which ${LATER}`]);
  }
  if (isFine?.(value) ?? true) return [];
  return name === "DECRYPTION_KEY_PARAMETER_PREFIX"
    ? findings("key", [`reads private keys from other parameters: ${text}`])
    : findings("unknown", [`has the environment variable ${name} = ${text}`]);
}

const CODE_ARGUMENTS = ["source_code_hash", "code_sha256", "s3_bucket", "s3_key", "s3_object_version", "filename"];

/** The function's code. A plan contains only its hash. */
export function codeFindings(resource: ResourceChange, context: ReviewContext): PlanFinding[] {
  const changed = changedArguments(resource).filter(
    (argument) =>
      CODE_ARGUMENTS.includes(argument) &&
      !(isUnknown(resource, argument) && isConfigured(context, resource, argument) === false),
  );
  if (changed.length === 0) return [];
  const before = valuesBefore(resource);
  const hash = ["source_code_hash", "code_sha256"].find((argument) => changed.includes(argument));
  const shownValue = (argument: string): string =>
    isUnknown(resource, argument) ? LATER : String(resource.change.after?.[argument]);
  const what =
    hash === undefined
      ? changed.map((argument) => `${argument} ${shownValue(argument)}`).join(", ")
      : `SHA-256 ${[before?.[hash] ?? [], shownValue(hash)].flat().map(hexOf).join(" → ")}`;
  return findings("unknown", [
    `${before ? "changes its code" : "gets its code"} (${what}), which this review does not read`,
  ]);
}

/** Lambda writes a hash in base64. */
const hexOf = (hash: unknown): string =>
  /^[A-Za-z0-9+/]{43}=$/.test(String(hash)) ? Buffer.from(String(hash), "base64").toString("hex") : String(hash);
