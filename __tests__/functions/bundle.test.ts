import { encryptCustomerInput } from "../../encryption/encrypt";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { readEmbeddedMetrics } from "../../simulator/embedded-metrics";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { type DeployedFunction, SynthesizedStack } from "../../simulator/synthesized-stack";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

const folder = temporaryFolder();

// What AWS runs: the built zip in a process of its own, with the environment and the role's policies that it is deployed with.
it("the built function prepares, checks, submits and throws", async () => {
  const pair = await smallKeyPair();
  const stack = new SynthesizedStack(await synthesizeWith(folder, pair));
  const deployed = stack.functions[0] as DeployedFunction;
  const keyId = [...stack.securityKeys.keys()][0] as string;
  const encrypt = (digits: string, id = keyId) =>
    encryptCustomerInput(new SensitiveDigits(digits), { keyId: id, publicKey: publicKeyOf(pair) });
  const otherKeyId = "00000000-1111-4222-8333-444444444444";
  const tampered = Buffer.from(await encrypt("1"), "base64");
  tampered.writeUInt8(tampered.readUInt8(300) ^ 1, 300);
  const card = {
    cardNumber: await encrypt("378282246310005"),
    expiryDate: await encrypt("1240"),
    securityCode: await encrypt("1234"),
  };
  const events = [
    { operation: "prepare", keyId },
    { operation: "check", field: "cardNumber", ...card },
    { EncryptedCreditCard: card.cardNumber },
    { operation: "submit", ...card },
    { operation: "submit", ...card, securityCode: "Timeout" },
    { operation: "report", outcome: "agent-requested" },
    { operation: "check", field: "cardNumber", cardNumber: tampered.toString("base64") },
    { operation: "check", field: "cardNumber", cardNumber: await encrypt("1", otherKeyId) },
  ];

  let fetches = 0;
  const parameters = stack.parameters.map((parameter) => ({
    ...parameter,
    get value() {
      fetches++;
      return parameter.value;
    },
  }));
  const parameterStore = await ParameterStore.start(parameters, deployed.role);
  const entries: unknown[] = [];
  const running = new FunctionProcess({
    deployed,
    region: stack.region,
    ssmEndpoint: parameterStore.url,
    accessKeyId: parameterStore.accessKeyId,
    onLog: (entry) => entries.push(entry),
  });
  const results: unknown[] = [];
  try {
    for (const parameters of events) {
      const event = { Details: { ContactData: { ContactId: "the-contact" }, Parameters: parameters } };
      const result = await running.invoke(event);
      results.push("response" in result ? JSON.parse(result.response) : result);
    }
  } finally {
    running.stop();
    await parameterStore.stop();
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
  expect(fetches).toBe(1);

  const logs = entries.filter((entry) => (entry as { service?: string }).service && !readEmbeddedMetrics(entry));
  expect(logs).toHaveLength(events.length);
  expect(logs[1]).toMatchObject({
    ...{ level: "INFO", message: "Customer input checked", contactId: "the-contact", operation: "check" },
    ...{ field: "cardNumber", outcome: "accepted", keyIds: [keyId], milliseconds: expect.any(Number) },
  });
  expect(logs[6]).toMatchObject({ level: "ERROR", outcome: "error", errorCode: "tampered-message" });
  expect(logs[7]).toMatchObject({ level: "ERROR", outcome: "error", errorCode: "unknown-key-id" });
  const metrics = entries.flatMap((entry) => readEmbeddedMetrics(entry) ?? []);
  const counted = (name: string) => metrics.flatMap(({ metrics: values }) => values[name] ?? []);
  expect(counted("Decrypted")).toEqual([0, 1, 1, 3, 2, 0, 0, 0]);
  expect(counted("Calls")).toEqual([1, 1, 1]);
  expect(counted("Faults")).toEqual([1, 1]);
});
