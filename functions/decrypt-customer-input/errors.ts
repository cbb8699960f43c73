import { type ErrorCode, FUNCTION_ERROR_NAME } from "../../contract/error-codes";

/** The message must never hold anything of the input, the key or an error that could have seen them. */
export class DecryptCustomerInputError extends Error {
  override name = FUNCTION_ERROR_NAME;

  constructor(
    readonly code: ErrorCode,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}
