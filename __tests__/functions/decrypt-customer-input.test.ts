import { buildClient, CommitmentPolicy, MultiKeyringNode } from "@aws-crypto/client-node";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { type EmbeddedMetrics, readEmbeddedMetrics } from "../../simulator/embedded-metrics";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { type DeployedParameter, SynthesizedStack } from "../../simulator/synthesized-stack";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { keyringFor } from "../support/keyrings";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

// The built bundle in a process of its own, with the environment and the role's policies that it is deployed with.
const folder = temporaryFolder();
let pair: KeyPair;
let stack: SynthesizedStack;
let keyId: string;
beforeAll(async () => {
  pair = await smallKeyPair();
  stack = new SynthesizedStack(await synthesizeWith(folder, pair));
  keyId = [...stack.securityKeys.keys()][0] as string;
}, 60_000);

type Log = Record<string, unknown>;

/** Invokes the function once for each input, in one process, and stops everything. A function is called in between. */
async function invoke(
  inputs: unknown[],
  { parameters = stack.parameters, ssmEndpoint = "", environment = {} as Record<string, string> } = {},
) {
  const [found] = stack.functions;
  if (!found) throw new Error("no function");
  const deployed = { ...found, environment: { ...found.environment, ...environment } };
  const parameterStore = await ParameterStore.start(parameters, deployed.role);
  const logs: Log[] = [];
  const metrics: EmbeddedMetrics[] = [];
  const running = new FunctionProcess({
    deployed,
    region: stack.region,
    ssmEndpoint: ssmEndpoint || parameterStore.url,
    accessKeyId: parameterStore.accessKeyId,
    onLog: (entry) => {
      const counted = readEmbeddedMetrics(entry);
      if (counted) metrics.push(counted);
      else logs.push(entry as Log);
    },
  });
  try {
    const results = [];
    for (const input of inputs) {
      if (typeof input === "function") {
        await input();
        continue;
      }
      const event =
        typeof input === "string"
          ? { Details: { ContactData: { ContactId: "the-contact" }, Parameters: { EncryptedCreditCard: input } } }
          : input;
      const result = await running.invoke(event);
      results.push("response" in result ? JSON.parse(result.response) : { fault: result.error });
    }
    return { results, logs, metrics, codes: logs.flatMap(({ errorCode }) => (errorCode ? [errorCode] : [])) };
  } finally {
    running.stop();
    await parameterStore.stop();
  }
}

const encrypt = (digits: string, options: { keyId?: string; pair?: KeyPair } = {}) =>
  encryptCustomerInput(new SensitiveDigits(digits), {
    keyId: options.keyId ?? keyId,
    publicKey: publicKeyOf(options.pair ?? pair),
  });

const withParameter = (change: Partial<DeployedParameter>) => ({
  parameters: stack.parameters.map((parameter) => ({ ...parameter, ...change })),
});

/** An event as the flow here sends it. */
const request = (parameters: Record<string, string>, contactId = "the-contact") => ({
  Details: { ContactData: { ContactId: contactId }, Parameters: parameters },
});
const check = (field: string, inputs: Record<string, string>) => request({ operation: "check", field, ...inputs });
const refused = (outcome: string, field: string) => ({ statusCode: "422", outcome, field });

