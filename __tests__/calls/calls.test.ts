import { createKeyPair, type KeyPair } from "../../encryption/key-pair";
import { play } from "../support/calls";
import { certificateFor } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { changeFlow, changeFunction, only, synthesizeWith, variantOf } from "../support/stack";

const ACCEPTED = "4111111111111111#";
const INVALID = "4111111111111112#";

const folder = temporaryFolder();
let pair: KeyPair;
let stackDir: string;
beforeAll(async () => {
  pair = await createKeyPair();
  stackDir = await synthesizeWith(folder, pair);
}, 60_000);

it("accepts a valid number", async () => {
  const { outcome, prompts, events, logs } = await play(stackDir, ACCEPTED);
  expect(outcome).toBe("accepted");
  expect(prompts.at(-1)).toBe("Thank you. Your visa card ending in •••• was accepted. Goodbye.");
  expect(events.map(({ type }) => type)).toEqual([
    "prompt",
    "prompt",
    "keys",
    "flow-log",
    "function-log",
    "flow-log",
    "prompt",
  ]);
  expect(logs[0]).toMatchObject({ level: "INFO", outcome: "accepted", milliseconds: expect.any(Number) });
});

it("logs what the blog post shows, in its shape, while logging is on", async () => {
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
  expect(entries).toEqual([
    { ...common, ContactFlowModuleType: "StoreUserInput", Results: ciphertext },
    {
      ...common,
      ContactFlowModuleType: "InvokeExternalResource",
      Parameters: {
        FunctionArn: "arn:aws:lambda:us-east-1:804729163550:function:secure-ivr-dev-decrypt-customer-input",
        Parameters: { EncryptedCreditCard: ciphertext },
        TimeLimit: "8000",
      },
      ExternalResults: { statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "••••" },
    },
  ]);
});

it("lets a caller try again after an invalid number", async () => {
  const { outcome, prompts, logs } = await play(stackDir, `${INVALID} ${ACCEPTED}`);
  expect(outcome).toBe("accepted");
  expect(prompts).toContain("That is not a valid card number.");
  expect(logs.map((log) => log.outcome)).toEqual(["invalid-number", "accepted"]);
});

it("asks a silent caller again, and does not trouble the function", async () => {
  const { outcome, prompts, logs, events } = await play(stackDir, `- ${ACCEPTED}`);
  expect(outcome).toBe("accepted");
  expect(prompts).toContain("We did not receive any digits.");
  expect(logs).toHaveLength(1);
  expect(events.find(({ type }) => type === "flow-log")).toMatchObject({ entry: { Results: "Timeout" } });
});

it.each([
  ["invalid numbers", "1# 2# 3#"],
  ["silence", "- - -"],
  ["one of each", `${INVALID} - #`],
])("ends after three attempts: %s", async (_, keys) => {
  const { outcome, prompts } = await play(stackDir, `${keys} ${ACCEPTED}`);
  expect(outcome).toBe("attempts-exhausted");
  expect(prompts.filter((text) => text.startsWith("Please enter"))).toHaveLength(3);
  expect(prompts.at(-1)).toBe("We could not take your card number. Please call again. Goodbye.");
});

it("ends when the caller hangs up", async () => {
  expect((await play(stackDir, "")).outcome).toBe("hung-up");
  expect((await play(stackDir, INVALID)).outcome).toBe("hung-up");
});

it("lets star start over, and waits for no pound key after 19 digits or silence", async () => {
  expect((await play(stackDir, `999*${ACCEPTED}`)).outcome).toBe("accepted");
  expect((await play(stackDir, ACCEPTED.slice(0, -1))).outcome).toBe("accepted");
  const { events } = await play(stackDir, "41111111111111111111111#");
  expect(events.find(({ type }) => type === "keys")).toEqual({ type: "keys", count: 19 });
});

