/** Name of the errors that the function throws on purpose; each message begins with its code. */
export const FUNCTION_ERROR_NAME = "DecryptCustomerInputError";

/** Why an invocation failed. The function throws, Connect takes the Error branch, and the log holds the code. */
export const ERROR_CODES = {
  "invalid-event": "The flow does not send what the function needs.",
  "malformed-message": "The input is not an AWS Encryption SDK message: it is unencrypted or truncated.",
  "too-many-data-keys": "The message has more than one data key, and Amazon Connect writes one.",
  "unknown-provider": "Amazon Connect did not encrypt the message.",
  "unknown-key-id": "The key is not one of those that are deployed with this function.",
  "parameter-missing": "The parameter of the private key or of the payment secret does not exist.",
  "parameter-denied": "The function's role cannot read or decrypt the parameter.",
  "parameter-unavailable": "Parameter Store did not respond in time, or failed.",
  "parameter-not-a-private-key": "The parameter does not contain an RSA private key in PEM form.",
  "wrong-private-key": "The private key in the parameter does not belong to the key that encrypted the message.",
  "tampered-message": "The message was changed after Amazon Connect encrypted it.",
  "payment-unavailable":
    "There was no connection to the payment endpoint after a retry, or it broke during the response.",
  "payment-timeout": "The payment endpoint did not respond in time.",
  "payment-not-trusted": "TLS failed, or the certificate of the payment endpoint is not trusted.",
  "payment-refused": "The payment endpoint responded with an unexpected HTTP status: a redirect, 401, 500, …",
  "payment-answer-invalid": "The response of the payment endpoint is neither a valid token nor a decline.",
  "payment-secret-invalid": "The value of the parameter cannot be a bearer secret.",
  unexpected: "Any other error. Details are withheld because they may contain card data.",
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
