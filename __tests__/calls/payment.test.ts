import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { FunctionProcess } from "../../simulator/function-process";
import { ParameterStore } from "../../simulator/parameter-store";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { type PlayedCall, play } from "../support/calls";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { type Endpoint, type Respond, startEndpoint, stopEndpoints } from "../support/payment-endpoint";
import { temporaryFolder } from "../support/project";
import { only, synthesizeWith, variantOf } from "../support/stack";
import { type TlsCertificate, tlsCertificate } from "../support/tls-certificate";

const NUMBER = "4111111111111111";
const CALL = `${NUMBER}# 1240# 739#`;
const SECRET = "sk_live_7Hq2vZxN0pWb";
const VARIABLES = { payment_secret: SECRET };
const TOKEN = "tok_1Nq2-x";

const folder = temporaryFolder();
let pair: KeyPair;
let certificate: TlsCertificate;
beforeAll(async () => {
  [pair, certificate] = await Promise.all([smallKeyPair(), tlsCertificate("ip", "127.0.0.1")]);
  writeFileSync(join(folder, "authority.pem"), certificate.cert);
}, 60_000);
afterEach(stopEndpoints);

/** A stack whose cards go to a real endpoint; the deployed function trusts its authority. */
async function stackWith({ port }: Endpoint): Promise<string> {
  const url = `https://127.0.0.1:${port}/tokens`;
  const stackDir = await synthesizeWith(folder, pair, { payment: { connector: "https", url } });
  return variantOf(stackDir, (stack) => {
    const { variables } = only(stack, "aws_lambda_function").environment as { variables: Record<string, string> };
    variables.NODE_EXTRA_CA_CERTS = join(folder, "authority.pem");
  });
}

async function callWith(respond: Respond): Promise<PlayedCall & { endpoint: Endpoint }> {
  const endpoint = await startEndpoint(certificate, respond);
  return { ...(await play(await stackWith(endpoint), CALL, VARIABLES)), endpoint };
}

const json =
  (status: number, body: object): Respond =>
  (response) => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  };
/** of all that a call shows, by yes and no: a failure must not print it */
const holds = ({ events }: PlayedCall, text: string) => JSON.stringify(events).includes(text);

it("gives the card to the endpoint, and its token to the flow, which never speaks it", async () => {
  const call = await callWith(json(200, { token: TOKEN }));
  expect(call.outcome).toBe("accepted");
  const [request] = call.endpoint.requests;
  expect(request?.headers.authorization === `Bearer ${SECRET}`).toBe(true);
  const { fields, brand } = JSON.parse(request?.body ?? "");
  expect(fields.cardNumber === NUMBER && fields.expiryDate === "1240" && fields.securityCode === "739").toBe(true);
  expect(brand).toBe("visa");

  const external = call.events.flatMap((event) =>
    event.type === "flow-log" && "ExternalResults" in event.entry ? [event.entry.ExternalResults] : [],
  );
  expect(external.at(-1)).toMatchObject({ outcome: "accepted", token: TOKEN });
  expect(call.prompts.filter((text) => text.includes(TOKEN))).toEqual([]);
  expect([SECRET, NUMBER, TOKEN].filter((text) => JSON.stringify(call.logs).includes(text))).toHaveLength(0);
  expect(holds(call, SECRET) || holds(call, NUMBER)).toBe(false);
});

it("tells a caller that the card was declined", async () => {
  const call = await callWith(json(402, { declined: true }));
  expect(call.outcome).toBe("declined");
  expect(call.prompts.at(-1)).toBe("We are sorry, your card was declined. Please call again later. Goodbye.");
});

it.each<[string, Respond, string]>([
  ["answers 500", json(500, { error: NUMBER }), "payment-refused"],
  ["answers HTML", (response) => response.writeHead(200).end("<html>"), "payment-answer-invalid"],
  ["gives the number back as a token", json(200, { token: NUMBER }), "payment-answer-invalid"],
])("fails closed where the endpoint %s", async (_, respond, code) => {
  const call = await callWith(respond);
  expect(call.outcome).toBe("unavailable");
  expect(call.logs.flatMap(({ errorCode }) => errorCode ?? [])).toEqual([code]);
  expect(holds(call, NUMBER)).toBe(false);
});

it("gives up on a slow endpoint in time for an answer of its own", async () => {
  const call = await callWith(() => {});
  expect(call.outcome).toBe("unavailable");
  expect(call.logs.flatMap(({ errorCode }) => errorCode ?? [])).toEqual(["payment-timeout"]);
});

it("names a retry of Connect's by the same key, and another attempt by another", async () => {
  const endpoint = await startEndpoint(certificate, json(200, { token: TOKEN }));
  const stack = new SynthesizedStack(await stackWith(endpoint), VARIABLES);
  const [deployed] = stack.functions;
  const [keyId] = stack.securityKeys.keys();
  if (!deployed || !keyId) throw new Error("nothing is deployed");
  const encrypt = (digits: string) =>
    encryptCustomerInput(new SensitiveDigits(digits), { keyId, publicKey: publicKeyOf(pair) });
  const submit = async (ContactId: string) => ({
    Details: {
      ContactData: { ContactId },
      Parameters: {
        operation: "submit",
        cardNumber: await encrypt(NUMBER),
        expiryDate: await encrypt("1240"),
        securityCode: await encrypt("739"),
      },
    },
  });
  const parameterStore = await ParameterStore.start(stack.parameters, deployed.role);
  const { region } = stack;
  const { url: ssmEndpoint, accessKeyId } = parameterStore;
  const running = new FunctionProcess({ deployed, region, ssmEndpoint, accessKeyId, onLog: () => {} });
  try {
    const [first, next] = [await submit("the-contact"), await submit("the-contact")];
    for (const event of [first, first, next]) expect(Object.keys(await running.invoke(event))).toEqual(["answer"]);
  } finally {
    running.stop();
    await parameterStore.stop();
  }
  const [key, ofRetry, ofNext] = endpoint.requests.map(({ headers }) => headers["idempotency-key"]);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(ofRetry).toBe(key);
  expect(ofNext).not.toBe(key);
});
