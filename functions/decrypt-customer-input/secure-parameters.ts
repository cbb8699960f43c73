import { DecryptCustomerInputError } from "./errors";
import { fetchParameter } from "./parameter-store";

/** Of the time that a secret is kept: some way before its end it is fetched again, environments not all at once. */
const REFRESH_FROM = 0.6;
const REFRESH_UNTIL = 0.8;
/** What a refresh may take that nobody waits for. */
const REFRESH_MILLISECONDS = 5_500;
/** What a call waits for a refresh, when there is an old secret to go on with. */
const PATIENCE_MILLISECONDS = 1_000;
/** From the start of a refresh that failed to the next: not from its end, which may come after a freeze of any length. */
const PAUSE_MILLISECONDS = 15_000;
/** A secret that cannot be refreshed is used for so many times as long as it is kept otherwise. */
const STALE_FACTOR = 3;

interface Kept {
  secret: unknown;
  /** milliseconds since 1970, as all times here */
  fetchedAt: number;
  refreshAt: number;
}

interface Fetch {
  secret: Promise<unknown>;
  startedAt: number;
  deadline: number;
}

/** A secret that was used although it should have been fetched anew: Parameter Store did not give it. */
export interface StaleSecret {
  parameter: string;
  /** since it was fetched */
  ageSeconds: number;
}

/**
 * Secrets in Parameter Store, kept in memory for a bounded time, so that a rotated or withdrawn one is noticed. Each is
 * refreshed before that time ends, while calls go on with what there is. If it cannot be refreshed it is used for up to
 * {@link STALE_FACTOR} times as long; but what Parameter Store says is gone, denied or no such secret is forgotten at once.
 */
export class SecureParameters {
  readonly #kept = new Map<string, Kept>();
  readonly #fetches = new Map<string, Fetch>();
  #stale: StaleSecret[] = [];

  constructor(readonly cacheSeconds: number) {}

  /** whether it is there, and need not be waited for */
  has(name: string): boolean {
    const kept = this.#kept.get(name);
    return kept !== undefined && this.#isFresh(kept);
  }

  /** The stale secrets that were used since this was last asked. */
  takeStale(): StaleSecret[] {
    const stale = this.#stale;
    this.#stale = [];
    return stale;
  }

  /**
   * @param parse what is kept of the parameter's value; where it throws, nothing is
   * @param deadline when there must be an answer, in milliseconds since 1970
   */
  async get<Secret>(name: string, parse: (value: string) => Secret, deadline: number): Promise<Secret> {
    this.#forgetOld();
    // A parameter is read by one reader alone, and so with one `parse`.
    const kept = this.#kept.get(name);
    if (!kept) return this.#fetch(name, parse, deadline).secret as Promise<Secret>;
    const refresh = kept.refreshAt <= Date.now() ? this.#fetch(name, parse, Date.now() + REFRESH_MILLISECONDS) : null;
    if (this.#isFresh(kept)) return kept.secret as Secret;
    const refreshed =
      refresh && (await settled(refresh, Math.min(refresh.startedAt + PATIENCE_MILLISECONDS, deadline)));
    if (refreshed) return refreshed.secret as Secret;
    this.#stale.push({ parameter: name, ageSeconds: Math.round((Date.now() - kept.fetchedAt) / 1000) });
    return kept.secret as Secret;
  }

  #isFresh({ fetchedAt }: Kept): boolean {
    return Date.now() < fetchedAt + this.cacheSeconds * 1000;
  }

  /** All of them: a key that was rotated out is never asked for again. */
  #forgetOld(): void {
    const oldest = Date.now() - STALE_FACTOR * this.cacheSeconds * 1000;
    for (const [name, { fetchedAt }] of this.#kept) if (fetchedAt <= oldest) this.#kept.delete(name);
  }

  /** One at a time for each parameter, whoever asks. */
  #fetch(name: string, parse: (value: string) => unknown, deadline: number): Fetch {
    const running = this.#fetches.get(name);
    // One that is past its deadline was frozen with the process after its invocation had ended: it has no time left.
    if (running && Date.now() < running.deadline) return running;
    const startedAt = Date.now();
    const isLatest = () => this.#fetches.get(name) === fetch;
    const secret = fetchParameter(name, deadline)
      .then(parse)
      .then(
        (secret) => {
          if (isLatest()) this.#keep(name, secret, startedAt);
          return secret;
        },
        (error: unknown) => {
          if (isLatest()) this.#failed(name, error, startedAt);
          throw error;
        },
      )
      .finally(() => {
        if (isLatest()) this.#fetches.delete(name);
      });
    secret.catch(() => {}); // of a refresh nobody may be waiting for
    const fetch: Fetch = { secret, startedAt, deadline };
    this.#fetches.set(name, fetch);
    return fetch;
  }

  #keep(name: string, secret: unknown, fetchedAt: number): void {
    const share = REFRESH_FROM + (REFRESH_UNTIL - REFRESH_FROM) * Math.random();
    this.#kept.set(name, { secret, fetchedAt, refreshAt: fetchedAt + share * this.cacheSeconds * 1000 });
  }

  #failed(name: string, error: unknown, startedAt: number): void {
    const kept = this.#kept.get(name);
    if (kept && isUnavailable(error)) kept.refreshAt = startedAt + PAUSE_MILLISECONDS;
    else this.#kept.delete(name);
  }
}

const isUnavailable = (error: unknown) =>
  error instanceof DecryptCustomerInputError && error.code === "parameter-unavailable";

/** What a fetch has come to by then, or nothing where Parameter Store does not give it; what it says of it is thrown. */
async function settled({ secret }: Fetch, until: number): Promise<{ secret: unknown } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, until - Date.now()));
  });
  try {
    return await Promise.race([secret.then((secret) => ({ secret })), late]);
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
