import type { Synthesized } from "./stack";

type Json = Record<string, unknown>;

export const ACCOUNT = "123456789012";
export const INSTANCE_ID = "0a82aea4-4aec-442e-a70a-5182c3589d35";

const AWS_PROVIDER = "registry.terraform.io/hashicorp/aws";
const BUILT_IN_PROVIDER = "terraform.io/builtin/terraform";

/** What the data sources of a stack return. */
const DATA: Record<string, Json> = {
  aws_caller_identity: { account_id: ACCOUNT, arn: `arn:aws:sts::${ACCOUNT}:assumed-role/deployer/session` },
  aws_partition: { partition: "aws" },
  aws_connect_instance: {
    id: INSTANCE_ID,
    arn: `arn:aws:connect:us-east-1:${ACCOUNT}:instance/${INSTANCE_ID}`,
    service_role: `arn:aws:iam::${ACCOUNT}:role/connect`,
  },
  aws_iam_session_context: { issuer_arn: `arn:aws:iam::${ACCOUNT}:role/deployer` },
};

/** Blocks are objects in a synthesized stack, and lists in a plan. */
const BLOCKS = [
  ...["environment", "logging_config", "tracing_config", "vpc_config", "target", "flexible_time_window"],
  ...["allowed_publishers", "policies", "source", "destination", "s3"],
];
const WITHOUT_VALUE = ["//", "depends_on", "lifecycle"];

/** A value that a plan does not know. */
const UNKNOWN = Symbol("known after apply");

/**
 * Terraform's plan of a first deployment of a synthesized stack, as `terraform show -json` prints it. Terraform itself
 * would need the AWS provider, which these tests do not have. Computed arguments other than `id` and `arn` are left out.
 */
export function planOfNewStack(stack: Synthesized): Json {
  const resources = entriesOf(stack.resource);
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    applyable: true,
    complete: true,
    errored: false,
    planned_values: {},
    resource_changes: resources.map(({ type, name, block }) => {
      const values = Object.fromEntries(
        argumentsOf(block).map(([argument, value]) => [
          argument,
          argument === "value_wo" ? null : evaluate(withBlocks(argument, value), stack),
        ]),
      );
      return {
        address: `${type}.${name}`,
        mode: "managed",
        type,
        name,
        provider_name: type === "terraform_data" ? BUILT_IN_PROVIDER : AWS_PROVIDER,
        change: {
          actions: ["create"],
          before: null,
          after: known(values),
          after_unknown: { id: true, arn: true, ...(marks(values) as Json) },
          before_sensitive: false,
          after_sensitive: {},
        },
      };
    }),
    output_changes: Object.fromEntries(
      Object.entries(stack.output).map(([name, { value }]) => {
        const evaluated = evaluate(value, stack);
        return [name, { actions: ["create"], before: null, after: known(evaluated), after_unknown: marks(evaluated) }];
      }),
    ),
    ...contextOfStack(stack),
  };
}

/** The parts of a plan that describe its configuration and what its data sources returned. */
export function contextOfStack(stack: Synthesized): Json {
  const data = entriesOf(stack.data);
  return {
    prior_state: {
      format_version: "1.0",
      values: {
        root_module: {
          resources: data.map(({ type, name }) => ({
            address: `data.${type}.${name}`,
            mode: "data",
            type,
            name,
            values: DATA[type],
          })),
        },
      },
    },
    configuration: {
      provider_config: {
        terraform: { name: "terraform", full_name: BUILT_IN_PROVIDER },
        aws: {
          name: "aws",
          full_name: AWS_PROVIDER,
          expressions: Object.fromEntries(
            Object.entries(stack.provider.aws[0] ?? {}).map(([argument, value]) => [
              argument,
              argument === "default_tags" ? [{ tags: { constant_value: tagsOf(value) } }] : expressionOf(value),
            ]),
          ),
        },
      },
      root_module: {
        resources: [
          ...entriesOf(stack.resource).map((resource) => ({ mode: "managed", prefix: "", ...resource })),
          ...data.map((source) => ({ mode: "data", prefix: "data.", ...source })),
        ].map(({ mode, prefix, type, name, block }) => ({
          address: `${prefix}${type}.${name}`,
          mode,
          type,
          name,
          provider_config_key: "aws",
          expressions: Object.fromEntries(
            argumentsOf(block).map(([argument, value]) => [argument, expressionOf(value)]),
          ),
          schema_version: 0,
        })),
      },
    },
  };
}

const entriesOf = (blocks: Synthesized["resource"]): { type: string; name: string; block: Json }[] =>
  Object.entries(blocks).flatMap(([type, named]) =>
    Object.entries(named).map(([name, block]) => ({ type, name, block })),
  );

const argumentsOf = (block: Json) => Object.entries(block).filter(([argument]) => !WITHOUT_VALUE.includes(argument));

const tagsOf = (value: unknown): unknown => (value as { tags: unknown }[])[0]?.tags;

function withBlocks(name: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withBlocks(key, each)]));
  return BLOCKS.includes(name) ? [inner] : inner;
}

const EXPRESSION = /\$\{([^}]*)\}/g;

function evaluate(value: unknown, stack: Synthesized): unknown {
  if (Array.isArray(value)) return value.map((each) => evaluate(each, stack));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, evaluate(each, stack)]));
  }
  if (typeof value !== "string") return value;
  const results = [...value.matchAll(EXPRESSION)].map(([, expression = ""]) => reference(expression, stack));
  if (results.includes(UNKNOWN)) return UNKNOWN;
  return value.replace(EXPRESSION, () => String(results.shift()));
}

function reference(expression: string, stack: Synthesized): unknown {
  const [first = "", second = "", third = "", fourth = ""] = expression.split(".");
  if (/^data\.\w+\.[\w-]+\.\w+$/.test(expression) && third) return DATA[second]?.[fourth] ?? UNKNOWN;
  const value = /^aws_\w+\.[\w-]+\.\w+$/.test(expression) ? stack.resource[first]?.[second]?.[third] : undefined;
  return value === undefined ? UNKNOWN : evaluate(value, stack);
}

/** A value without its unknown parts: Terraform leaves them out of objects, and writes null in lists. */
function known(value: unknown): unknown {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== UNKNOWN);
  return Object.fromEntries(entries.map(([name, each]) => [name, known(each)]));
}

/** Terraform's marks of unknown values. */
function marks(value: unknown): unknown {
  if (value === UNKNOWN) return true;
  if (Array.isArray(value)) return value.map(marks);
  if (typeof value !== "object" || value === null) return false;
  const marked = Object.entries(value).map(([name, each]) => [name, marks(each)] as const);
  return Object.fromEntries(marked.filter(([, mark]) => mark !== false));
}

/** A constant, or the references in a value. */
function expressionOf(value: unknown): Json {
  const text = JSON.stringify(value);
  const references = [...text.matchAll(/\$\{/g)].length
    ? [...text.matchAll(/\b(?:data\.)?aws_\w+\.[\w-]+(?:\.\w+)?/g)].flatMap(([found]) => [
        found,
        found
          .split(".")
          .slice(0, found.startsWith("data.") ? 3 : 2)
          .join("."),
      ])
    : [];
  return references.length > 0 ? { references: [...new Set(references)] } : { constant_value: value };
}
