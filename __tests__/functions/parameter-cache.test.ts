import { DecryptCustomerInputError } from "../../functions/decrypt-customer-input/errors";
import { ParameterCache } from "../../functions/decrypt-customer-input/parameter-cache";

const NAME = "/secrets/a";
const MINUTE = 60_000;

let now: number;
let respond: () => Promise<string>;
let fetches: number;
let cache: ParameterCache<string>;
beforeEach(() => {
  [now, fetches] = [Date.parse("2027-01-01T00:00:00Z"), 0];
  respond = async () => "first";
  cache = new ParameterCache({
    cacheSeconds: 300,
    fetchParameter: async () => {
      fetches++;
      return respond();
    },
    clock: () => now,
    parse: (text) => {
      if (text === "") throw new Error("empty");
      return text;
    },
  });
});

const get = (milliseconds = 6_000) => cache.get(NAME, now + milliseconds);
const pass = (minutes: number) => {
  now += minutes * MINUTE;
};
const failWith = (code: "parameter-unavailable" | "parameter-missing" | "parameter-denied") => () =>
  Promise.reject(new DecryptCustomerInputError(code, "test"));
/** Waits until a background refresh has ended. */
const endOfRefresh = () => new Promise(setImmediate);

it("fetches once for concurrent calls", async () => {
  expect(await Promise.all([get(), get(), get()])).toEqual(Array(3).fill("first"));
  expect(fetches).toBe(1);
});

it("refreshes in the background before five minutes have passed", async () => {
  await get();
  respond = async () => "second";
  pass(2.9);
  expect(await get()).toBe("first");
  expect(fetches).toBe(1);
  pass(1.2);
  expect(await Promise.all([get(), get()])).toEqual(["first", "first"]);
  await endOfRefresh();
  expect(await get()).toBe("second");
  expect(fetches).toBe(2);
  expect(cache.takeStale()).toEqual([]);
});

it("waits for a refresh after five minutes", async () => {
  await get();
  respond = async () => "second";
  pass(5.1);
  expect(cache.has(NAME)).toBe(false);
  expect(await get()).toBe("second");
  expect(cache.takeStale()).toEqual([]);
});

it("uses and reports an expired value for up to fifteen minutes if a refresh fails", async () => {
  await get();
  respond = failWith("parameter-unavailable");
  pass(4.5);
  expect(await get()).toBe("first");
  expect(cache.takeStale()).toEqual([]);
  pass(1);
  expect(await get()).toBe("first");
  expect(cache.takeStale()).toEqual([{ parameter: NAME, ageSeconds: 330 }]);
  pass(9);
  expect(await get()).toBe("first");
  expect(cache.takeStale()).toEqual([{ parameter: NAME, ageSeconds: 870 }]);
  pass(0.5);
  await expect(get()).rejects.toMatchObject({ code: "parameter-unavailable" });
});

it("refreshes again 15 seconds after a refresh that failed", async () => {
  await get();
  respond = failWith("parameter-unavailable");
  pass(6);
  expect(await get()).toBe("first");
  respond = async () => "second";
  expect(await get()).toBe("first");
  expect(cache.takeStale()).toHaveLength(2);
  pass(0.25);
  expect(await get()).toBe("second");
  expect(cache.takeStale()).toEqual([]);
});

describe("after the clock was set back", () => {
  const setBack = async () => {
    await get();
    pass(-1 / 60_000); // one millisecond: a future time, however near
    expect(cache.has(NAME)).toBe(false);
  };

  it("fetches a value again", async () => {
    await setBack();
    respond = async () => "second";
    expect(await get()).toBe("second");
    expect(fetches).toBe(2);
    expect(cache.takeStale()).toEqual([]);
  });

  it.each([
    ["withdrawn", failWith("parameter-denied"), "parameter-denied"],
    ["unavailable, because its age is unknown", failWith("parameter-unavailable"), "parameter-unavailable"],
  ])("does not use a value that is %s", async (_, response, code) => {
    await setBack();
    respond = response;
    await expect(get()).rejects.toMatchObject({ code });
    await expect(get()).rejects.toMatchObject({ code });
    expect(cache.takeStale()).toEqual([]);
  });

  it("does not wait for a fetch that started in the future", async () => {
    respond = () => new Promise(() => {});
    void get();
    pass(-60);
    respond = async () => "second";
    expect(await get()).toBe("second");
  });
});

it("waits for a refresh until the deadline only", async () => {
  await get();
  let finish = (_value: string) => {};
  respond = () =>
    new Promise((resolve) => {
      finish = resolve;
    });
  pass(6);
  expect(await get(50)).toBe("first");
  expect(cache.takeStale()).toHaveLength(1);
  // The refresh continues in the background.
  finish("second");
  expect(await get(50)).toBe("second");
  expect(fetches).toBe(2);
});

it.each([
  ["missing", failWith("parameter-missing")],
  ["denied", failWith("parameter-denied")],
  ["invalid", async () => ""],
])("removes a value that Parameter Store reports as %s, even if it is unavailable afterwards", async (_, response) => {
  await get();
  respond = response;
  pass(4.5);
  await get();
  await endOfRefresh();
  expect(cache.has(NAME)).toBe(false);
  respond = failWith("parameter-unavailable");
  await expect(get()).rejects.toMatchObject({ code: "parameter-unavailable" });
});

it.each([
  ["has not ended at the next call", false],
  ["fails before the next call", true],
])("starts a new refresh if Lambda froze one that %s", async (_, failsBefore) => {
  await get();
  let fail = (_error: Error) => {};
  respond = () =>
    new Promise((_resolve, reject) => {
      fail = reject;
    });
  pass(4.5);
  expect(await get()).toBe("first");
  pass(5);
  if (failsBefore) {
    fail(new DecryptCustomerInputError("parameter-unavailable", "test"));
    await endOfRefresh();
  }
  respond = async () => "second";
  expect(await get()).toBe("second");
  fail(new DecryptCustomerInputError("parameter-missing", "test"));
  await endOfRefresh();
  expect(await get()).toBe("second");
  expect(cache.takeStale()).toEqual([]);
});
