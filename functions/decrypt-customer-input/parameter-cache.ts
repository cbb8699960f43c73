import { DecryptCustomerInputError } from "./errors";

/** Milliseconds since 1970. All times in this file are such milliseconds. */
export type Clock = () => number;

/**
 * Fetches the decrypted value of a parameter.
 *
 * @param deadline when the fetch must have ended
 */
export type FetchParameter = (name: string, deadline: number) => Promise<string>;

/** A refresh starts after a random share of the cache time, so that not all environments refresh at the same time. */
const REFRESH_FROM = 0.6;
const REFRESH_UNTIL = 0.8;
/** Limit of a refresh in the background. */
const REFRESH_MILLISECONDS = 5_500;
/** How long a call waits for a refresh if there is an expired value that it can use. */
const REFRESH_WAIT_MILLISECONDS = 1_000;
/**
 * From the start of a refresh that failed to the next refresh. Not from its end: Lambda may freeze the process for any time
 * before it.
 */
const RETRY_MILLISECONDS = 15_000;
/** While Parameter Store is unavailable, a value is used for this many times the cache time. */
const STALE_FACTOR = 3;

interface CachedValue<Value> {
  value: Value;
  fetchedAt: number;
  refreshAt: number;
}

interface Fetch<Value> {
  value: Promise<Value>;
  startedAt: number;
  deadline: number;
}

/** An expired secret that was used because Parameter Store was unavailable. */
export interface StaleSecret {
  parameter: string;
  /** since it was fetched */
  ageSeconds: number;
}

export interface ParameterCacheOptions<Value> {
  cacheSeconds: number;
  fetchParameter: FetchParameter;
  clock: Clock;
  /** Converts a parameter's value. If it throws, nothing is cached. */
  parse: (value: string) => Value;
}

/**
 * Caches secrets from Parameter Store for a limited time, so that the function notices when a secret is rotated or
 * withdrawn. A secret is refreshed in the background before that time ends. If Parameter Store is unavailable, the secret
 * is used up to {@link STALE_FACTOR} times as long. If Parameter Store responds that the secret is missing, denied or
 * invalid, it is removed at once.
 */
export class ParameterCache<Value> {
  readonly #options: ParameterCacheOptions<Value>;
  readonly #cached = new Map<string, CachedValue<Value>>();
  readonly #fetches = new Map<string, Fetch<Value>>();
  #stale: StaleSecret[] = [];

  constructor(options: ParameterCacheOptions<Value>) {
    this.#options = options;
  }

  /** Whether `get` returns without waiting. */
  has(name: string): boolean {
    const cached = this.#cached.get(name);
    return cached !== undefined && this.#isFresh(cached);
  }

  /** Returns the stale secrets that were used since the last call of this method. */
  takeStale(): StaleSecret[] {
    const stale = this.#stale;
    this.#stale = [];
    return stale;
  }

  /** @param deadline when this method must have returned */
  async get(name: string, deadline: number): Promise<Value> {
    this.#removeOld();
    const { clock } = this.#options;
    const cached = this.#cached.get(name);
    if (!cached) return this.#fetch(name, deadline).value;
    const refresh = cached.refreshAt <= clock() ? this.#fetch(name, clock() + REFRESH_MILLISECONDS) : undefined;
    if (this.#isFresh(cached)) return cached.value;
    const refreshed =
      refresh &&
      (await settled(refresh.value, Math.min(refresh.startedAt + REFRESH_WAIT_MILLISECONDS, deadline) - clock()));
    if (refreshed) return refreshed.value;
    this.#stale.push({ parameter: name, ageSeconds: Math.round((clock() - cached.fetchedAt) / 1000) });
    return cached.value;
  }

  #isFresh({ fetchedAt }: CachedValue<Value>): boolean {
    const now = this.#options.clock();
    return fetchedAt <= now && now < fetchedAt + this.#options.cacheSeconds * 1000;
  }

  /**
   * Removes all old values: no call asks again for a key that a rotation replaced. Also removes values that were fetched in
   * the future. The clock was set back since then, so their age is unknown.
   */
  #removeOld(): void {
    const now = this.#options.clock();
    const oldest = now - STALE_FACTOR * this.#options.cacheSeconds * 1000;
    for (const [name, { fetchedAt }] of this.#cached) {
      if (fetchedAt <= oldest || fetchedAt > now) this.#cached.delete(name);
    }
  }

  /** Fetches a parameter once for all calls that need it at the same time. */
  #fetch(name: string, deadline: number): Fetch<Value> {
    const { clock, fetchParameter, parse } = this.#options;
    const running = this.#fetches.get(name);
    const startedAt = clock();
    // Lambda froze a fetch that is past its deadline, after the invocation had ended. That fetch has no time left. The deadline
    // of a fetch that started in the future means nothing, because the clock was set back since then.
    if (running && running.startedAt <= startedAt && startedAt < running.deadline) return running;
    const isLatest = () => this.#fetches.get(name) === fetch;
    const value = fetchParameter(name, deadline)
      .then(parse)
      .then(
        (value) => {
          if (isLatest()) this.#store(name, value, startedAt);
          return value;
        },
        (error: unknown) => {
          if (isLatest()) this.#handleFailure(name, error, startedAt);
          throw error;
        },
      )
      .finally(() => {
        if (isLatest()) this.#fetches.delete(name);
      });
    value.catch(() => {}); // No call may be waiting for a refresh.
    const fetch: Fetch<Value> = { value, startedAt, deadline };
    this.#fetches.set(name, fetch);
    return fetch;
  }

  #store(name: string, value: Value, fetchedAt: number): void {
    const share = REFRESH_FROM + (REFRESH_UNTIL - REFRESH_FROM) * Math.random();
    this.#cached.set(name, { value, fetchedAt, refreshAt: fetchedAt + share * this.#options.cacheSeconds * 1000 });
  }

  #handleFailure(name: string, error: unknown, startedAt: number): void {
    const cached = this.#cached.get(name);
    if (cached && isUnavailable(error)) cached.refreshAt = startedAt + RETRY_MILLISECONDS;
    else this.#cached.delete(name);
  }
}

const isUnavailable = (error: unknown) =>
  error instanceof DecryptCustomerInputError && error.code === "parameter-unavailable";

/**
 * Waits for a refresh. Returns undefined if Parameter Store is unavailable or does not respond in time, and throws if it
 * responds that the parameter cannot be read.
 */
async function settled<Value>(refresh: Promise<Value>, milliseconds: number): Promise<{ value: Value } | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, milliseconds));
  });
  try {
    return await Promise.race([refresh.then((value) => ({ value })), timeout]);
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