describe("answers to a check of a card number, also as AWS's walk-through sends it", () => {
  it("valid numbers, with their brand", async () => {
    const numbers: [string, string][] = [
      ["visa", "4111111111111111"],
      ["visa", "4000000000000000006"],
      ["mastercard", "5555555555554444"],
      ["mastercard", "2223003122003222"],
      ["amex", "378282246310005"],
      ["discover", "6011111111111117"],
      ["diners", "30569309025904"],
      ["jcb", "3530111333300000"],
      ["maestro", "6759649826438453"],
      ["unionpay", "6250941006528599"],
    ];
    const encrypted = await Promise.all(numbers.map(([, number]) => encrypt(number)));
    const { results, logs } = await invoke(
      encrypted.flatMap((cardNumber) => [cardNumber, check("cardNumber", { cardNumber })]),
    );
    const expected = numbers.flatMap(([brand, number]) => {
      const answer = { statusCode: "200", outcome: "accepted", brand, lastFour: number.slice(-4), field: "cardNumber" };
      return [answer, answer];
    });
    // not by toEqual, whose failure would print the digits
    results.forEach((result, index) => {
      expect([index, JSON.stringify(result) === JSON.stringify(expected[index])]).toEqual([index, true]);
    });
    expect(logs).toEqual(
      results.map(() =>
        expect.objectContaining({ level: "INFO", contactId: "the-contact", keyIds: [keyId], outcome: "accepted" }),
      ),
    );
  });

  it("numbers that are not valid, or too short", async () => {
    const invalid = ["4111111111111112", "1234567890123456", "41111111111111111111", "4111*11111111111"];
    const short = ["411111111111111", "1", "41111111111", "37828224631000"];
    const { results } = await invoke(await Promise.all([...invalid, ...short].map((number) => encrypt(number))));
    expect(results).toEqual([
      ...invalid.map(() => refused("invalid-number", "cardNumber")),
      ...short.map(() => refused("too-short", "cardNumber")),
    ]);
  });

  it("no input: Connect's plain text, an empty value, nothing before the pound key", async () => {
    const { results, logs } = await invoke(["Timeout", "", await encrypt("")]);
    expect(results).toEqual(results.map(() => refused("timeout", "cardNumber")));
    expect(logs).toHaveLength(3);
  });

  it("hold only what Connect says values may hold", async () => {
    const { results } = await invoke([await encrypt("378282246310005"), "Timeout"]);
    for (const value of results.flatMap((answer) => Object.values(answer))) expect(value).toMatch(/^[\w-]+$/);
  });
});

describe("answers to a check of another field", () => {
  it("expiry dates, by the month", async () => {
    const now = new Date();
    const mmyy = (months: number) => {
      const date = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
      return `${String(date.getUTCMonth() + 1).padStart(2, "0")}${String(date.getUTCFullYear()).slice(2)}`;
    };
    const cases: [string, string][] = [
      [mmyy(0), "accepted"],
      [mmyy(1), "accepted"],
      [mmyy(-1), "expired"],
      [mmyy(12 * 21), "invalid-date"],
      ["0030", "invalid-date"],
      ["1330", "invalid-date"],
      ["12300", "invalid-date"],
      ["123", "too-short"],
    ];
    const inputs = await Promise.all(
      cases.map(async ([digits]) => check("expiryDate", { expiryDate: await encrypt(digits) })),
    );
    const { results } = await invoke(inputs);
    expect(results.map(({ outcome }) => outcome)).toEqual(cases.map(([, outcome]) => outcome));
  });

  it.each([
    ["Visa", "4111111111111111", "3", ["123"], ["12", "1234", ""]],
    ["American Express", "378282246310005", "4", ["1234"], ["123", "12345"]],
  ])("security codes of %s", async (_, number, length, right, wrong) => {
    const cardNumber = await encrypt(number);
    const requests = await Promise.all(
      [...right, ...wrong].map(async (code) =>
        check("securityCode", { cardNumber, securityCode: code === "" ? "Timeout" : await encrypt(code) }),
      ),
    );
    const { results } = await invoke(requests);
    expect(results).toEqual([
      ...right.map(() => ({ statusCode: "200", outcome: "accepted", field: "securityCode" })),
      ...wrong.map((code) =>
        code === ""
          ? refused("timeout", "securityCode")
          : { ...refused("invalid-security-code", "securityCode"), length },
      ),
    ]);
  });
});

