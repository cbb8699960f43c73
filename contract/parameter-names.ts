/**
 * A private key's parameter has this prefix and the key id as its name. The prefix begins like the name in AWS's blog
 * post, so that roles that were created for that name fit.
 */
export const PRIVATE_KEY_PARAMETER_PREFIX = "/CONNECT_INPUT_DECRYPTION_KEY/";

/** Name of the parameter with the payment endpoint's bearer secret. */
export const paymentSecretParameter = (stage: string): string => `/secure-ivr/${stage}/payment-secret`;

/** Terraform's variable for the private key of a key pair that has no private key file. */
export const privateKeyVariable = (keyPair: string): string => `private_key_${keyPair.replaceAll("-", "_")}`;

/** Terraform's variable for the payment endpoint's bearer secret. */
export const PAYMENT_SECRET_VARIABLE = "payment_secret";
