import { createHash } from "node:crypto";
import { z } from "zod";

/** The simulated AWS account's id: a caller is unlikely to enter a part of it. */
const ACCOUNT = "804729163550";

const SigningDestination = z.object({ s3: z.object({ bucket: z.string(), prefix: z.string() }) });

/** A resource of the stack. */
interface Resource {
  region: string;
  /** `type.name` */
  address: string;
  text(attribute: string): string;
  get<T>(attribute: string, schema: z.ZodType<T>): T;
}

const arn = (service: string, r: Resource, resource: string) => `arn:aws:${service}:${r.region}:${ACCOUNT}:${resource}`;

/** The attributes that AWS computes, in AWS's format. */
export const COMPUTED_ATTRIBUTES: Record<string, (r: Resource) => unknown> = {
  "aws_caller_identity.account_id": () => ACCOUNT,
  "aws_caller_identity.arn": () => `arn:aws:iam::${ACCOUNT}:user/deployer`,
  "aws_iam_session_context.issuer_arn": (r) => r.text("arn"),
  "aws_partition.partition": () => "aws",
  "aws_connect_instance.id": (r) => uuidOf(r),
  "aws_connect_instance.arn": (r) => arn("connect", r, `instance/${r.text("id")}`),
  "aws_connect_contact_flow.contact_flow_id": (r) => uuidOf(r),
  "aws_connect_contact_flow.arn": (r) =>
    arn("connect", r, `instance/${r.text("instance_id")}/contact-flow/${uuidOf(r)}`),
  "aws_connect_contact_flow_module.contact_flow_module_id": (r) => uuidOf(r),
  "aws_connect_contact_flow_module.arn": (r) =>
    arn("connect", r, `instance/${r.text("instance_id")}/flow-module/${uuidOf(r)}`),
  "aws_lambda_function.arn": (r) => arn("lambda", r, `function:${r.text("function_name")}`),
  "aws_lambda_alias.arn": (r) => arn("lambda", r, `function:${r.text("function_name")}:${r.text("name")}`),
  "aws_s3_object.version_id": (r) => uuidOf(r),
  "aws_signer_signing_job.signed_object": (r) => {
    const { s3 } = r.get("destination", SigningDestination);
    return [{ s3: [{ bucket: s3.bucket, key: `${s3.prefix}${uuidOf(r)}.zip` }] }];
  },
  "aws_ssm_parameter.arn": (r) => arn("ssm", r, `parameter${r.text("name")}`),
  "aws_kms_key.key_id": (r) => uuidOf(r),
  "aws_kms_key.arn": (r) => arn("kms", r, `key/${uuidOf(r)}`),
  "aws_iam_role.arn": (r) => `arn:aws:iam::${ACCOUNT}:role/${r.text("name")}`,
  "aws_cloudwatch_log_group.arn": (r) => arn("logs", r, `log-group:${r.text("name")}`),
  "aws_cloudcontrolapi_resource.properties": (r) =>
    JSON.stringify({ ...JSON.parse(r.text("desired_state")), AssociationId: uuidOf(r) }),
};

/** A UUID that is unique to the resource, and the same in every run. */
function uuidOf({ address }: Resource): string {
  const hex = createHash("sha256").update(address).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-a$4-$5");
}
