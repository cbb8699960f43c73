import { LocalBackend, S3Backend, type TerraformStack } from "cdktf";
import { localStateFile, stateKey } from "../../contract/stack-outputs";
import type { AssumedRole } from "../../settings/access-settings";
import { deploymentPlace } from "../../settings/local-states";
import type { Settings } from "../../settings/settings";

/** Where Terraform stores the state. */
export function configureBackend(stack: TerraformStack, settings: Settings, projectDir: string): void {
  const { backend, region, profile } = settings;
  const place = deploymentPlace(settings);
  if (!backend) {
    // cdktf's default is an absolute path on the machine that ran synth.
    new LocalBackend(stack, { path: `${projectDir}/${localStateFile(place)}` });
    return;
  }
  const s3 = new S3Backend(stack, {
    bucket: backend.bucket,
    key: backend.key ?? stateKey(place),
    region: backend.region ?? region,
    profile: backend.profile ?? profile,
    assumeRole: backend.assumeRole && terraformRole(backend.assumeRole),
    // Without a key, `encrypt` would ask for AES256 also where the bucket encrypts with a KMS key by default.
    ...(backend.kmsKeyId && { encrypt: true, kmsKeyId: backend.kmsKeyId }),
  });
  s3.addOverride("use_lockfile", true);
}

/** A role in the form of Terraform's provider and backend. */
export const terraformRole = ({ arn, externalId, sessionName }: AssumedRole) => ({
  roleArn: arn,
  externalId,
  sessionName,
});
