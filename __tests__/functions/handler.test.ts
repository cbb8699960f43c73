import { buildClient, CommitmentPolicy, MultiKeyringNode } from "@aws-crypto/client-node";
import type { Field } from "../../contract/field";
import { fieldDefinitions } from "../../contract/operations";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { parseEnvironment } from "../../functions/decrypt-customer-input/environment";
import { DecryptCustomerInputError } from "../../functions/decrypt-customer-input/errors";
import { createHandler, type HandlerDependencies } from "../../functions/decrypt-customer-input/handler";
import { fetchParameter } from "../../functions/decrypt-customer-input/parameter-store";
import { type EmbeddedMetrics, readEmbeddedMetrics } from "../../simulator/embedded-metrics";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { type DeployedFunction, type DeployedParameter, SynthesizedStack } from "../../simulator/synthesized-stack";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { keyringFor } from "../support/keyrings";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

// The handler in this process, with the environment and the role's policies that it is deployed with. The last test runs the
// built bundle in a separate process.
const folder = temporaryFolder();
let pair: KeyPair;
let stack: SynthesizedStack;
let deployed: DeployedFunction;
let keyId: string;
let parameterStore: ParameterStore;
const environment = { ...process.env };

beforeAll(async () => {
  pair = await smallKeyPair();
  stack = new SynthesizedStack(await synthesizeWith(folder, pair));
  deployed = stack.functions[0] as DeployedFunction;
  keyId = [...stack.securityKeys.keys()][0] as string;
  parameterStore = await ParameterStore.start(stack.parameters, deployed.role);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_SSM: parameterStore.url,
    AWS_REGION: stack.region,
    AWS_ACCESS_KEY_ID: parameterStore.accessKeyId,
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
});
afterAll(async () => {
  process.env = environment;
  await parameterStore.stop();
});

type Log = Record<string, unknown>;
/** A response, or the error that the handler threw, as Lambda reports it. */
type Result = Record<string, string> & { error?: string };

interface InvokeOptions extends Partial<HandlerDependencies> {
  parameters?: DeployedParameter[];
  milliseconds?: number;
}

/** Invokes one handler with each event. A text is sent as in AWS's blog post. */
async function invoke(
  events: unknown[],
  { parameters = stack.parameters, milliseconds = 7_000, ...dependencies }: InvokeOptions = {},
) {
  parameterStore.parameters = parameters;
  let output = "";
  const streams = [process.stdout, process.stderr].map((stream) =>
    jest.spyOn(stream, "write").mockImplementation((chunk) => {
      output += chunk;
      return true;
    }),
  );
  const results: Result[] = [];
  try {
    const settings = parseEnvironment(deployed.environment);
    const handler = createHandler(settings, { fetchParameter, clock: Date.now, ...dependencies });
    for (const event of events) {
      const result: Promise<object> = handler(
        typeof event === "string" ? request({ EncryptedCreditCard: event }) : event,
        { getRemainingTimeInMillis: () => milliseconds },
      ).catch((error: Error) => ({ error: `${error.name}: ${error.message}` }));
      results.push({ ...(await result) });
    }
  } finally {
    for (const stream of streams) stream.mockRestore();
  }
  const entries = output
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line): Log => JSON.parse(line));
  const metrics = entries.flatMap((entry) => readEmbeddedMetrics(entry) ?? []);
  const logs = entries.filter((entry) => !readEmbeddedMetrics(entry));
  return { results, logs, metrics, codes: logs.flatMap(({ errorCode }) => (errorCode ? [errorCode] : [])) };
}

const encrypt = (digits: string, options: { keyId?: string; pair?: KeyPair } = {}) =>
  encryptCustomerInput(new SensitiveDigits(digits), {
    keyId: options.keyId ?? keyId,
    publicKey: publicKeyOf(options.pair ?? pair),
  });

const withParameter = (change: Partial<DeployedParameter>) => ({
  parameters: stack.parameters.map((parameter) => ({ ...parameter, ...change })),
});

/** An event as the deployed flow sends it. */
const request = (parameters: Record<string, unknown>, contactId = "the-contact") => ({
  Details: { ContactData: { ContactId: contactId }, Parameters: parameters },
});
const check = (field: string, inputs: Record<string, string>) => request({ operation: "check", field, ...inputs });
const rejected = (outcome: string, field: string) => ({ statusCode: "422", outcome, field });