describe("answers to a submit", () => {
  const card = async (change: Record<string, string> = {}) =>
    Object.fromEntries(
      await Promise.all(
        Object.entries({ cardNumber: "4111111111111111", expiryDate: "1240", securityCode: "123", ...change }).map(
          async ([name, digits]) => [name, await encrypt(digits)] as const,
        ),
      ),
    );
  const submit = async (change?: Record<string, string>) => request({ operation: "submit", ...(await card(change)) });

  it("accepts a card with its brand and last four, the same each time", async () => {
    const event = await submit();
    const { results } = await invoke([event, event]);
    const expected = { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" };
    for (const result of results) expect(JSON.stringify(result) === JSON.stringify(expected)).toBe(true);
  });

  it("checks every field again, and says which it was", async () => {
    const { results } = await invoke([
      await submit({ cardNumber: "4111111111111112" }),
      await submit({ expiryDate: "0120" }),
      await submit({ cardNumber: "378282246310005" }),
    ]);
    expect(results).toEqual([
      refused("invalid-number", "cardNumber"),
      refused("expired", "expiryDate"),
      { ...refused("invalid-security-code", "securityCode"), length: "4" },
    ]);
  });

  it("is a fault without one of the fields", async () => {
    const { securityCode: _, ...lacking } = await card();
    const { results, codes } = await invoke([request({ operation: "submit", ...lacking })]);
    expect(codes).toEqual(["invalid-event"]);
    expect(results[0].fault).toContain("the event's Parameters lack securityCode");
  });
});

describe("faults throw, each with its own code in the log", () => {
  const codesOf = async (inputs: unknown[], options?: Parameters<typeof invoke>[1]) => {
    const { results, codes } = await invoke(inputs, options);
    expect(results.map((result) => result.fault)).toEqual(
      codes.map((code) => expect.stringContaining(`threw DecryptCustomerInputError: ${code}`)),
    );
    return codes;
  };

  it("invalid-event", async () => {
    const details = { ContactData: { ContactId: "c" } };
    expect(
      await codesOf([
        {},
        null,
        { Details: { ...details, Parameters: {} } },
        { Details: { ...details, Parameters: { EncryptedCreditCard: 1 } } },
        request({ operation: "check" }),
        request({ operation: "refund", cardNumber: "Timeout" }),
        check("shoeSize", { shoeSize: "Timeout" }),
        check("securityCode", { securityCode: "Timeout" }),
      ]),
    ).toEqual(Array(8).fill("invalid-event"));
  });

  it("malformed-message", async () => {
    const whole = Buffer.from(await encrypt("1"), "base64");
    expect(
      await codesOf([
        "hello",
        "AAAA",
        whole.subarray(0, 99).toString("base64"),
        whole.subarray(0, -9).toString("base64"),
      ]),
    ).toEqual(Array(4).fill("malformed-message"));
  });

  it("unknown-key-id: one that the role may not read, and what is no key id at all", async () => {
    const other = "00000000-1111-4222-8333-444444444444";
    expect(await codesOf([await encrypt("1", { keyId: other }), await encrypt("1", { keyId: "../../etc" })])).toEqual(
      Array(2).fill("unknown-key-id"),
    );
  });

  const keyring = (keyNamespace: string) => keyringFor(pair, keyId, keyNamespace);
  const { encrypt: write } = buildClient(CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT);

  it("unknown-provider", async () => {
    const { result } = await write(keyring("SomebodyElse"), "1", { suiteId: 0x0378 });
    expect(await codesOf([result.toString("base64")])).toEqual(["unknown-provider"]);
  });

  it("too-many-data-keys", async () => {
    const both = new MultiKeyringNode({ generator: keyring("AmazonConnect"), children: [keyring("AmazonConnect")] });
    const { result } = await write(both, "1", { suiteId: 0x0378 });
    expect(await codesOf([result.toString("base64")])).toEqual(["too-many-data-keys"]);
  });

  it("tampered-message", async () => {
    const tampered = [260, 600, -130, -20].map(async (at) => {
      const message = Buffer.from(await encrypt("4111111111111111"), "base64");
      const position = at < 0 ? message.length + at : at;
      message.writeUInt8(message.readUInt8(position) ^ 1, position);
      return message.toString("base64");
    });
    expect(await codesOf(await Promise.all(tampered))).toEqual(Array(4).fill("tampered-message"));
  });

  it("wrong-private-key", async () => {
    const value = (await smallKeyPair()).privateKey;
    expect(await codesOf([await encrypt("1")], withParameter({ value }))).toEqual(["wrong-private-key"]);
  });

  it("parameter-missing", async () => {
    // the role may read its name, but nothing has it
    const { name } = stack.parameters[0] as DeployedParameter;
    const parameters = [
      { ...(stack.parameters[0] as DeployedParameter), name: `${name}x`, arn: `${stack.parameters[0]?.arn}x` },
    ];
    expect(await codesOf([await encrypt("1")], { parameters })).toEqual(["parameter-missing"]);
  });

  it("parameter-denied: a KMS key that it may not decrypt with", async () => {
    const keyArn = "arn:aws:kms:us-east-1:123456789012:key/another";
    expect(await codesOf([await encrypt("1")], withParameter({ keyArn }))).toEqual(["parameter-denied"]);
  });

  it("parameter-not-a-private-key", async () => {
    for (const value of ["not a key", pair.publicKey, ""]) {
      expect(await codesOf([await encrypt("1")], withParameter({ value }))).toEqual(["parameter-not-a-private-key"]);
    }
  });

  it("parameter-unavailable", async () => {
    // nothing listens there
    expect(await codesOf([await encrypt("1")], { ssmEndpoint: "http://127.0.0.1:9" })).toEqual([
      "parameter-unavailable",
    ]);
  });
});

const counted = () => {
  const counter = { asked: 0 };
  const parameters = stack.parameters.map((parameter) => ({
    ...parameter,
    get value() {
      counter.asked++;
      return parameter.value;
    },
  }));
  return { counter, parameters };
};

it("asks Parameter Store for a key once", async () => {
  const { counter, parameters } = counted();
  const inputs = await Promise.all([1, 2, 3].map(() => encrypt("4111111111111111")));
  const { results } = await invoke(inputs, { parameters });
  expect(results.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted"]);
  expect(counter.asked).toBe(1);
});

it("asks for a key once for all inputs of a submit", async () => {
  const { counter, parameters } = counted();
  const inputs = {
    cardNumber: await encrypt("4111111111111111"),
    expiryDate: await encrypt("1299"),
    securityCode: await encrypt("123"),
  };
  await invoke([request({ operation: "submit", ...inputs })], { parameters });
  expect(counter.asked).toBe(1);
});

it("goes on with a key that Parameter Store does not give again, tells so and counts it", async () => {
  let isDown = false;
  const [parameter] = stack.parameters as [DeployedParameter];
  const failing = {
    ...parameter,
    get value() {
      if (isDown) throw new Error("down"); // a status of 500
      return parameter.value;
    },
  };
  const input = await encrypt("4111111111111111");
  const goDown = async () => {
    isDown = true;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  };
  const { results, logs, metrics } = await invoke([input, goDown, input], {
    parameters: [failing],
    environment: { SECRET_CACHE_SECONDS: "1" },
  });
  expect(results.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
  expect(logs.filter(({ level }) => level !== "INFO")).toEqual([
    expect.objectContaining({
      level: "WARN",
      message: "Secret not refreshed",
      contactId: "the-contact",
      warningCode: "secret-stale",
      parameter: parameter.name,
      ageSeconds: expect.any(Number),
    }),
  ]);
  expect(metrics.flatMap(({ metrics: { StaleSecrets } }) => StaleSecrets ?? [])).toEqual([0, 1]);
});

describe("prepare", () => {
  const prepare = (keyId: string) => request({ operation: "prepare", keyId });

  it("fetches the key, so that the first check need not", async () => {
    const { counter, parameters } = counted();
    const cardNumber = await encrypt("4111111111111111");
    const { results, logs, metrics } = await invoke([prepare(keyId), check("cardNumber", { cardNumber })], {
      parameters,
    });
    expect(results[0]).toEqual({ statusCode: "200", outcome: "prepared" });
    expect(results[1].outcome).toBe("accepted");
    expect(counter.asked).toBe(1);
    expect(metrics.flatMap(({ metrics: { KeyCacheMisses } }) => KeyCacheMisses ?? [])).toEqual([1, 0]);
    expect(logs[0]).toMatchObject({
      ...{ level: "INFO", message: "Key prepared", contactId: "the-contact" },
      ...{ operation: "prepare", outcome: "prepared", keyIds: [keyId], milliseconds: expect.any(Number) },
    });
  });

  it("is a fault, told of no value, without an id that a key could have", async () => {
    const wrong = ["", "../../etc", "a".repeat(65), "4111111111111111"];
    const { results, logs, codes } = await invoke([request({ operation: "prepare" }), ...wrong.map(prepare)]);
    expect(codes).toEqual(Array(5).fill("invalid-event"));
    expect(JSON.stringify([results, logs])).not.toMatch(/etc|aaaa|4111/);
  });

  it("is a fault for a key that is not deployed", async () => {
    const other = "00000000-1111-4222-8333-444444444444";
    const { results, logs } = await invoke([prepare(other)]);
    expect(results[0].fault).toContain(`unknown-key-id: no key of this id is deployed here: ${other}`);
    expect(logs[0]).toMatchObject({ operation: "prepare", errorCode: "unknown-key-id", keyIds: [other] });
  });
});

describe("what is counted", () => {
  const named = (metrics: EmbeddedMetrics[]) =>
    metrics.map(({ namespace, dimensions: { service, stage, ...dimensions }, metrics: values }) => {
      expect([namespace, service, stage]).toEqual(["ConnectSecureIvr", "decrypt-customer-input", "dev"]);
      const { Duration, ...counts } = values;
      return Duration === undefined ? [dimensions, counts] : [dimensions, "Duration", Duration >= 0];
    });

  it("inputs that were decrypted, keys that had to be fetched, outcomes and time", async () => {
    const cardNumber = await encrypt("4111111111111111");
    const { metrics } = await invoke([
      check("cardNumber", { cardNumber }),
      check("cardNumber", { cardNumber: "Timeout" }),
    ]);
    expect(named(metrics)).toEqual([
      [{ operation: "check", outcome: "accepted" }, { Outcomes: 1 }],
      [{}, { Decrypted: 1, KeyCacheMisses: 1, StaleSecrets: 0 }],
      [{ operation: "check" }, "Duration", true],
      [{ operation: "check", outcome: "timeout" }, { Outcomes: 1 }],
      [{}, { Decrypted: 0, KeyCacheMisses: 0, StaleSecrets: 0 }],
      [{ operation: "check" }, "Duration", true],
    ]);
  });

  it("of a prepare the key that had to be fetched, and time", async () => {
    const { metrics } = await invoke([request({ operation: "prepare", keyId })]);
    expect(named(metrics)).toEqual([
      [{}, { Decrypted: 0, KeyCacheMisses: 1, StaleSecrets: 0 }],
      [{ operation: "prepare" }, "Duration", true],
    ]);
  });

  it("faults, by code", async () => {
    const { metrics } = await invoke([{}, "hello"]);
    expect(named(metrics).filter(([dimensions]) => "errorCode" in (dimensions as object))).toEqual([
      [{ errorCode: "invalid-event" }, { Faults: 1 }],
      [{ errorCode: "malformed-message" }, { Faults: 1 }],
    ]);
  });

  it("calls, by how they ended: with a submit, or with a report of the flow's", async () => {
    const inputs = {
      cardNumber: await encrypt("4111111111111111"),
      expiryDate: await encrypt("1240"),
      securityCode: await encrypt("123"),
    };
    const { results, metrics, codes } = await invoke([
      request({ operation: "submit", ...inputs }),
      request({ operation: "submit", ...inputs, securityCode: "Timeout" }),
      request({ operation: "report", outcome: "attempts-exhausted" }),
      request({ operation: "report", outcome: "4111" }),
    ]);
    expect(results[2]).toEqual({ statusCode: "200", outcome: "attempts-exhausted" });
    expect(codes).toEqual(["invalid-event"]);
    expect(named(metrics).filter(([, counts]) => (counts as { Calls?: number }).Calls)).toEqual([
      [{ outcome: "accepted" }, { Calls: 1 }],
      [{ outcome: "declined" }, { Calls: 1 }],
      [{ outcome: "attempts-exhausted" }, { Calls: 1 }],
    ]);
  });
});