describe("faults take the Error branch and are told apart", () => {
  const UNAVAILABLE = "We cannot take card numbers at the moment. Please call again later. Goodbye.";

  const withCertificate = (certificate: string) =>
    variantOf(stackDir, (stack) =>
      changeFlow(stack, ({ Actions }) => {
        const input = Actions.find(({ Identifier }) => Identifier === "card-number");
        Object.assign(input?.Parameters.InputEncryption as object, { Key: certificate });
      }),
    );

  it("an expired certificate", async () => {
    const { outcome, prompts, notes, logs } = await play(
      withCertificate(await certificateFor(pair, { toDay: -1 })),
      ACCEPTED,
    );
    expect(outcome).toBe("unavailable");
    expect(prompts.at(-1)).toBe(UNAVAILABLE);
    expect(notes).toEqual([expect.stringContaining("expired on")]);
    expect(logs).toEqual([]);
  });

  it("a certificate that does not verify under the uploaded public key", async () => {
    const other = await createKeyPair({ bits: 2048 });
    const { outcome, notes } = await play(withCertificate(other.certificate), ACCEPTED);
    expect(outcome).toBe("unavailable");
    expect(notes).toEqual([expect.stringContaining("does not verify under the public key")]);
  });

  it("a key id under which nothing is uploaded", async () => {
    const stack = variantOf(stackDir, (variant) =>
      changeFlow(variant, ({ Actions }) => {
        const input = Actions.find(({ Identifier }) => Identifier === "card-number");
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
      const policy = only(variant, "aws_iam_role_policy");
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
    expect(notes).toEqual([expect.stringContaining("threw DecryptCustomerInputError: parameter-missing")]);
  });

  it("a role that may not read the parameter, as it would be deployed", async () => {
    const stack = variantOf(stackDir, (variant) => {
      const policy = only(variant, "aws_iam_role_policy");
      policy.policy = String(policy.policy).replace("ssm:GetParameter", "ssm:DescribeParameters");
    });
    expect((await play(stack, ACCEPTED)).logs[0]).toMatchObject({ errorCode: "parameter-denied" });
  });

  it("a role that may not decrypt the parameter", async () => {
    const stack = variantOf(stackDir, (variant) => {
      const policy = only(variant, "aws_iam_role_policy");
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
    expect(notes).toEqual([expect.stringContaining("that this instance may invoke")]);
  });

  it("a function that another instance has the permission to invoke", async () => {
    const stack = variantOf(stackDir, (variant) => {
      only(variant, "aws_lambda_permission").source_arn = "arn:aws:connect:us-east-1:804729163550:instance/other";
    });
    expect((await play(stack, ACCEPTED)).outcome).toBe("unavailable");
  });

  it("a function that hangs, stopped by its own time limit", async () => {
    const stack = variantOf(stackDir, (variant, to) =>
      changeFunction(variant, to, "export const handler = () => new Promise(() => setInterval(() => {}, 1000));", {
        timeout: 1,
      }),
    );
    const { outcome, prompts, logs, notes } = await play(stack, ACCEPTED);
    expect(outcome).toBe("unavailable");
    expect(prompts.at(-1)).toBe(UNAVAILABLE);
    expect(logs).toEqual([expect.objectContaining({ level: "ERROR", message: "Task timed out after 1.00 seconds" })]);
    expect(notes).toEqual([expect.stringContaining("did not answer within 1 s")]);
  });

  it("a function that hangs without yielding, stopped by Connect's", async () => {
    const stack = variantOf(stackDir, (variant, to) => {
      changeFunction(variant, to, "export const handler = () => { for (;;) {} };", { timeout: 60 });
      changeFlow(variant, ({ Actions }) => {
        Object.assign(Actions.find(({ Identifier }) => Identifier === "decrypt")?.Parameters as object, {
          InvocationTimeLimitSeconds: "1",
        });
      });
    });
    expect((await play(stack, ACCEPTED)).outcome).toBe("unavailable");
  });
});
