import { createPrivateKey, type KeyObject } from "node:crypto";
import { DecryptCustomerInputError } from "./errors";
import type { SecureParameters } from "./secure-parameters";

/** Private keys in Parameter Store, by the id that Connect gave their public keys. */
export class PrivateKeys {
  constructor(
    readonly parameterPrefix: string,
    readonly parameters: SecureParameters,
  ) {}

  get(keyId: string): Promise<KeyObject> {
    return this.parameters.get(`${this.parameterPrefix}${keyId}`, parsePrivateKey);
  }
}

function parsePrivateKey(value: string): KeyObject {
  try {
    const key = createPrivateKey(value);
    if (key.asymmetricKeyType === "rsa") return key;
  } catch {
    // said below, without the error: OpenSSL's may quote its input
  }
  throw new DecryptCustomerInputError(
    "parameter-not-a-private-key",
    "the parameter's value is not an RSA private key in PEM form",
  );
}
