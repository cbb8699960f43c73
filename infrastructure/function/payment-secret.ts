import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { Construct } from "constructs";
import { PAYMENT_SECRET_VARIABLE, paymentSecretParameter } from "../../contract/parameter-names";
import { secretVariable, versionOf } from "../write-only";

export interface PaymentSecretProps {
  stage: string;
  /** when this number changes, the next apply writes the secret again */
  secretVersion: number;
  /** KMS key that encrypts the parameter */
  encryptionKeyArn: string;
}

/** The payment endpoint's bearer secret in Parameter Store. The function sends it with each request. */
export class PaymentSecret extends Construct {
  readonly parameter: SsmParameter;

  constructor(scope: Construct, id: string, { stage, secretVersion, encryptionKeyArn }: PaymentSecretProps) {
    super(scope, id);
    const settings = {
      name: paymentSecretParameter(stage),
      description: "Bearer secret of the payment endpoint",
      type: "SecureString",
      tier: "Standard",
      keyId: encryptionKeyArn,
    };
    this.parameter = new SsmParameter(this, "secret", {
      ...settings,
      valueWo: secretVariable(this, {
        name: PAYMENT_SECRET_VARIABLE,
        description: "Bearer secret of the payment endpoint",
        content: "the bearer secret of the payment endpoint",
      }),
      valueWoVersion: versionOf({ ...settings, secretVersion: String(secretVersion) }),
    });
  }
}
