import { CloudcontrolapiResource } from "@cdktf/provider-aws/lib/cloudcontrolapi-resource";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, propertyAccess, Token } from "cdktf";
import { Construct } from "constructs";
import { PRIVATE_KEY_PARAMETER_PREFIX } from "../../contract/parameter-names";
import type { UsableKeyPair } from "../../settings/usable-key-pair";
import { evaluatedOnApply, secretVariable, versionOf } from "../write-only";

export interface InputKeyProps {
  /** its private key file is relative to the folder that Terraform runs in */
  keyPair: UsableKeyPair;
  instanceArn: string;
  /** KMS key that encrypts the parameter */
  encryptionKeyArn: string;
}

/**
 * Terraform creates the new key, updates the function's role and the flow, and deletes the old key last. Without this, it
 * would delete a key while the flow still encrypts with it. The state stores the setting, so it also applies to keys that
 * are no longer in the configuration.
 */
const CREATE_BEFORE_DESTROY = { createBeforeDestroy: true };

/** A deployed key pair: the public key in Amazon Connect, the private key in Parameter Store. */
export class InputKey extends Construct {
  readonly keyPairName: string;
  /** the id that Connect assigned to the public key */
  readonly keyId: string;
  /** PEM */
  readonly certificate: string;
  /** ISO 8601, UTC */
  readonly certificateExpiryDate: string;
  readonly parameter: SsmParameter;

  constructor(scope: Construct, id: string, { keyPair, instanceArn, encryptionKeyArn }: InputKeyProps) {
    super(scope, id);
    this.keyPairName = keyPair.name;
    this.certificate = keyPair.certificate;
    this.certificateExpiryDate = keyPair.notAfter;

    // The AWS provider has no resource for security keys (docs/decisions/0007-security-key-by-cloud-control.md).
    const securityKey = new CloudcontrolapiResource(this, "security-key", {
      typeName: "AWS::Connect::SecurityKey",
      desiredState: JSON.stringify({ InstanceId: instanceArn, Key: keyPair.publicKey }),
      lifecycle: CREATE_BEFORE_DESTROY,
    });
    this.keyId = Token.asString(propertyAccess(Fn.jsondecode(securityKey.properties), ["AssociationId"]));

    // The description is a part of the value's version: after a change of its text, an apply needs the private key.
    const settings = {
      name: `${PRIVATE_KEY_PARAMETER_PREFIX}${this.keyId}`,
      description: `Private key of Amazon Connect customer input, key pair ${keyPair.name}`,
      type: "SecureString",
      tier: "Standard",
      keyId: encryptionKeyArn,
    };
    this.parameter = new SsmParameter(this, "private-key", {
      ...settings,
      valueWo: this.#privateKeyExpression(keyPair),
      valueWoVersion: versionOf({ ...settings, name: this.keyId, publicKey: keyPair.publicKey }),
      lifecycle: CREATE_BEFORE_DESTROY,
    });
  }

  #privateKeyExpression({ name, privateKey }: UsableKeyPair): string {
    if ("file" in privateKey) return evaluatedOnApply(`file(${JSON.stringify(privateKey.file)})`);
    return secretVariable(this, {
      name: privateKey.variable,
      description: `Private key (PEM) of the key pair ${name}`,
      content: `the private key (PEM) of the key pair ${name}`,
    });
  }
}
