/** The stack's name in Terraform, and in the file that `cdktf deploy --outputs-file` writes. */
export const stackName = (stage: string): string => `secure-ivr-${stage}`;

/** Name of the local state file, which is beside cdktf.json. */
export const localStateFile = (stage: string): string => `terraform.${stackName(stage)}.tfstate`;

/** The stack's outputs: the infrastructure writes them, `ivr smoke` and `ivr keys rotate` read them. */
export interface StackOutputValues {
  instance_id: string;
  /** ARN of the KMS key that encrypts the private keys */
  encryption_key_arn: string;
  function_name: string;
  function_arn: string;
  /** only where `flowKind` is `inbound` */
  contact_flow_id?: string;
  /** only where `flowKind` is `module` */
  contact_flow_module_id?: string;
  /** Connect's ids of the public keys, by key pair */
  key_ids: Record<string, string>;
  /** name of the key pair that the flow encrypts with */
  encrypt_with: string;
  /** names of the private keys' parameters, by key pair */
  parameter_names: Record<string, string>;
  /** ISO 8601, UTC, by key pair */
  certificate_expiry_dates: Record<string, string>;
  alarm_topic_arn: string;
  /** only where the configuration claims a number */
  phone_number?: string;
}
