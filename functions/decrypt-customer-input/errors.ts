import { type ErrorCode, FUNCTION_ERROR_NAME } from "../../contract/error-codes";

/** The message must contain no part of an input, of a private key, or of an error that could quote them. */
export class DecryptCustomerInputError extends Error {
  override name = FUNCTION_ERROR_NAME;

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
