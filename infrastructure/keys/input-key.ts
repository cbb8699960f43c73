import { relative, resolve } from "node:path";
import { CloudcontrolapiResource } from "@cdktf/provider-aws/lib/cloudcontrolapi-resource";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, propertyAccess, Token } from "cdktf";
import { Construct } from "constructs";
import { PRIVATE_KEY_PARAMETER_PREFIX } from "../../contract/parameter-names";
import type { UsableKeyPair } from "../../settings/usable-key-pair";
import { secretVariable, versionOf, whileApplying } from "./write-only";

export interface InputKeyProps {
  keyPair: UsableKeyPair;
  instanceArn: string;
  /** KMS key that encrypts the parameter */
  encryptionKeyArn: string;
  /** the folder Terraform runs in, which relative file names in it start from */
  stackDir: string;
}

/**
 * What is new is made first, the flow and the function move over, and what is old goes last. Without it Terraform would
 * take a key away while the flow still encrypts under it. The state remembers it for keys that the configuration no
 * longer names.
 */
const NEW_BEFORE_OLD = { createBeforeDestroy: true };

/** One key pair where it is used: the public key at Connect, the private key in Parameter Store. */
export class InputKey extends Construct {
  readonly keyPairName: string;
  /** the id that Connect gave the public key */
  readonly keyId: string;
  readonly certificate: string;
  readonly certificateExpiryDate: string;
  readonly parameter: SsmParameter;

  constructor(scope: Construct, id: string, { keyPair, instanceArn, encryptionKeyArn, stackDir }: InputKeyProps) {
    super(scope, id);
    this.keyPairName = keyPair.name;
    this.certificate = keyPair.certificate;
    this.certificateExpiryDate = keyPair.notAfter;

    // The AWS provider has no resource of its own for security keys.
    const securityKey = new CloudcontrolapiResource(this, "security-key", {
      typeName: "AWS::Connect::SecurityKey",
      desiredState: JSON.stringify({ InstanceId: instanceArn, Key: keyPair.publicKey }),
      lifecycle: NEW_BEFORE_OLD,
    });
    this.keyId = Token.asString(propertyAccess(Fn.jsondecode(securityKey.properties), ["AssociationId"]));

    const settings = {
      name: `${PRIVATE_KEY_PARAMETER_PREFIX}${this.keyId}`,
      description: `Private key of Amazon Connect customer input, key pair ${keyPair.name}`,
      type: "SecureString",
      tier: "Standard",
      keyId: encryptionKeyArn,
    };
    this.parameter = new SsmParameter(this, "private-key", {
      ...settings,
      valueWo: this.privateKeyWhileApplying(keyPair, stackDir),
      valueWoVersion: versionOf({ ...settings, name: this.keyId, publicKey: keyPair.publicKey }),
      lifecycle: NEW_BEFORE_OLD,
    });
  }

  private privateKeyWhileApplying({ name, privateKey }: UsableKeyPair, stackDir: string): string {
    if ("file" in privateKey) {
      const file = relative(stackDir, resolve(privateKey.file)).replaceAll("\\", "/");
      return whileApplying(`file(${JSON.stringify(file)})`);
    }
    return secretVariable(this, {
      name: privateKey.variable,
      description: `Private key (PEM) of the key pair ${name}`,
      content: `the private key (PEM) of the key pair ${name}`,
    });
  }
}
