import { CheckFailure } from "./check";

/** Where requests are sent, and with which credentials: by default those that the SDK finds. */
export interface AwsAccess {
  region: string;
  /** a profile in the files of the AWS command line */
  profile?: string | undefined;
  /** of an assumed role */
  credentials?: (() => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken: string }>) | undefined;
}

/**
 * Settings of an SDK client. Without timeouts the SDK waits forever for a network that does not respond.
 *
 * @param responseTimeout milliseconds without data; the SDK tries three times
 */
export const clientSettings = ({ region, profile, credentials }: AwsAccess, responseTimeout = 4_000) => ({
  region,
  ...(profile !== undefined && { profile }),
  ...(credentials && { credentials }),
  requestHandler: { connectionTimeout: 4_000, socketTimeout: responseTimeout },
});

/**
 * Sends a request to AWS. An error becomes a {@link CheckFailure} with a sentence for its kind: the error's own message
 * may contain secrets.
 *
 * @param action as IAM names it
 * @param failures for errors with these names, in place of the general sentences
 */
export async function callAws<T>(
  action: string,
  send: () => Promise<T>,
  failures: Readonly<Record<string, CheckFailure>> = {},
): Promise<T> {
  try {
    return await send();
  } catch (error) {
    // The role that the client's credentials belong to could not be assumed.
    if (error instanceof CheckFailure) throw error;
    throw failures[(error as Error).name] ?? toFailure(action, error as NodeJS.ErrnoException);
  }
}

/** The items of all pages of a list. */
export async function allItems<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(itemsOf(page) ?? []));
  return all;
}

/** By the name of an AWS error, or the code of a network error. */
const KINDS: readonly { names: RegExp; sentence: (action: string) => string; remedy: (action: string) => string }[] = [
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    sentence: () => "There are no AWS credentials, or the sign-in has expired.",
    remedy: () => "Sign in, for example with aws sso login. If it is not the default profile, set AWS_PROFILE.",
  },
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    sentence: () => "The credentials have expired.",
    remedy: () => "Sign in again, for example with aws sso login.",
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId)$/,
    sentence: () => "AWS does not know these credentials.",
    remedy: () => "Correct AWS_PROFILE or the AWS_… variables. If the region is an opt-in region, enable it.",
  },
  {
    names: /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/,
    sentence: () => "AWS rejects the signature of the credentials.",
    remedy: () => "Correct the secret access key, or this machine's clock.",
  },
  {
    names: /^(AccessDenied|AccessDeniedException)$/,
    sentence: (action) => `The credentials do not allow ${action}.`,
    remedy: (action) => `Allow ${action} in IAM for these credentials.`,
  },
  {
    names: /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded)$/,
    sentence: (action) => `AWS throttles ${action}.`,
    remedy: () => "Try again in a minute.",
  },
  {
    names: /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/,
    sentence: (action) => `AWS cannot be reached for ${action}.`,
    remedy: () => "Check the network, its proxy, the region in ivr.config.ts, and AWS_ENDPOINT_URL.",
  },
];

function toFailure(action: string, { name, code }: NodeJS.ErrnoException): CheckFailure {
  const kind = KINDS.find(({ names }) => names.test(code ?? "") || names.test(name));
  if (kind) return new CheckFailure(kind.sentence(action), kind.remedy(action));
  // Only a word that has the form of an error name is printed.
  const shown = [code, name].find((word) => word !== undefined && /^[A-Z]\w{0,63}$/.test(word)) ?? "without a name";
  return new CheckFailure(
    `${action} failed with the error ${shown}.`,
    "Try again. If it fails again, see AWS's API reference and the AWS Health Dashboard.",
  );
}