describe("check of a card number, also as AWS's blog post sends it", () => {
  it("accepts valid numbers, with their brand", async () => {
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
      const response = {
        statusCode: "200",
        outcome: "accepted",
        brand,
        lastFour: number.slice(-4),
        field: "cardNumber",
      };
      return [response, response];
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

  it("rejects numbers that are invalid or too short", async () => {
    const invalid = ["4111111111111112", "1234567890123456", "41111111111111111111", "4111*11111111111"];
    const short = ["411111111111111", "1", "41111111111", "37828224631000"];
    const { results } = await invoke(await Promise.all([...invalid, ...short].map((number) => encrypt(number))));
    expect(results).toEqual([
      ...invalid.map(() => rejected("invalid-number", "cardNumber")),
      ...short.map(() => rejected("too-short", "cardNumber")),
    ]);
  });

  it("rejects numbers of a brand that it does not know as such, and only if their check digit is correct", async () => {
    const unknown = [
      "135410014004955", // UATP
      "8600000000000007",
      "9860000000000000",
      "8200000000000001", // RuPay
      "5019555544445555", // Dankort
      "6062826786276634", // Hipercard
      "900000000001", // 12 digits, the least
      "9000000000000000001", // 19 digits, the most
    ];
    const wrong = unknown.map((number) => number.slice(0, -1) + ((Number(number.at(-1)) + 1) % 10));
    const short = ["90000000000"];
    const { results } = await invoke(
      await Promise.all([...unknown, ...wrong, ...short].map((number) => encrypt(number))),
    );
    expect(results).toEqual([
      ...unknown.map(() => rejected("unsupported-brand", "cardNumber")),
      ...wrong.map(() => rejected("invalid-number", "cardNumber")),
      ...short.map(() => rejected("too-short", "cardNumber")),
    ]);
  });

  it("rejects no input: Connect's plain text, an empty value, only the pound key", async () => {
    const { results, logs } = await invoke(["Timeout", "", await encrypt("")]);
    expect(results).toEqual(results.map(() => rejected("timeout", "cardNumber")));
    expect(logs).toHaveLength(3);
  });

  it("returns only characters that Connect allows in values", async () => {
    const { results } = await invoke([await encrypt("378282246310005"), "Timeout"]);
    for (const value of results.flatMap((result) => Object.values(result))) expect(value).toMatch(/^[\w-]+$/);
  });
});

it("ignores parameters that it does not use, whatever their values", async () => {
  const others = {
    customerId: null,
    queue: 7,
    isVip: true,
    nested: { list: [{}] },
    list: [],
    EncryptedOther: "x",
    empty: "",
  };
  const used = [
    { EncryptedCreditCard: "Timeout" },
    { operation: "prepare", keyId },
    { operation: "check", field: "cardNumber", cardNumber: "Timeout" },
    { operation: "submit", cardNumber: "Timeout", expiryDate: "Timeout", securityCode: "Timeout" },
    { operation: "report", outcome: "unavailable" },
  ];
  const { results, codes } = await invoke(used.map((parameters) => request({ ...others, ...parameters })));
  expect(codes).toEqual([]);
  expect(results.map(({ outcome }) => outcome)).toEqual(["timeout", "prepared", "timeout", "timeout", "unavailable"]);
});

describe("check of another field", () => {
  it("checks expiry dates by month", async () => {
    const now = new Date("2027-03-15T12:00:00Z");
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
    const { results } = await invoke(inputs, {
      clock: () => now.getTime(),
      fetchParameter: async () => pair.privateKey,
    });
    expect(results.map(({ outcome }) => outcome)).toEqual(cases.map(([, outcome]) => outcome));
  });

  it.each([
    ["Visa", "4111111111111111", "3", ["123"], ["12", "1234", ""]],
    ["American Express", "378282246310005", "4", ["1234"], ["123", "12345"]],
  ])("checks security codes of %s", async (_, number, length, valid, invalid) => {
    const cardNumber = await encrypt(number);
    const requests = await Promise.all(
      [...valid, ...invalid].map(async (code) =>
        check("securityCode", { cardNumber, securityCode: code === "" ? "Timeout" : await encrypt(code) }),
      ),
    );
    const { results } = await invoke(requests);
    expect(results).toEqual([
      ...valid.map(() => ({ statusCode: "200", outcome: "accepted", field: "securityCode" })),
      ...invalid.map((code) =>
        code === ""
          ? rejected("timeout", "securityCode")
          : { ...rejected("invalid-security-code", "securityCode"), length },
      ),
    ]);
  });
});

describe("submit", () => {
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

  it("checks each field again, and returns the field that it rejects", async () => {
    const { results } = await invoke([
      await submit({ cardNumber: "4111111111111112" }),
      await submit({ expiryDate: "0120" }),
      await submit({ cardNumber: "378282246310005" }),
    ]);
    expect(results).toEqual([
      rejected("invalid-number", "cardNumber"),
      rejected("expired", "expiryDate"),
      { ...rejected("invalid-security-code", "securityCode"), length: "4" },
    ]);
  });

  it("throws if one of the fields is missing", async () => {
    const { securityCode: _, ...lacking } = await card();
    const { results, codes } = await invoke([request({ operation: "submit", ...lacking })]);
    expect(codes).toEqual(["invalid-event"]);
    expect(results[0]?.error).toContain("the event's Parameters lack securityCode");
  });
});

// The deployed function captures cardNumber, expiryDate and securityCode.
describe("the fields that a flow defines", () => {
  const CARD: Field = { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["visa"] };
  const ACCOUNT: Field = { kind: "digits", name: "accountNumber", min: 4, max: 6, check: "luhn" };
  const EXPIRY: Field = { kind: "expiryDate", name: "expiryDate" };

  it("are checked instead of the fields in the environment: added, removed and changed ones", async () => {
    const visa = await encrypt("4111111111111111");
    const mastercard = await encrypt("5555555555554444");
    const account = await encrypt("12344");
    const checked = (field: Field, encrypted: string) =>
      request({ operation: "check", field: field.name, ...fieldDefinitions([field]), [field.name]: encrypted });
    const submitted = (fields: Field[], inputs: Record<string, string>) =>
      request({ operation: "submit", ...fieldDefinitions(fields), ...inputs });
    const { results } = await invoke([
      checked(ACCOUNT, account),
      checked(ACCOUNT, await encrypt("12345")),
      checked({ ...ACCOUNT, max: 4 }, account),
      checked(CARD, mastercard),
      submitted([CARD, ACCOUNT], { cardNumber: visa, accountNumber: account }),
      submitted([CARD, EXPIRY], { cardNumber: visa, expiryDate: await encrypt("0120") }),
      submitted([ACCOUNT, CARD], { cardNumber: await encrypt("4111111111111112"), accountNumber: account }),
    ]);
    expect(results.map(({ outcome, field }) => [outcome, field])).toEqual([
      ["accepted", "accountNumber"],
      ["invalid-number", "accountNumber"],
      ["invalid-number", "accountNumber"],
      ["unsupported-brand", "cardNumber"],
      ["accepted", undefined],
      ["expired", "expiryDate"],
      ["invalid-number", "cardNumber"],
    ]);
  });

  it("must contain the field that is checked, and each input that is submitted", async () => {
    const inputs = { cardNumber: "Timeout", accountNumber: "Timeout" };
    const { codes } = await invoke([
      request({ operation: "check", field: "cardNumber", ...fieldDefinitions([ACCOUNT]), ...inputs }),
      request({ operation: "submit", ...fieldDefinitions([CARD, EXPIRY]), ...inputs }),
    ]);
    expect(codes).toEqual(["invalid-event", "invalid-event"]);
  });

  it.each<[string, unknown]>([
    ["not JSON", "4111111111111111 is not JSON"],
    ["an empty text", ""],
    ["no list", CARD],
    ["no field", []],
    ["a text in the list", ["cardNumber"]],
    ["an unknown kind", [{ ...CARD, kind: "anything" }]],
    ["an unknown property", [{ ...CARD, skipLuhn: true }]],
    ["a property of another kind", [{ ...CARD, min: 1 }]],
    ["a card number as other digits", [{ ...ACCOUNT, name: "cardNumber" }]],
    ["an expiry date as other digits", [CARD, { ...ACCOUNT, name: "expiryDate" }]],
    ["a security code as other digits", [CARD, { ...ACCOUNT, name: "securityCode" }]],
    ["a postal code as other digits", [CARD, { ...ACCOUNT, name: "postalCode" }]],
    ["a card number with another name", [{ ...CARD, name: "number" }]],
    ["a card number as an expiry date", [{ ...EXPIRY, name: "cardNumber" }]],
    ["one name twice", [CARD, CARD]],
    ["a name that a field cannot have", [CARD, { ...ACCOUNT, name: "account number" }]],
    ["no brand", [{ ...CARD, allowedBrands: [] }]],
    ["an unknown brand", [{ ...CARD, allowedBrands: ["visa", "rupay"] }]],
    ["no limit", [{ ...CARD, max: undefined }]],
    ["a limit of 0", [{ ...CARD, max: 0 }]],
    ["a limit above 19", [{ ...CARD, max: 20 }]],
    ["a limit that is not whole", [{ ...CARD, max: 15.5 }]],
    ["a limit as text", [{ ...CARD, max: "19" }]],
    ["an unknown check digit rule", [CARD, { ...ACCOUNT, check: "none" }]],
    ["more than a flow can ask for", [CARD, ...Array.from({ length: 100 }, (_, n) => ({ ...ACCOUNT, name: `n${n}` }))]],
  ])("are rejected with %s, without a value in error and log", async (_, definitions) => {
    const text = typeof definitions === "string" ? definitions : JSON.stringify(definitions);
    const parameters = {
      field_definitions: text,
      cardNumber: "Timeout",
      expiryDate: "Timeout",
      accountNumber: "Timeout",
    };
    const { results, logs, codes } = await invoke([
      request({ operation: "check", field: "cardNumber", ...parameters }),
      request({ operation: "submit", ...parameters }),
    ]);
    expect(codes).toEqual(["invalid-event", "invalid-event"]);
    expect(results[0]?.error).toBe(
      "DecryptCustomerInputError: invalid-event: the event's field_definitions do not define fields that this function can check",
    );
    expect(JSON.stringify(logs)).not.toMatch(/4111|anything|rupay|skipLuhn/);
  });
});

describe("errors are thrown, and the log contains the code", () => {
  const codesOf = async (inputs: unknown[], options?: Parameters<typeof invoke>[1]) => {
    const { results, codes } = await invoke(inputs, options);
    expect(results).toEqual(
      codes.map((code) => ({ error: expect.stringMatching(`^DecryptCustomerInputError: ${code}: `) })),
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
        { Details: { ...details, Parameters: null } },
        request({ operation: null, field: "cardNumber", cardNumber: "Timeout" }),
        request({ operation: "check", field: ["cardNumber"], cardNumber: "Timeout" }),
        request({ operation: "check", field: "cardNumber", cardNumber: {} }),
        request({ operation: "prepare", keyId: 1 }),
        request({ operation: "check" }),
        request({ operation: "refund", cardNumber: "Timeout" }),
        check("shoeSize", { shoeSize: "Timeout" }),
        check("securityCode", { securityCode: "Timeout" }),
      ]),
    ).toEqual(Array(13).fill("invalid-event"));
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

  it("unknown-key-id: a key that the role may not read, and a text that is not a key id", async () => {
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
    // The role may read this name, but the parameter does not exist.
    const { name } = stack.parameters[0] as DeployedParameter;
    const parameters = [
      { ...(stack.parameters[0] as DeployedParameter), name: `${name}x`, arn: `${stack.parameters[0]?.arn}x` },
    ];
    expect(await codesOf([await encrypt("1")], { parameters })).toEqual(["parameter-missing"]);
  });

  it("parameter-denied: a KMS key that the role may not decrypt with", async () => {
    const keyArn = "arn:aws:kms:us-east-1:123456789012:key/another";
    expect(await codesOf([await encrypt("1")], withParameter({ keyArn }))).toEqual(["parameter-denied"]);
  });

  it("parameter-not-a-private-key", async () => {
    for (const value of ["not a key", pair.publicKey, ""]) {
      expect(await codesOf([await encrypt("1")], withParameter({ value }))).toEqual(["parameter-not-a-private-key"]);
    }
  });

  it("parameter-unavailable", async () => {
    const url = process.env.AWS_ENDPOINT_URL_SSM;
    process.env.AWS_ENDPOINT_URL_SSM = "http://127.0.0.1:9"; // nothing listens there
    try {
      expect(await codesOf([await encrypt("1")], { milliseconds: 1_000 })).toEqual(["parameter-unavailable"]);
    } finally {
      process.env.AWS_ENDPOINT_URL_SSM = url;
    }
  });
});

const counted = () => {
  const counter = { fetches: 0 };
  const parameters = stack.parameters.map((parameter) => ({
    ...parameter,
    get value() {
      counter.fetches++;
      return parameter.value;
    },
  }));
  return { counter, parameters };
};

it("fetches a key from Parameter Store once", async () => {
  const { counter, parameters } = counted();
  const inputs = await Promise.all([1, 2, 3].map(() => encrypt("4111111111111111")));
  const { results } = await invoke(inputs, { parameters });
  expect(results.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted", "accepted"]);
  expect(counter.fetches).toBe(1);
});

it("fetches a key once for all inputs of a submit", async () => {
  const { counter, parameters } = counted();
  const inputs = {
    cardNumber: await encrypt("4111111111111111"),
    expiryDate: await encrypt("1299"),
    securityCode: await encrypt("123"),
  };
  await invoke([request({ operation: "submit", ...inputs })], { parameters });
  expect(counter.fetches).toBe(1);
});

it("uses a cached key while Parameter Store is unavailable, logs a warning and counts it", async () => {
  const [parameter] = stack.parameters as [DeployedParameter];
  let now = Date.now();
  let isDown = false;
  const input = await encrypt("4111111111111111");
  const { results, logs, metrics } = await invoke([input, input], {
    // Five minutes are the default cache time.
    clock: () => now,
    fetchParameter: (name, deadline) => {
      if (isDown) return Promise.reject(new DecryptCustomerInputError("parameter-unavailable", "down"));
      isDown = true;
      now += 301_000;
      return fetchParameter(name, deadline);
    },
  });
  expect(results.map(({ outcome }) => outcome)).toEqual(["accepted", "accepted"]);
  expect(logs.filter(({ level }) => level !== "INFO")).toEqual([
    expect.objectContaining({
      level: "WARN",
      message: "Secret not refreshed",
      contactId: "the-contact",
      warningCode: "secret-stale",
      parameter: parameter.name,
      ageSeconds: 301,
    }),
  ]);
  expect(metrics.flatMap(({ metrics: { StaleSecrets } }) => StaleSecrets ?? [])).toEqual([0, 1]);
});

it("replaces an unexpected error, which may contain card data", async () => {
  const { results, codes } = await invoke([await encrypt("4111111111111111")], {
    fetchParameter: () => Promise.reject(new Error("4111111111111111")),
  });
  expect(codes).toEqual(["unexpected"]);
  expect(results[0]?.error).toBe(
    "DecryptCustomerInputError: unexpected: unexpected error; details withheld because they may contain card data",
  );
});

describe("prepare", () => {
  const prepare = (keyId: string) => request({ operation: "prepare", keyId });

  it("fetches the key, so that the first check does not wait for it", async () => {
    const { counter, parameters } = counted();
    const cardNumber = await encrypt("4111111111111111");
    const { results, logs, metrics } = await invoke([prepare(keyId), check("cardNumber", { cardNumber })], {
      parameters,
    });
    expect(results[0]).toEqual({ statusCode: "200", outcome: "prepared" });
    expect(results[1]?.outcome).toBe("accepted");
    expect(counter.fetches).toBe(1);
    expect(metrics.flatMap(({ metrics: { KeyCacheMisses } }) => KeyCacheMisses ?? [])).toEqual([1, 0]);
    expect(logs[0]).toMatchObject({
      ...{ level: "INFO", message: "Key prepared", contactId: "the-contact" },
      ...{ operation: "prepare", outcome: "prepared", keyIds: [keyId], milliseconds: expect.any(Number) },
    });
  });

  it("throws for an invalid key id, without the value in error and log", async () => {
    const invalid = ["", "../../etc", "a".repeat(65), "4111111111111111"];
    const { results, logs, codes } = await invoke([request({ operation: "prepare" }), ...invalid.map(prepare)]);
    expect(codes).toEqual(Array(5).fill("invalid-event"));
    expect(JSON.stringify([results, logs])).not.toMatch(/etc|aaaa|4111/);
  });

  it("throws for a key that is not deployed", async () => {
    const other = "00000000-1111-4222-8333-444444444444";
    const { results, logs } = await invoke([prepare(other)]);
    expect(results[0]?.error).toContain(
      `unknown-key-id: no key pair with this key id is deployed with this function: ${other}`,
    );
    expect(logs[0]).toMatchObject({ operation: "prepare", errorCode: "unknown-key-id", keyIds: [other] });
  });
});

describe("metrics count", () => {
  const named = (metrics: EmbeddedMetrics[]) =>
    metrics.map(({ namespace, dimensions: { service, stage, ...dimensions }, metrics: values }) => {
      expect([namespace, service, stage]).toEqual(["ConnectSecureIvr", "decrypt-customer-input", "dev"]);
      const { Duration, ...counts } = values;
      return Duration === undefined ? [dimensions, counts] : [dimensions, "Duration", Duration >= 0];
    });

  it("decrypted inputs, fetched keys, outcomes and duration", async () => {
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

  it("the fetched key and the duration of a prepare", async () => {
    const { metrics } = await invoke([request({ operation: "prepare", keyId })]);
    expect(named(metrics)).toEqual([
      [{}, { Decrypted: 0, KeyCacheMisses: 1, StaleSecrets: 0 }],
      [{ operation: "prepare" }, "Duration", true],
    ]);
  });

  it("errors, by code", async () => {
    const { metrics } = await invoke([{}, "hello"]);
    expect(named(metrics).filter(([dimensions]) => "errorCode" in (dimensions as object))).toEqual([
      [{ errorCode: "invalid-event" }, { Faults: 1 }],
      [{ errorCode: "malformed-message" }, { Faults: 1 }],
    ]);
  });

  it("calls by outcome: of a submit, or of a report", async () => {
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

// What AWS runs: the built zip in a separate process, with the environment and the role's policies that it is deployed with.
it("the built function prepares, checks, submits and throws", async () => {
  const otherKeyId = "00000000-1111-4222-8333-444444444444";
  const tampered = Buffer.from(await encrypt("1"), "base64");
  tampered.writeUInt8(tampered.readUInt8(300) ^ 1, 300);
  const card = {
    cardNumber: await encrypt("378282246310005"),
    expiryDate: await encrypt("1240"),
    securityCode: await encrypt("1234"),
  };
  const events: Record<string, string>[] = [
    { operation: "prepare", keyId },
    { operation: "check", field: "cardNumber", ...card },
    { EncryptedCreditCard: card.cardNumber },
    { operation: "submit", ...card },
    { operation: "submit", ...card, securityCode: "Timeout" },
    { operation: "report", outcome: "agent-requested" },
    { operation: "check", field: "cardNumber", cardNumber: tampered.toString("base64") },
    { operation: "check", field: "cardNumber", cardNumber: await encrypt("1", { keyId: otherKeyId }) },
  ];

  const { counter, parameters } = counted();
  const store = await ParameterStore.start(parameters, deployed.role);
  const entries: unknown[] = [];
  const running = new FunctionProcess({
    deployed,
    region: stack.region,
    ssmEndpoint: store.url,
    accessKeyId: store.accessKeyId,
    onLog: (entry) => entries.push(entry),
  });
  const results: unknown[] = [];
  try {
    for (const event of events) {
      const result = await running.invoke(request(event));
      results.push("response" in result ? JSON.parse(result.response) : result);
    }
  } finally {
    running.stop();
    await store.stop();
  }

  const accepted = { statusCode: "200", outcome: "accepted", brand: "amex", lastFour: "0005" };
  const expected = [
    { statusCode: "200", outcome: "prepared" },
    { ...accepted, field: "cardNumber" },
    { ...accepted, field: "cardNumber" },
    accepted,
    { statusCode: "422", outcome: "timeout", field: "securityCode" },
    { statusCode: "200", outcome: "agent-requested" },
    expect.objectContaining({ error: expect.stringContaining("DecryptCustomerInputError: tampered-message: ") }),
    expect.objectContaining({ error: expect.stringContaining("DecryptCustomerInputError: unknown-key-id: ") }),
  ];
  expect(results).toEqual(expected);
  expect(counter.fetches).toBe(1);

  const logs = entries.filter((entry) => (entry as { service?: string }).service && !readEmbeddedMetrics(entry));
  expect(logs).toHaveLength(events.length);
  expect(logs[1]).toMatchObject({
    ...{ level: "INFO", message: "Customer input checked", contactId: "the-contact", operation: "check" },
    ...{ field: "cardNumber", outcome: "accepted", keyIds: [keyId], milliseconds: expect.any(Number) },
  });
  expect(logs[6]).toMatchObject({ level: "ERROR", outcome: "error", errorCode: "tampered-message" });
  expect(logs[7]).toMatchObject({ level: "ERROR", outcome: "error", errorCode: "unknown-key-id" });
  const metrics = entries.flatMap((entry) => readEmbeddedMetrics(entry) ?? []);
  const values = (name: string) => metrics.flatMap(({ metrics: all }) => all[name] ?? []);
  expect(values("Decrypted")).toEqual([0, 1, 1, 3, 2, 0, 0, 0]);
  expect(values("Calls")).toEqual([1, 1, 1]);
  expect(values("Faults")).toEqual([1, 1]);
});
