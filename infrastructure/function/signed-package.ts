import { LambdaCodeSigningConfig } from "@cdktf/provider-aws/lib/lambda-code-signing-config";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SignerSigningJob } from "@cdktf/provider-aws/lib/signer-signing-job";
import { SignerSigningProfile } from "@cdktf/provider-aws/lib/signer-signing-profile";
import { Construct } from "constructs";

export interface SignedPackageProps {
  stackName: string;
  /** path of the zip, as the stack refers to it */
  source: string;
  /** SHA-256 of the zip, hex */
  sha256: string;
  /** a bucket with versioning: AWS Signer signs one version of an object */
  bucket: string;
}

/** The function's package, signed by AWS Signer. Lambda accepts only code that the stack's own signing profile signed. */
export class SignedPackage extends Construct {
  /** bucket and key of the signed package; each signing job writes a new object, so Lambda detects new code */
  readonly s3Bucket: string;
  readonly s3Key: string;
  readonly codeSigningConfigArn: string;

  constructor(scope: Construct, id: string, { stackName, source, sha256, bucket }: SignedPackageProps) {
    super(scope, id);
    const unsigned = new S3Object(this, "unsigned", { bucket, key: `${stackName}/unsigned/${sha256}.zip`, source });
    const profile = new SignerSigningProfile(this, "profile", {
      platformId: "AWSLambda-SHA384-ECDSA",
      // A prefix, not a name: AWS reserves the name of a canceled profile for two years.
      namePrefix: `${stackName.replaceAll("-", "_")}_`,
    });
    const job = new SignerSigningJob(this, "job", {
      profileName: profile.name,
      source: { s3: { bucket, key: unsigned.key, version: unsigned.versionId } },
      destination: { s3: { bucket, prefix: `${stackName}/signed/` } },
    });
    const config = new LambdaCodeSigningConfig(this, "config", {
      description: `Allows only code that ${stackName} signed`,
      allowedPublishers: { signingProfileVersionArns: [profile.versionArn] },
      policies: { untrustedArtifactOnDeployment: "Enforce" },
    });
    const signed = job.signedObject.get(0).s3.get(0);
    this.s3Bucket = signed.bucket;
    this.s3Key = signed.key;
    this.codeSigningConfigArn = config.arn;
  }
}
