import { LambdaCodeSigningConfig } from "@cdktf/provider-aws/lib/lambda-code-signing-config";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SignerSigningJob } from "@cdktf/provider-aws/lib/signer-signing-job";
import { SignerSigningProfile } from "@cdktf/provider-aws/lib/signer-signing-profile";
import { Construct } from "constructs";

export interface SignedPackageProps {
  stackName: string;
  /** the zip's file, as the stack refers to it */
  source: string;
  /** of the zip, hex */
  sha256: string;
  /** a bucket that keeps versions: AWS Signer signs one version of one object */
  bucket: string;
}

/** The function's package, signed by AWS Signer under a profile of the stack's own, which alone Lambda is to trust. */
export class SignedPackage extends Construct {
  /** of the signed package; each signing makes another object, by which Lambda is told of new code */
  readonly s3Bucket: string;
  readonly s3Key: string;
  readonly codeSigningConfigArn: string;

  constructor(scope: Construct, id: string, { stackName, source, sha256, bucket }: SignedPackageProps) {
    super(scope, id);
    const unsigned = new S3Object(this, "unsigned", { bucket, key: `${stackName}/unsigned/${sha256}.zip`, source });
    const profile = new SignerSigningProfile(this, "profile", {
      platformId: "AWSLambda-SHA384-ECDSA",
      // A profile that is taken down keeps its name for two years: another one needs another.
      namePrefix: `${stackName.replaceAll("-", "_")}_`,
    });
    const job = new SignerSigningJob(this, "job", {
      profileName: profile.name,
      source: { s3: { bucket, key: unsigned.key, version: unsigned.versionId } },
      destination: { s3: { bucket, prefix: `${stackName}/signed/` } },
    });
    const config = new LambdaCodeSigningConfig(this, "config", {
      description: `What ${stackName} signs, and nothing else`,
      allowedPublishers: { signingProfileVersionArns: [profile.versionArn] },
      policies: { untrustedArtifactOnDeployment: "Enforce" },
    });
    const signed = job.signedObject.get(0).s3.get(0);
    this.s3Bucket = signed.bucket;
    this.s3Key = signed.key;
    this.codeSigningConfigArn = config.arn;
  }
}
