import { CheckFailure } from "./check";

/**
 * Without these a connection that leads nowhere is waited for without end; the SDK tries it three times.
 *
 * @param answerTimeout milliseconds of silence
 */
export const clientSettings = (region: string, answerTimeout = 4_000) => ({
  region,
  requestHandler: { connectionTimeout: 4_000, socketTimeout: answerTimeout },
});

/**
 * Makes a call of AWS's, whose errors become failures: one sentence by the kind of error, as its own text may hold
 * anything.
 *
 * @param action as IAM names it
 * @param answers failures in place of these errors, by their name
 */
export async function ask<T>(
  action: string,
  call: () => Promise<T>,
  answers: Readonly<Record<string, CheckFailure>> = {},
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw answers[(error as Error).name] ?? refusal(action, error as NodeJS.ErrnoException);
  }
}

/** Every page of a list, in one. */
export async function everyPage<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  for await (const page of pages) all.push(...(items(page) ?? []));
  return all;
}

/** An error's name, or for those of the network the system's code, and what it means. */
const KINDS: readonly { names: RegExp; sentence: (action: string) => string; remedy: (action: string) => string }[] = [
  {
    names: /^(CredentialsProviderError|TokenProviderError)$/,
    sentence: () => "There are no credentials, or those of a sign-in that has ended.",
    remedy: () => "Sign in, for example with aws sso login, and set AWS_PROFILE where it is not the default one.",
  },
  {
    names: /^(ExpiredToken|ExpiredTokenException|RequestExpired)$/,
    sentence: () => "The credentials have expired.",
    remedy: () => "Sign in again, for example with aws sso login.",
  },
  {
    names: /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId)$/,
    sentence: () => "AWS does not know these credentials.",
    remedy: () => "Correct AWS_PROFILE, or the AWS_… variables in its place; the Region may have to be turned on, too.",
  },
  {
    names: /^(SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature)$/,
    sentence: () => "AWS refuses the credentials' signature.",
    remedy: () => "Correct the secret access key, or this machine's clock.",
  },
  {
    names: /^(AccessDenied|AccessDeniedException)$/,
    sentence: (action) => `The credentials have no right to ${action}.`,
    remedy: (action) => `Have ${action} allowed to them in IAM.`,
  },
  {
    names: /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded)$/,
    sentence: (action) => `AWS throttles ${action}.`,
    remedy: () => "Try again in a minute.",
  },
  {
    names: /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|TimeoutError)$/,
    sentence: (action) => `AWS cannot be reached for ${action}.`,
    remedy: () => "Look at the network, its proxy, the region in ivr.config.ts and AWS_ENDPOINT_URL.",
  },
];

function refusal(action: string, { name, code }: NodeJS.ErrnoException): CheckFailure {
  const kind = KINDS.find(({ names }) => names.test(code ?? "") || names.test(name));
  if (kind) return new CheckFailure(kind.sentence(action), kind.remedy(action));
  // a name is the service's own word, and so it looks
  const told = [code, name].find((word) => word !== undefined && /^[A-Z]\w{0,63}$/.test(word)) ?? "no name";
  return new CheckFailure(
    `${action} failed with the error ${told}.`,
    "Try again; else look it up in AWS's API reference, and at the AWS Health Dashboard.",
  );
}
