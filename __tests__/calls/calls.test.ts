import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { writeKeyPair } from "../../encryption/key-pair-files";
import { testKeys } from "../../infrastructure/flow/capture-flow-props";
import { digits, type IvrConfig, parseSettings } from "../../settings/settings";
import { play } from "../support/calls";
import { certificateFor, largeKeyPair, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { changeFlow, changeFunction, only, readStack, synthesizeWith, variantOf } from "../support/stack";

const NUMBER = "4111111111111111#";
const ACCEPTED = `${NUMBER} 1240# 123#`;
const INVALID = "4111111111111112#";
const AMEX = "378282246310005#";

const folder = temporaryFolder();
let pair: KeyPair;
let stackDir: string;
beforeAll(async () => {
  pair = await largeKeyPair();
  stackDir = await synthesizeWith(folder, pair);
}, 60_000);

it("accepts a card", async () => {
  const { outcome, prompts, events, logs } = await play(stackDir, ACCEPTED);
  expect(outcome).toBe("accepted");
  expect(prompts.at(-1)).toBe("Thank you. Your card ending in •••• was accepted. Goodbye.");
  const metrics = Array(3).fill("metrics");
  const field = ["prompt", "keys", "flow-log", "function-log", ...metrics, "flow-log"];
  expect(events.map(({ type }) => type)).toEqual([
    ...["function-log", "metrics", "metrics", "flow-log"],
    ...[...field, ...field, ...field],
    ...["function-log", ...metrics, "metrics", "flow-log"],
    "prompt",
  ]);
  expect(logs.map(({ operation, field: name, outcome: each }) => [operation, name, each])).toEqual([
    ["prepare", undefined, "prepared"],
    ["check", "cardNumber", "accepted"],
    ["check", "expiryDate", "accepted"],
    ["check", "securityCode", "accepted"],
    ["submit", undefined, "accepted"],
  ]);
  expect(logs[0]).toMatchObject({ level: "INFO", milliseconds: expect.any(Number) });
});

it("emits flow log entries in the format that AWS's blog post shows", async () => {
  const { events } = await play(stackDir, ACCEPTED);
  const entries = events.flatMap((event) => (event.type === "flow-log" ? [event.entry] : []));
  const common = {
    ContactFlowId: expect.stringMatching(
      /^arn:aws:connect:us-east-1:\d{12}:instance\/[\w-]{36}\/contact-flow\/[\w-]{36}$/,
    ),
    Timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    ContactId: expect.stringMatching(/^[\w-]{36}$/),
  };
  const ciphertext = expect.stringMatching(/^AYAD[\w+/=]{1100,}$/);
  const FunctionArn = "arn:aws:lambda:us-east-1:804729163550:function:secure-ivr-dev-decrypt-customer-input";
  expect(entries.slice(0, 3)).toEqual([
    {
      ...common,
      ContactFlowModuleType: "InvokeExternalResource",
      Parameters: {
        FunctionArn,
        Parameters: { operation: "prepare", keyId: expect.stringMatching(/^[\w-]{36}$/) },
        TimeLimit: "1000",
      },
      ExternalResults: { statusCode: "200", outcome: "prepared" },
    },
    { ...common, ContactFlowModuleType: "StoreUserInput", Results: ciphertext },
    {
      ...common,
      ContactFlowModuleType: "InvokeExternalResource",
      Parameters: {
        FunctionArn,
        Parameters: {
          operation: "check",
          field: "cardNumber",
          field_definitions: expect.stringMatching(/^\[\{"kind":"cardNumber",.*\}\]$/),
          cardNumber: ciphertext,
        },
        TimeLimit: "8000",
      },
      ExternalResults: {
        statusCode: "200",
        outcome: "accepted",
        field: "cardNumber",
        brand: "visa",
        lastFour: "••••",
      },
    },
  ]);
  expect(entries.at(-1)).toMatchObject({
    Parameters: {
      Parameters: { operation: "submit", cardNumber: ciphertext, expiryDate: ciphertext, securityCode: ciphertext },
    },
  });
});

it("asks again after an invalid number", async () => {
  const { outcome, prompts, logs } = await play(stackDir, `${INVALID} ${ACCEPTED}`);
  expect(outcome).toBe("accepted");
  expect(prompts[1]).toMatch(/^That is not a valid card number\./);
  expect(logs.slice(1, 3).map((log) => log.outcome)).toEqual(["invalid-number", "accepted"]);
});

it("asks a silent caller again, without invoking the function", async () => {
  const { outcome, prompts, logs, events } = await play(stackDir, `- ${ACCEPTED}`);
  expect(outcome).toBe("accepted");
  expect(prompts[1]).toMatch(/^We did not receive any digits\./);
  expect(logs).toHaveLength(5);
  const stored = events.filter(({ type }) => type === "flow-log")[1];
  expect(stored).toMatchObject({ entry: { Results: "Timeout" } });
});

it.each([
  ["card number: invalid numbers", "4111111111111112# 4111111111111113# 4111111111111114#"],
  ["card number: silence", "- - -"],
  ["card number: one of each", `${INVALID} - #`],
  ["expiry date", `${NUMBER} 1340# 12# -`],
  ["security code", `${NUMBER} 1240# 1# 1234# 12#`],
])("ends after three attempts: %s", async (_, keys) => {
  const { outcome, prompts } = await play(stackDir, `${keys} ${ACCEPTED}`);
  expect(outcome).toBe("attempts-exhausted");
  expect(prompts.at(-1)).toBe("We are sorry, we could not take your details. Please call again later. Goodbye.");
});

describe.each(["en-US", "ja-JP"])("the caller hears what is wrong with an input, in %s", (language) => {
  const problemPrompts: Record<string, Record<string, RegExp>> = {
    "en-US": {
      timeout: /did not receive any digits/,
      "too-short": /too short|We need four digits/,
      "invalid-number": /not a valid card number/,
      "unsupported-brand": /do not take cards of that brand/,
      "invalid-date": /not a valid date/,
      expired: /has expired/,
      four: /has 4 digits.*all 4 digits/,
      three: /has 3 digits.*all 3 digits/,
    },
    "ja-JP": {
      timeout: /番号の入力を確認でき/,
      "too-short": /桁数が足りません|四桁で入力してください/,
      "invalid-number": /カード番号が正しくありません/,
      "unsupported-brand": /このブランドのカードはお取り扱い/,
      "invalid-date": /有効期限が正しくありません/,
      expired: /有効期限が切れています/,
      four: /4桁です.*4桁すべて/,
      three: /3桁です.*3桁すべて/,
    },
  };
  let oneLanguage: string;
  beforeAll(async () => {
    oneLanguage = await synthesizeWith(folder, pair, {
      languages: [language],
      allowedBrands: ["visa", "amex"],
      fields: ["cardNumber", "expiryDate", "securityCode"].map((name) => ({
        name,
        attempts: 6,
      })) as IvrConfig["fields"],
    });
  });
  // One call for each brand, with one problem after the other.
  it.each([
    [
      "Visa",
      "- # 4111# 4111111111111112# 5555555555554444# 4111111111111111# - 12# 1340# 0120# 1240# - 1234# 123#",
      ["timeout", "timeout", "too-short", "invalid-number", "unsupported-brand", undefined],
      ["timeout", "too-short", "invalid-date", "expired", undefined],
      ["timeout", "three", undefined],
    ],
    ["American Express", `${AMEX} 1240# 123# 12345# 1234#`, [undefined], [undefined], ["four", "four", undefined]],
  ])("with %s", async (_, keys, ...problems) => {
    const { outcome, prompts } = await play(oneLanguage, keys);
    expect(outcome).toBe("accepted");
    // The problem of each input in order; an accepted input is followed by the next question or the goodbye.
    const after = problems.flat();
    expect(prompts).toHaveLength(after.length + 1);
    after.forEach((problem, index) => {
      if (problem) expect(prompts[index + 1]).toMatch(problemPrompts[language]?.[problem] as RegExp);
      else
        for (const wrong of Object.values(problemPrompts[language] ?? {}))
          expect(prompts[index + 1]).not.toMatch(wrong);
    });
  });
});

describe("a menu of languages", () => {
  let menu: string;
  beforeAll(async () => {
    menu = await synthesizeWith(folder, pair, {
      languages: ["en-US", "ja-JP"],
      onFailure: { queueId: "11111111-2222-4333-8444-555555555555" },
    });
  });

  it.each([
    ["en-US", "1", /Please hold while we connect you/],
    ["ja-JP", "2", /担当者におつなぎします/],
  ])("three wrong security codes lead to the queue of onFailure, in %s", async (_, key, hold) => {
    const { outcome, prompts } = await play(menu, `${key} ${AMEX} 1240# 123# 123# 123#`);
    expect(outcome).toBe("attempts-exhausted");
    expect(prompts.at(-1)).toMatch(hold);
  });

  it("the key chooses the language, and any other key repeats the question", async () => {
    expect((await play(menu, `1 ${ACCEPTED}`)).prompts.at(-1)).toMatch(/^Thank you/);
    const { outcome, prompts } = await play(menu, `9 2 ${ACCEPTED}`);
    expect(outcome).toBe("accepted");
    expect(prompts.slice(0, 4)).toEqual([...prompts.slice(2, 4), ...prompts.slice(0, 2)]);
    expect(prompts.at(-1)).toMatch(/^ありがとうございました/);
  });

  it("0 leads to an agent, and so do three wrong keys", async () => {
    expect((await play(menu, "0")).outcome).toBe("agent-requested");
    const { outcome, prompts } = await play(menu, "- 7 -");
    expect(outcome).toBe("attempts-exhausted");
    expect(prompts.at(-1)).toMatch(/Please hold/);
  });
});

it("checks other fields by their rules, and a module returns", async () => {
  const stack = await synthesizeWith(folder, pair, {
    flowKind: "module",
    fields: [
      "postalCode",
      digits("routingNumber", { min: 9, max: 9, prompt: "Routing number?", check: "abaRoutingNumber" }),
      digits("accountNumber", { min: 4, max: 10, prompt: "Account number?", check: "modulus11" }),
    ],
  });
  const { outcome, prompts } = await play(stack, "94105# 021000022# 021000021# 12# 0020# 0019#");
  expect(outcome).toBe("accepted");
  expect(prompts).toEqual([
    expect.stringMatching(/^Welcome.*postal code/),
    "Routing number?",
    "That number is not valid. Routing number?",
    "Account number?",
    "That number is too short. Account number?",
    "That number is not valid. Account number?",
    "Thank you. What you entered was accepted.",
  ]);
  expect((await play(stack, "- - -")).prompts.at(-1)).toBe("We are sorry, we could not take your details.");
});

it("accepts ciphertexts under two keys in one call, as if a rotation happened between two fields", async () => {
  const next = join(folder, "rotated", "keys", "next");
  const current = join(folder, "rotated", "keys", "current");
  writeKeyPair(next, await smallKeyPair());
  writeKeyPair(current, pair);
  const keyPairs = [
    {
      name: "current",
      certificateFile: join(current, "certificate.pem"),
      privateKeyFile: join(current, "private-key.pem"),
    },
    { name: "next", certificateFile: join(next, "certificate.pem"), privateKeyFile: join(next, "private-key.pem") },
  ];
  const stack = await synthesizeWith(folder, pair, { keyPairs });
  const other = await synthesizeWith(folder, pair, { keyPairs: keyPairs.toReversed() });
  // The step for the security code is the one from the flow after the rotation.
  const rotated = variantOf(stack, (variant) =>
    changeFlow(variant, ({ Actions }) => {
      const after = JSON.parse(String(only(readStack(other), "aws_connect_contact_flow").content));
      const input = after.Actions.find(({ Identifier }: { Identifier: string }) => Identifier === "securityCode-input");
      Object.assign(Actions.find(({ Identifier }) => Identifier === "securityCode-input") as object, input);
    }),
  );
  const { outcome, logs } = await play(rotated, ACCEPTED);
  expect(outcome).toBe("accepted");
  expect(logs.map(({ keyIds }) => (keyIds as string[]).length)).toEqual([1, 1, 1, 2, 2]);
});

const ask = { "en-US": "Please enter it.", "ja-JP": "入力してください。" };

// `npm start` without a terminal plays these keys.
it.each<[string, IvrConfig, string]>([
  ["by default", {}, "4111111111111111# 1240# 123#"],
  ["American Express alone", { allowedBrands: ["amex"] }, "378282246310005# 1240# 1234#"],
  ["numbers of up to 15 digits", { fields: [{ name: "cardNumber", maximumLength: 15 }] }, "378282246310005#"],
  [
    "two languages, and digits with every check",
    {
      languages: ["en-US", "ja-JP"],
      fields: [
        "postalCode",
        digits("plain", { min: 1, max: 2, prompt: ask }),
        digits("luhn", { min: 12, max: 19, prompt: ask, check: "luhn" }),
        digits("bank", { min: 9, max: 9, prompt: ask, check: "abaRoutingNumber" }),
        digits("account", { min: 7, max: 10, prompt: ask, check: "modulus11" }),
      ],
    },
    "1 120# 0# 123456789015# 123456780# 1234560#",
  ],
])("accepts the keys of the test caller: %s", async (_, config, expected) => {
  const keys = testKeys(parseSettings(config, "the test"));
  expect(keys).toBe(expected);
  const stack = Object.keys(config).length > 0 ? await synthesizeWith(folder, pair, config) : stackDir;
  expect((await play(stack, keys)).outcome).toBe("accepted");
});

it("ends when the caller hangs up", async () => {
  expect((await play(stackDir, "")).outcome).toBe("hung-up");
  expect((await play(stackDir, INVALID)).outcome).toBe("hung-up");
});

it("star starts over, and silence or too many digits end an input without a pound key", async () => {
  expect((await play(stackDir, `999*${ACCEPTED}`)).outcome).toBe("accepted");
  expect((await play(stackDir, ACCEPTED.replaceAll("#", ""))).outcome).toBe("accepted");
  const { events } = await play(stackDir, "41111111111111111111111#");
  expect(events.find(({ type }) => type === "keys")).toEqual({ type: "keys", count: 20 });
});

describe("errors take the Error branch, each with its own note or error code", () => {
  const UNAVAILABLE = "We are sorry, we cannot take card details at the moment. Please call again later. Goodbye.";

  const withCertificate = (certificate: string) =>
    variantOf(stackDir, (stack) =>
      changeFlow(stack, ({ Actions }) => {
        const input = Actions.find(({ Identifier }) => Identifier === "cardNumber-input");
        Object.assign(input?.Parameters.InputEncryption as object, { Key: certificate });
      }),
    );

  it("an expired certificate", async () => {
    const { outcome, prompts, notes, logs, metrics } = await play(
      withCertificate(await certificateFor(pair, { toDay: -1 })),
      ACCEPTED,
    );
    expect(outcome).toBe("unavailable");
    expect(prompts.at(-1)).toBe(UNAVAILABLE);
    expect(notes).toEqual([expect.stringContaining("expired on")]);
    // The function still receives the report of the outcome.
    expect(logs.slice(1)).toEqual([
      expect.objectContaining({ operation: "report", outcome: "unavailable", keyIds: [] }),
    ]);
    expect(metrics.filter(({ metrics: { Calls } }) => Calls)).toEqual([
      {
        namespace: "ConnectSecureIvr",
        dimensions: { service: "decrypt-customer-input", stage: "dev", outcome: "unavailable" },
        metrics: { Calls: 1 },
      },
    ]);
  });

  it("a certificate that does not verify under the uploaded public key", async () => {
    const other = await smallKeyPair();
    const { outcome, notes } = await play(withCertificate(other.certificate), ACCEPTED);
    expect(outcome).toBe("unavailable");
    expect(notes).toEqual([expect.stringContaining("does not verify with the public key")]);
  });

  it("a key id under which nothing is uploaded", async () => {
    const stack = variantOf(stackDir, (variant) =>
      changeFlow(variant, ({ Actions }) => {
        const input = Actions.find(({ Identifier }) => Identifier === "cardNumber-input");
        Object.assign(input?.Parameters.InputEncryption as object, { EncryptionKeyId: "another" });
      }),
    );
    expect(await play(stack, ACCEPTED)).toMatchObject({
      outcome: "unavailable",
      notes: [expect.stringContaining("no public key with the id another is uploaded")],
    });
  });

  it("a missing parameter", async () => {
    const stack = variantOf(stackDir, (variant) => {
      const parameter = only(variant, "aws_ssm_parameter");
      const policy = only(variant, "aws_iam_role_policy", "decrypt-function");
      const name = String(parameter.name);
      policy.policy = String(policy.policy).replaceAll(
        /\$\{aws_ssm_parameter[^}]*\}/g,
        `arn:aws:ssm:us-east-1:804729163550:parameter${name}`,
      );
      parameter.name = "/elsewhere";
    });
    const { outcome, prompts, logs, notes } = await play(stack, ACCEPTED);
    expect(outcome).toBe("unavailable");
    expect(prompts.at(-1)).toBe(UNAVAILABLE);
    expect(logs[0]).toMatchObject({ level: "ERROR", outcome: "error", errorCode: "parameter-missing" });
    // from prepare, which the caller does not notice, and from check
    expect(notes).toEqual(Array(2).fill(expect.stringContaining("threw DecryptCustomerInputError: parameter-missing")));
  });

  it("a role without permission to read the parameter", async () => {
    const stack = variantOf(stackDir, (variant) => {
      const policy = only(variant, "aws_iam_role_policy", "decrypt-function");
      policy.policy = String(policy.policy).replace("ssm:GetParameter", "ssm:DescribeParameters");
    });
    // IAM returns the same error as for keys that are not deployed.
    expect((await play(stack, ACCEPTED)).logs[0]).toMatchObject({ errorCode: "unknown-key-id" });
  });

  it("a role without permission to decrypt the parameter", async () => {
    const stack = variantOf(stackDir, (variant) => {
      const policy = only(variant, "aws_iam_role_policy", "decrypt-function");
      policy.policy = String(policy.policy).replace(
        "kms:EncryptionContext:PARAMETER_ARN",
        "kms:EncryptionContext:OTHER",
      );
    });
    expect((await play(stack, ACCEPTED)).logs[0]).toMatchObject({ errorCode: "parameter-denied" });
  });

  it.each([
    ["that Connect has no permission to invoke", "aws_lambda_permission"],
    ["that is not associated with the instance", "aws_connect_lambda_function_association"],
  ])("a function %s", async (_, type) => {
    const stack = variantOf(stackDir, (variant) => {
      delete variant.resource[type];
    });
    const { outcome, notes } = await play(stack, ACCEPTED);
    expect(outcome).toBe("unavailable");
    // from prepare, check and report
    expect(notes).toEqual(Array(3).fill(expect.stringContaining("that this instance may invoke")));
  });

  it("a function that another instance has the permission to invoke", async () => {
    const stack = variantOf(stackDir, (variant) => {
      only(variant, "aws_lambda_permission").source_arn = "arn:aws:connect:us-east-1:804729163550:instance/other";
    });
    expect((await play(stack, ACCEPTED)).outcome).toBe("unavailable");
  });

  // These limits are shorter than AWS allows, to save time.
  it("a function that hangs, stopped by its own time limit", async () => {
    const stack = variantOf(stackDir, (variant, to) =>
      changeFunction(variant, to, "export const handler = () => new Promise(() => setInterval(() => {}, 1000));", {
        timeout: 0.2,
      }),
    );
    const { outcome, prompts, logs, notes } = await play(stack, ACCEPTED, { timeLimitFactor: 1 });
    expect(outcome).toBe("unavailable");
    expect(prompts.at(-1)).toBe(UNAVAILABLE);
    const timedOut = expect.objectContaining({ level: "ERROR", message: "Task timed out after 0.20 seconds" });
    expect(logs).toEqual([timedOut, timedOut, timedOut]);
    expect(notes).toEqual(Array(3).fill(expect.stringContaining("did not respond within 0.2 s")));
  });

  it("a function that hangs without yielding, stopped by the flow's time limit", async () => {
    const stack = variantOf(stackDir, (variant, to) => {
      changeFunction(variant, to, "export const handler = () => { for (;;) {} };", { timeout: 1 });
      changeFlow(variant, ({ Actions }) => {
        for (const { Parameters } of Actions) {
          if (Parameters.LambdaFunctionARN) Parameters.InvocationTimeLimitSeconds = "0.2";
        }
      });
    });
    const { outcome, notes } = await play(stack, ACCEPTED, { timeLimitFactor: 1 });
    expect(outcome).toBe("unavailable");
    expect(notes).toEqual(Array(3).fill(expect.stringContaining("did not respond within 0.2 s")));
  });
});
