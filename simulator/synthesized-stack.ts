import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { PolicyStatement } from "./access-policy";
import { SimulatorError } from "./simulator-error";
import { evaluateTemplate, type Scope } from "./terraform-expression";

/** Account id of everything simulated: one that no caller is likely to type a part of. */
const ACCOUNT = "804729163550";

export interface DeployedFunction {
  name: string;
  /** what a flow rings: the function's, or that of an alias, whose environments are others */
  arn: string;
  /** the zip that would be uploaded, or signed */
  zipFile: string;
  /** `file.export` */
  handler: string;
  runtime: string;
  memoryMb: number;
  timeoutSeconds: number;
  environment: Record<string, string>;
  logGroup: string;
  role: DeployedRole;
}

export interface DeployedRole {
  arn: string;
  /** of its policies, resolved */
  statements: PolicyStatement[];
}

export interface DeployedParameter {
  name: string;
  arn: string;
  type: string;
  /** the KMS key that encrypts it */
  keyArn: string;
  /** that key's own policy; without it the account's IAM decides alone */
  keyPolicy?: PolicyStatement[];
  value: string;
}

export interface DeployedFlow {
  arn: string;
  content: string;
}

type Block = Record<string, unknown>;

/**
 * A synthesized stack (`cdk.tf.json` and its assets) as it would be after an apply: references are resolved, and what
 * AWS would have given out (ids, ARNs) is made up, the same on every run.
 */
export class SynthesizedStack {
  readonly #config: Record<string, unknown>;
  readonly region: string;

