import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { type PolicyStatement, parsePolicy } from "./access-policy";
import { SimulatorError } from "./call-events";
import { COMPUTED_ATTRIBUTES } from "./computed-attributes";
import { evaluateTemplate, type Scope } from "./terraform-expression";

export interface DeployedFunction {
  name: string;
  /** the ARN that a flow invokes: the function's or an alias's, which has execution environments of its own */
  arn: string;
  /** the zip to upload, before AWS Signer signs it */
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
  /** the statements of its policies, with references resolved */
  statements: PolicyStatement[];
}

export interface DeployedParameter {
  name: string;
  arn: string;
  type: string;
  /** the KMS key that encrypts it */
  keyArn: string;
  /** the policy of that key; if it is missing, only the role's policies count */
  keyPolicy?: PolicyStatement[];
  value: string;
}

export interface DeployedFlow {
  arn: string;
  content: string;
}

const Block = z.record(z.string(), z.unknown());
const BlocksByType = z.record(z.string(), z.record(z.string(), Block)).default({});

/** cdk.tf.json. Attributes can contain Terraform expressions, so each is parsed when it is read. */
const Configuration = z.object({
  provider: z.object({ aws: z.array(z.object({ region: z.string().optional() })) }),
  resource: BlocksByType,
  data: BlocksByType,
  variable: z.record(z.string(), Block).default({}),
});

const FunctionVariables = z.object({ variables: z.record(z.string(), z.string()).default({}) }).optional();
const LoggingConfig = z.object({ log_group: z.string().default("") }).optional();
const SignedObject = z.tuple([z.object({ s3: z.tuple([z.object({ key: z.string() })]) })]);
const SigningSource = z.object({ s3: z.object({ key: z.string() }) });
const SecurityKeyProperties = z.object({ AssociationId: z.string(), Key: z.string() });

/**
 * A synthesized stack (`cdk.tf.json` and its assets) as it is after an apply. References are resolved. Values that AWS
 * would assign (ids, ARNs) are invented, and the same in every run.
 */
export class SynthesizedStack {
  readonly #configuration: z.infer<typeof Configuration>;
  readonly region: string;

  /** @param variables values of Terraform variables, by name; they replace defaults */
  constructor(
    readonly folder: string,
    readonly variables: Readonly<Record<string, string>> = {},
  ) {
    const file = join(folder, "cdk.tf.json");
    if (!existsSync(file)) throw new SimulatorError(`${file} does not exist: synthesize the stack first.`);
    this.#configuration = parse(Configuration, JSON.parse(readFileSync(file, "utf8")), file);
    this.region = this.#configuration.provider.aws[0]?.region ?? "us-east-1";
  }

  /** ARN of the Connect instance */
  get instanceArn(): string {
    const [name = ""] = this.#names("data", "aws_connect_instance");
    return this.#text(["data", "aws_connect_instance", name, "arn"]);
  }

