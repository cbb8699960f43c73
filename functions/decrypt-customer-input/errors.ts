/** Faults: the function throws, Connect takes the block's Error branch, and the log holds the code. */
export type ErrorCode =
  /** the flow does not send what the function needs */
  | "invalid-event"
  /** not an AWS Encryption SDK message: the flow sends something unencrypted, or cut short */
  | "malformed-message"
  | "too-many-data-keys"
  /** not encrypted by Amazon Connect */
  | "unknown-provider"
  /** of a key that is not among those deployed with this function */
  | "unknown-key-id"
  | "parameter-missing"
  | "parameter-denied"
  /** Parameter Store did not answer in time, or with an error of its own */
  | "parameter-unavailable"
  | "parameter-not-a-private-key"
  | "wrong-private-key"
  | "tampered-message"
  /** no connection, at the second try either, or one that ended in the midst of the answer */
  | "payment-unavailable"
  | "payment-timeout"
  /** the endpoint's certificate, or TLS itself */
  | "payment-not-trusted"
  /** an HTTP status that is no answer: redirects, 401, 500, … */
  | "payment-refused"
  /** neither a token that Connect could take, nor that the endpoint declined */
  | "payment-answer-invalid"
  /** what the parameter holds cannot be a bearer secret */
  | "payment-secret-invalid"
  | "unexpected";

/** The message must never hold anything of the input, the key or an error that could have seen them. */
export class DecryptCustomerInputError extends Error {
  override name = "DecryptCustomerInputError";

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
