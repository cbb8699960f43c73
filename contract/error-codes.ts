/** Name of the errors that the function throws on purpose; each message begins with its code. */
export const FUNCTION_ERROR_NAME = "DecryptCustomerInputError";

/** Why an invocation failed. The function throws, Connect takes the Error branch, and the log holds the code. */
export type ErrorCode =
  /** the flow does not send what the function needs */
  | "invalid-event"
  /** not an AWS Encryption SDK message: unencrypted, or truncated */
  | "malformed-message"
  | "too-many-data-keys"
  /** not encrypted by Amazon Connect */
  | "unknown-provider"
  /** the key is not one of those deployed with this function */
  | "unknown-key-id"
  | "parameter-missing"
  | "parameter-denied"
  /** Parameter Store did not respond in time, or failed */
  | "parameter-unavailable"
  | "parameter-not-a-private-key"
  | "wrong-private-key"
  | "tampered-message"
  /** no connection after a retry, or the connection broke during the response */
  | "payment-unavailable"
  | "payment-timeout"
  /** TLS failed, or the endpoint's certificate is not trusted */
  | "payment-not-trusted"
  /** unexpected HTTP status: a redirect, 401, 500, … */
  | "payment-refused"
  /** the response is neither a valid token nor a decline */
  | "payment-answer-invalid"
  /** the parameter's value cannot be a bearer secret */
  | "payment-secret-invalid"
  | "unexpected";