  /** @param variables Terraform's, by name, where they have no default or are to differ from it */
  constructor(
    readonly folder: string,
    readonly variables: Readonly<Record<string, string>> = {},
  ) {
    const file = join(folder, "cdk.tf.json");
    if (!existsSync(file)) throw new SimulatorError(`${file} does not exist: synthesize the stack first.`);
    this.#config = JSON.parse(readFileSync(file, "utf8"));
    const [provider] = (this.#config.provider as { aws: { region: string }[] }).aws;
    this.region = provider?.region ?? "us-east-1";
  }

  /** ARN of the Connect instance */
  get instanceArn(): string {
    const [name] = this.#names("data", "aws_connect_instance");
    return this.#text(["data", "aws_connect_instance", name ?? "", "arn"]);
  }

  /** Flows, and modules: these as if a flow did nothing but invoke them. */
  get flows(): DeployedFlow[] {
    return ["aws_connect_contact_flow", "aws_connect_contact_flow_module"].flatMap((type) =>
      this.#names("resource", type).map((name) => ({
        arn: this.#text([type, name, "arn"]),
        content: this.#text([type, name, "content"]),
      })),
    );
  }

  /** The functions and their aliases that the Connect instance may invoke, if it is associated with the function. */
  get functions(): DeployedFunction[] {
    return this.#names("resource", "aws_lambda_function")
      .filter((name) => this.#isAssociated(name))
      .flatMap((name) => this.#invocableArns(name).map((arn) => ({ name, arn })))
      .map(({ name, arn }) => {
        const get = (attribute: string) => this.#attribute(["aws_lambda_function", name, attribute]);
        return {
          name: String(get("function_name")),
          arn,
          zipFile: join(this.folder, this.#packageOf(name)),
          handler: String(get("handler")),
          runtime: String(get("runtime")),
          memoryMb: Number(get("memory_size")),
          timeoutSeconds: Number(get("timeout")),
          environment: (get("environment") as { variables?: Record<string, string> } | undefined)?.variables ?? {},
          logGroup: (get("logging_config") as { log_group?: string } | undefined)?.log_group ?? "",
          role: { arn: String(get("role")), statements: this.#statementsOf(String(get("role"))) },
        };
      });
  }

  get parameters(): DeployedParameter[] {
    return this.#names("resource", "aws_ssm_parameter").map((name) => {
      const get = (attribute: string) => this.#text(["aws_ssm_parameter", name, attribute]);
      const keyArn = get("key_id");
      return {
        name: get("name"),
        arn: get("arn"),
        type: get("type"),
        keyArn,
        keyPolicy: this.#keyPolicy(keyArn),
        value: get("value_wo"),
      };
    });
  }

  #keyPolicy(keyArn: string): PolicyStatement[] | undefined {
    const name = this.#names("resource", "aws_kms_key").find(
      (other) => this.#text(["aws_kms_key", other, "arn"]) === keyArn,
    );
    return name ? JSON.parse(this.#text(["aws_kms_key", name, "policy"])).Statement : undefined;
  }

  /** The public keys uploaded to Connect (PEM), by the id that Connect gave them. */
  get securityKeys(): Map<string, string> {
    const isSecurityKey = (name: string) =>
      this.#text(["aws_cloudcontrolapi_resource", name, "type_name"]) === "AWS::Connect::SecurityKey";
    const names = this.#names("resource", "aws_cloudcontrolapi_resource").filter(isSecurityKey);
    const keys = names.map((name) => {
      const properties = JSON.parse(this.#text(["aws_cloudcontrolapi_resource", name, "properties"]));
      return [properties.AssociationId, properties.Key] as const;
    });
    return new Map(keys);
  }

  #isAssociated(name: string): boolean {
    const arn = this.#text(["aws_lambda_function", name, "arn"]);
    const type = "aws_connect_lambda_function_association";
    return this.#names("resource", type).some((other) => this.#text([type, other, "function_arn"]) === arn);
  }

  /** Of the function and its aliases, those with a permission for Connect: each needs its own. */
  #invocableArns(name: string): string[] {
    const lambda = (attribute: string) => this.#text(["aws_lambda_function", name, attribute]);
    const isThis = (functionName: string) => [lambda("function_name"), lambda("arn")].includes(functionName);
    const qualifiers = this.#names("resource", "aws_lambda_permission")
      .map((other) => (attribute: string) => this.#optional(["aws_lambda_permission", other, attribute]))
      .filter(
        (get) =>
          isThis(get("function_name")) &&
          get("action") === "lambda:InvokeFunction" &&
          get("principal") === "connect.amazonaws.com" &&
          get("source_arn") === this.instanceArn,
      )
      .map((get) => get("qualifier"));
    const type = "aws_lambda_alias";
    const aliases = this.#names("resource", type)
      .map((other) => (attribute: string) => this.#text([type, other, attribute]))
      .filter((get) => isThis(get("function_name")) && qualifiers.includes(get("name")));
    return [...(qualifiers.includes("") ? [lambda("arn")] : []), ...aliases.map((get) => get("arn"))];
  }

  /** The function's zip; of a signed one, which AWS Signer would make, the one that is signed. */
  #packageOf(name: string): string {
    const file = this.#optional(["aws_lambda_function", name, "filename"]);
    if (file !== "") return file;
    const key = this.#text(["aws_lambda_function", name, "s3_key"]);
    const unsigned = this.#names("resource", "aws_signer_signing_job")
      .map((job) => (attribute: string) => this.#attribute(["aws_signer_signing_job", job, attribute]))
      .filter((get) => (get("signed_object") as [{ s3: [{ key: string }] }])[0].s3[0].key === key)
      .map((get) => (get("source") as { s3: { key: string } }).s3.key);
    const object = this.#names("resource", "aws_s3_object").find((other) =>
      unsigned.includes(this.#text(["aws_s3_object", other, "key"])),
    );
    if (!object) throw new SimulatorError(`The stack does not hold the package ${key} of the function ${name}.`);
    return this.#text(["aws_s3_object", object, "source"]);
  }

  #statementsOf(roleArn: string): PolicyStatement[] {
    const roles = this.#names("resource", "aws_iam_role").filter(
      (name) => this.#text(["aws_iam_role", name, "arn"]) === roleArn,
    );
    const roleNames = roles.map((name) => this.#text(["aws_iam_role", name, "name"]));
    return this.#names("resource", "aws_iam_role_policy")
      .filter((name) => roleNames.includes(this.#text(["aws_iam_role_policy", name, "role"])))
      .flatMap((name) => JSON.parse(this.#text(["aws_iam_role_policy", name, "policy"])).Statement);
  }

  #names(kind: "resource" | "data", type: string): string[] {
    return Object.keys((this.#config[kind] as Record<string, Block> | undefined)?.[type] ?? {});
  }

  #text(path: string[]): string {
    return String(this.#attribute(path) ?? "");
  }

  /** "" for an argument that is not given */
  #optional([type = "", name = "", argument = ""]: string[]): string {
    const block = (this.#config.resource as Record<string, Record<string, Block>>)[type]?.[name] ?? {};
    return argument in block ? this.#text([type, name, argument]) : "";
  }

  #attribute(path: string[]): unknown {
    const [kind, [type, name, attribute, ...rest]] = path[0] === "data" ? ["data", path.slice(1)] : ["resource", path];
    const block = (this.#config[kind] as Record<string, Record<string, Block>> | undefined)?.[type ?? ""]?.[name ?? ""];
    if (!type || !name || !attribute || !block || rest.length > 0) {
      throw new SimulatorError(`The stack refers to ${path.join(".")}, which it does not hold.`);
    }
    if (attribute in block) return this.#resolve(block[attribute]);
    const computed = COMPUTED[`${type}.${attribute}`];
    if (!computed) throw new SimulatorError(`The simulator does not know what ${type}.${attribute} would be.`);
    return computed({
      region: this.region,
      id: uuidOf(`${type}.${name}`),
      get: (other) => this.#text(kind === "data" ? ["data", type, name, other] : [type, name, other]),
      block: (other) => this.#attribute([type, name, other]),
    });
  }

  #variable([, name = "", ...rest]: string[]): unknown {
    const declared = (this.#config.variable as Record<string, Block> | undefined)?.[name];
    const value = this.variables[name] ?? declared?.default;
    if (!declared || rest.length > 0 || value === undefined) {
      throw new SimulatorError(`The stack refers to var.${[name, ...rest].join(".")}, which has no value.`);
    }
    return value;
  }

  #resolve(value: unknown): unknown {
    if (typeof value === "string") return evaluateTemplate(value, this.#scope);
    if (Array.isArray(value)) return value.map((item) => this.#resolve(item));
    if (value === null || typeof value !== "object") return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, this.#resolve(inner)]));
  }

  readonly #scope: Scope = {
    reference: (path) => {
      // Write-only values are there while applying, and so they are here.
      if (path.join(".") === "terraform.applying") return true;
      return path[0] === "var" ? this.#variable(path) : this.#attribute(path);
    },
    functions: {
      tostring: String,
      // A text in its place is how a stack says what it lacks: Terraform quotes it in its error.
      tonumber: (text) => {
        if (!Number.isNaN(Number(text))) return Number(text);
        throw new SimulatorError(`${text}.`);
      },
      jsondecode: (text) => JSON.parse(String(text)),
      file: (name) => {
        const file = resolve(this.folder, String(name));
        if (!existsSync(file)) throw new SimulatorError(`${file}, which the stack reads, does not exist.`);
        return readFileSync(file, "utf8");
      },
    },
  };
}

interface Computing {
  region: string;
  /** a UUID of the resource's own */
  id: string;
  get(attribute: string): string;
  /** one with arguments of its own */
  block(attribute: string): unknown;
}

const arn = (service: string, c: Computing, resource: string) =>
  `arn:aws:${service}:${c.region}:${ACCOUNT}:${resource}`;

/** What AWS would have computed, in its form. */
const COMPUTED: Record<string, (c: Computing) => unknown> = {
  "aws_caller_identity.account_id": () => ACCOUNT,
  "aws_caller_identity.arn": () => `arn:aws:iam::${ACCOUNT}:user/deployer`,
  "aws_iam_session_context.issuer_arn": (c) => c.get("arn"),
  "aws_partition.partition": () => "aws",
  "aws_connect_instance.id": (c) => c.id,
  "aws_connect_instance.arn": (c) => arn("connect", c, `instance/${c.get("id")}`),
  "aws_connect_contact_flow.contact_flow_id": (c) => c.id,
  "aws_connect_contact_flow.arn": (c) => arn("connect", c, `instance/${c.get("instance_id")}/contact-flow/${c.id}`),
  "aws_connect_contact_flow_module.contact_flow_module_id": (c) => c.id,
  "aws_connect_contact_flow_module.arn": (c) =>
    arn("connect", c, `instance/${c.get("instance_id")}/flow-module/${c.id}`),
  "aws_lambda_function.arn": (c) => arn("lambda", c, `function:${c.get("function_name")}`),
  "aws_lambda_alias.arn": (c) => arn("lambda", c, `function:${c.get("function_name")}:${c.get("name")}`),
  "aws_s3_object.version_id": (c) => c.id,
  "aws_signer_signing_job.signed_object": (c) => {
    const { s3 } = c.block("destination") as { s3: { bucket: string; prefix: string } };
    return [{ s3: [{ bucket: s3.bucket, key: `${s3.prefix}${c.id}.zip` }] }];
  },
  "aws_ssm_parameter.arn": (c) => arn("ssm", c, `parameter${c.get("name")}`),
  "aws_kms_key.key_id": (c) => c.id,
  "aws_kms_key.arn": (c) => arn("kms", c, `key/${c.id}`),
  "aws_iam_role.arn": (c) => `arn:aws:iam::${ACCOUNT}:role/${c.get("name")}`,
  "aws_cloudwatch_log_group.arn": (c) => arn("logs", c, `log-group:${c.get("name")}`),
  "aws_cloudcontrolapi_resource.properties": (c) =>
    JSON.stringify({ ...JSON.parse(c.get("desired_state")), AssociationId: c.id }),
};

function uuidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-a$4-$5");
}
