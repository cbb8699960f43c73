export const stackName = (stage: string) => `secure-ivr-${stage}`;

/** The local backend's file, beside cdktf.json. */
export const stateFile = (stage: string) => `terraform.${stackName(stage)}.tfstate`;