  /** The flows, and the modules, which are simulated like a flow that only invokes the module. */
  get flows(): DeployedFlow[] {
    return ["aws_connect_contact_flow", "aws_connect_contact_flow_module"].flatMap((type) =>
      this.#names("resource", type).map((name) => ({
        arn: this.#text([type, name, "arn"]),
        content: this.#text([type, name, "content"]),
      })),
    );
  }

  /** The functions and aliases that the Connect instance may invoke: those with an association and a permission. */
  get functions(): DeployedFunction[] {
    return this.#names("resource", "aws_lambda_function")
      .filter((name) => this.#isAssociated(name))
      .flatMap((name) => this.#invocableArns(name).map((arn) => this.#function(name, arn)));
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

  /** The public keys uploaded to Connect (PEM), by the id that Connect assigned. */
  get securityKeys(): Map<string, string> {
    const type = "aws_cloudcontrolapi_resource";
    const names = this.#names("resource", type).filter(
      (name) => this.#text([type, name, "type_name"]) === "AWS::Connect::SecurityKey",
    );
    return new Map(
      names.map((name) => {
        const path = [type, name, "properties"];
        const { AssociationId, Key } = parse(SecurityKeyProperties, JSON.parse(this.#text(path)), path.join("."));
        return [AssociationId, Key];
      }),
    );
  }

  #function(name: string, arn: string): DeployedFunction {
    const text = (attribute: string) => this.#text(["aws_lambda_function", name, attribute]);
    const get = <T>(attribute: string, schema: z.ZodType<T>) =>
      this.#get(["aws_lambda_function", name, attribute], schema);
    return {
      name: text("function_name"),
      arn,
      zipFile: join(this.folder, this.#packageOf(name)),
      handler: text("handler"),
      runtime: text("runtime"),
      memoryMb: get("memory_size", z.coerce.number()),
      timeoutSeconds: get("timeout", z.coerce.number()),
      environment: get("environment", FunctionVariables)?.variables ?? {},
      logGroup: get("logging_config", LoggingConfig)?.log_group ?? "",
      role: { arn: text("role"), statements: this.#statementsOf(text("role")) },
    };
  }

  #keyPolicy(keyArn: string): PolicyStatement[] | undefined {
    const name = this.#names("resource", "aws_kms_key").find(
      (other) => this.#text(["aws_kms_key", other, "arn"]) === keyArn,
    );
    return name ? parsePolicy(this.#text(["aws_kms_key", name, "policy"])) : undefined;
  }

  #isAssociated(name: string): boolean {
    const arn = this.#text(["aws_lambda_function", name, "arn"]);
    const type = "aws_connect_lambda_function_association";
    return this.#names("resource", type).some((other) => this.#text([type, other, "function_arn"]) === arn);
  }

  /** The ARNs of the function and its aliases for which Connect has a permission: each ARN needs its own. */
  #invocableArns(name: string): string[] {
    const lambda = (attribute: string) => this.#text(["aws_lambda_function", name, attribute]);
    const isThis = (functionName: string) => [lambda("function_name"), lambda("arn")].includes(functionName);
    const qualifiers = this.#names("resource", "aws_lambda_permission")
      .map((other) => (attribute: string) => this.#argument(["aws_lambda_permission", other, attribute]) ?? "")
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

  /** The function's zip. For a signed function, the zip that AWS Signer signs. */
  #packageOf(name: string): string {
    const file = this.#argument(["aws_lambda_function", name, "filename"]);
    if (file) return file;
    const key = this.#text(["aws_lambda_function", name, "s3_key"]);
    const type = "aws_signer_signing_job";
    const unsigned = this.#names("resource", type)
      .filter((job) => this.#get([type, job, "signed_object"], SignedObject)[0].s3[0].key === key)
      .map((job) => this.#get([type, job, "source"], SigningSource).s3.key);
    const object = this.#names("resource", "aws_s3_object").find((other) =>
      unsigned.includes(this.#text(["aws_s3_object", other, "key"])),
    );
    if (!object) throw new SimulatorError(`The stack does not contain the package ${key} of the function ${name}.`);
    return this.#text(["aws_s3_object", object, "source"]);
  }

  #statementsOf(roleArn: string): PolicyStatement[] {
    const roles = this.#names("resource", "aws_iam_role").filter(
      (name) => this.#text(["aws_iam_role", name, "arn"]) === roleArn,
    );
    const roleNames = roles.map((name) => this.#text(["aws_iam_role", name, "name"]));
    return this.#names("resource", "aws_iam_role_policy")
      .filter((name) => roleNames.includes(this.#text(["aws_iam_role_policy", name, "role"])))
      .flatMap((name) => parsePolicy(this.#text(["aws_iam_role_policy", name, "policy"])));
  }

  #names(kind: "resource" | "data", type: string): string[] {
    return Object.keys(this.#configuration[kind][type] ?? {});
  }

  #get<T>(path: string[], schema: z.ZodType<T>): T {
    return parse(schema, this.#attribute(path), path.join("."));
  }

  #text(path: string[]): string {
    return String(this.#attribute(path) ?? "");
  }

  /** A resource's argument, if it is present. */
  #argument([type = "", name = "", argument = ""]: string[]): string | undefined {
    const block = this.#configuration.resource[type]?.[name] ?? {};
    return argument in block ? this.#text([type, name, argument]) : undefined;
  }

  #attribute(path: string[]): unknown {
    const isData = path[0] === "data";
    const [type = "", name = "", attribute = "", ...rest] = isData ? path.slice(1) : path;
    const block = this.#configuration[isData ? "data" : "resource"][type]?.[name];
    if (!attribute || !block || rest.length > 0) {
      throw new SimulatorError(`The stack refers to ${path.join(".")}, which it does not contain.`);
    }
    if (attribute in block) return this.#resolve(block[attribute]);
    const compute = COMPUTED_ATTRIBUTES[`${type}.${attribute}`];
    if (!compute) throw new SimulatorError(`The simulator does not know the value of ${type}.${attribute}.`);
    const pathOf = (other: string) => [...(isData ? ["data"] : []), type, name, other];
    return compute({
      region: this.region,
      address: `${type}.${name}`,
      text: (other) => this.#text(pathOf(other)),
      get: (other, schema) => this.#get(pathOf(other), schema),
    });
  }

  #variable([, name = "", ...rest]: string[]): unknown {
    const declared = this.#configuration.variable[name];
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
      // Write-only values are available only during an apply.
      if (path.join(".") === "terraform.applying") return true;
      return path[0] === "var" ? this.#variable(path) : this.#attribute(path);
    },
    functions: {
      tostring: String,
      // A stack reports a missing value by tonumber("sentence"): Terraform quotes the sentence in its error.
      tonumber: (text) => {
        if (!Number.isNaN(Number(text))) return Number(text);
        throw new SimulatorError(`${text}.`);
      },
      jsondecode: (text) => JSON.parse(String(text)),
      file: (name) => {
        const file = resolve(this.folder, String(name));
        if (!existsSync(file)) throw new SimulatorError(`The stack reads ${file}, which does not exist.`);
        return readFileSync(file, "utf8");
      },
    },
  };
}

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const path = [where, ...(result.error.issues[0]?.path ?? [])].join(".");
  throw new SimulatorError(`The simulator cannot read the stack: ${path} is missing or wrong.`);
}
