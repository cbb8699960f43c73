/** The stack's name in Terraform, and in the file that `cdktf deploy --outputs-file` writes. */
export const stackName = (stage: string): string => `secure-ivr-${stage}`;

/** What identifies a deployment. The same stage can be deployed in several Regions and accounts. */
export interface DeploymentPlace {
  stage: string;
  region: string;
  /** id; undefined if the configuration does not limit the deployment to exactly one account */
  account?: string | undefined;
}

/** Name of the local state file, which is beside cdktf.json. */
export const localStateFile = ({ stage, region, account = "" }: DeploymentPlace): string =>
  `terraform.${[stackName(stage), region, account].filter(Boolean).join(".")}.tfstate`;

/** Prefix of the default object keys of a stage's states in a bucket, with the slash at its end left out. */
export const stateKeyPrefix = (stage: string): string => `connect-secure-ivr/${stage}`;

/** Default object key of the state in a bucket. The policies of the roles for CI allow keys below connect-secure-ivr/. */
export const stateKey = ({ stage, region, account = "" }: DeploymentPlace): string =>
  `${[stateKeyPrefix(stage), region, account].filter(Boolean).join("/")}.tfstate`;

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
