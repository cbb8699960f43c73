import { z } from "zod";
import { isObject } from "../../flow-validation/json";
import type { ConfiguredModule, ConfiguredResource, PlanConfiguration } from "../plan-configuration";
import type { ResourceChange } from "../terraform-plan";
import { findings, type PlanFinding } from "./finding";

const AWS_PROVIDER = "registry.terraform.io/hashicorp/aws";
/** Part of Terraform. Its only resource type is `terraform_data`, which manages nothing outside the state. */
const BUILT_IN_PROVIDER = "terraform.io/builtin/terraform";
/**
 * This project's settings. The record of account and Region stops a plan for another account. Other arguments choose
 * other credentials, or another address for AWS's APIs.
 */
const PROVIDER_ARGUMENTS = ["region", "default_tags", "allowed_account_ids", "profile", "assume_role"];

const DATA_SOURCES = [
  ...["aws_caller_identity", "aws_partition", "aws_connect_instance", "aws_iam_session_context", "aws_s3_objects"],
];
/** Data sources that run a program, or send a request to any address. */
const RUNNING_DATA_SOURCES = ["external", "http"];

/** What Terraform runs in addition to this project's resources: providers, provisioners, data sources and modules. */
export function reviewConfiguration(configuration: PlanConfiguration | undefined): PlanFinding[] {
  if (!configuration) return [];
  const { provider_config = {}, root_module } = configuration;
  const providers = Object.values(provider_config).flatMap(({ name, full_name, expressions = {} }) => [
    ...(full_name === AWS_PROVIDER || full_name === BUILT_IN_PROVIDER
      ? []
      : findings("code", [`Terraform runs the provider ${full_name ?? name}, which this project does not use`])),
    ...Object.keys(expressions)
      .filter((argument) => !PROVIDER_ARGUMENTS.includes(argument))
      .map(
        (argument): PlanFinding => ({
          kind: "access",
          text: `the provider ${name} has the argument ${argument}: it can use other credentials or another address`,
        }),
      ),
  ]);
  return [...providers, ...(root_module ? reviewModule(root_module) : [])];
}

function reviewModule({ resources = [], module_calls = {} }: ConfiguredModule): PlanFinding[] {
  return [
    ...resources.flatMap(reviewConfiguredResource),
    ...Object.entries(module_calls).flatMap(([name, { source, module }]) => [
      ...(/^\.\.?\//.test(String(source))
        ? findings("unknown", [`the module ${name} is not part of this project`])
        : findings("code", [`Terraform uses the module ${name} from ${source ?? "an unknown source"}`])),
      ...(module ? reviewModule(module) : []),
    ]),
  ];
}

const Command = z.object({ command: z.object({ constant_value: z.string() }) });

function reviewConfiguredResource({ address, mode, type, provisioners = [] }: ConfiguredResource): PlanFinding[] {
  return [
    ...provisioners.map(({ type: kind, expressions }): PlanFinding => {
      const command = Command.safeParse(isObject(expressions) ? expressions : {}).data?.command.constant_value;
      return {
        kind: "code",
        text: `${address} runs the provisioner ${kind}${command === undefined ? "" : `: ${command}`}`,
      };
    }),
    ...(mode === "data" && RUNNING_DATA_SOURCES.includes(type)
      ? findings("code", [`${address} runs a program or sends a request on the machine that plans`])
      : []),
    ...(mode === "data" && ![...RUNNING_DATA_SOURCES, ...DATA_SOURCES].includes(type)
      ? findings("unknown", [`${address} is a data source that this project does not have`])
      : []),
    ...(mode === "managed" || mode === "data"
      ? []
      : findings("unknown", [`${address} has the mode ${mode}, which this review does not know`])),
  ];
}

/** The provider of a resource. Another one can do anything under the name of AWS's types. */
export function reviewProvider({ address, type, provider_name }: ResourceChange): PlanFinding[] {
  const expected = type === "terraform_data" ? BUILT_IN_PROVIDER : AWS_PROVIDER;
  return provider_name === undefined || provider_name === expected
    ? []
    : findings("code", [`the provider ${provider_name} manages ${address}`]);
}
