import { createHash } from "node:crypto";
import { relative, resolve } from "node:path";
import { CloudcontrolapiResource } from "@cdktf/provider-aws/lib/cloudcontrolapi-resource";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Fn, propertyAccess, TerraformVariable, Token } from "cdktf";
import { Construct } from "constructs";
import type { CheckedKeyPair } from "./checked-key-pairs";

/** Parameter names are this prefix and the key id. It begins as in AWS's walk-through, whose roles allow for it. */
export const PARAMETER_PREFIX = "/CONNECT_INPUT_DECRYPTION_KEY/";

export interface InputKeyProps {
  keyPair: CheckedKeyPair;
  instanceArn: string;
  /** KMS key that encrypts the parameter */
  encryptionKeyArn: string;
  /** the folder Terraform runs in, which relative file names in it start from */
  stackDir: string;
}

/** One key pair where it is used: the public key at Connect, the private key in Parameter Store. */
export class InputKey extends Construct {
  /** the id that Connect gave the public key */
  readonly keyId: string;
  readonly certificate: string;
  readonly certificateExpiryDate: string;
  readonly parameter: SsmParameter;

  constructor(scope: Construct, id: string, { keyPair, instanceArn, encryptionKeyArn, stackDir }: InputKeyProps) {
    super(scope, id);
    this.certificate = keyPair.certificate;
    this.certificateExpiryDate = keyPair.notAfter;

    // The AWS provider has no resource of its own for security keys.
    const securityKey = new CloudcontrolapiResource(this, "security-key", {
      typeName: "AWS::Connect::SecurityKey",
      desiredState: JSON.stringify({ InstanceId: instanceArn, Key: keyPair.publicKey }),
    });
    this.keyId = Token.asString(propertyAccess(Fn.jsondecode(securityKey.properties), ["AssociationId"]));

    const settings = {
      name: `${PARAMETER_PREFIX}${this.keyId}`,
      description: `Private key of Amazon Connect customer input, key pair ${keyPair.name}`,
      type: "SecureString",
      tier: "Standard",
      keyId: encryptionKeyArn,
    };
    this.parameter = new SsmParameter(this, "private-key", {
      ...settings,
      valueWo: this.privateKeyWhileApplying(keyPair, stackDir),
      valueWoVersion: versionOf({ ...settings, name: this.keyId, publicKey: keyPair.publicKey }),
    });
  }

  /**
   * A write-only argument is in neither plan nor state, and by `terraform.applying` (Terraform 1.10) a plan needs no
   * private key. The provider still wants the argument set then, so a plan has a text in its place.
   */
  private privateKeyWhileApplying({ name, privateKey }: CheckedKeyPair, stackDir: string): string {
    const whilePlanning = JSON.stringify("known while applying");
    if ("file" in privateKey) {
      const file = JSON.stringify(relative(stackDir, resolve(privateKey.file)).replaceAll("\\", "/"));
      return `\${terraform.applying ? file(${file}) : ${whilePlanning}}`;
    }
    const variable = new TerraformVariable(this, "variable", {
      type: "string",
      default: "",
      description: `Private key (PEM) of the key pair ${name}, needed when its parameter is made or changed, tags included`,
      sensitive: true,
    });
    variable.overrideLogicalId(privateKey.variable);
    variable.addOverride("ephemeral", true);
    // Terraform has no function that fails with a text; a conversion that cannot succeed quotes it.
    const missing = JSON.stringify(
      `Set TF_VAR_${privateKey.variable} to the private key (PEM) of the key pair ${name}`,
    );
    const value = `var.${privateKey.variable}`;
    return `\${terraform.applying ? (${value} != "" ? ${value} : tostring(tonumber(${missing}))) : ${whilePlanning}}`;
  }
}

/**
 * A number that changes with any of the settings. The provider sends a write-only value only when its version changes,
 * and updating anything else without it sends an empty value, which fails. What is known now is digested now; the rest
 * (ids of other resources) joins it in Terraform.
 */
function versionOf(settings: Record<string, string>): number {
  const values = Object.values(settings);
  const known = values.filter((value) => !Token.isUnresolved(value));
  const digest = createHash("sha256").update(JSON.stringify(known)).digest("hex");
  const references = values.filter((value) => Token.isUnresolved(value));
  return Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(Fn.join(" ", [digest, ...references])), 0, 7), 16));
}
