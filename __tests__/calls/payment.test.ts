import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { Deployment } from "../../simulator/deployment";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { type PlayedCall, play } from "../support/calls";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";
import { type Endpoint, type Respond, stopEndpoints } from "../support/payment-endpoint";
import { startPaymentStack } from "../support/payment-stack";
import { temporaryFolder } from "../support/project";

const NUMBER = "4111111111111111";
const CALL = `${NUMBER}# 1240# 739#`;
const SECRET = "sk_live_7Hq2vZxN0pWb";
const VARIABLES = { payment_secret: SECRET };
const TOKEN = "tok_1Nq2-x";

const folder = temporaryFolder();
let pair: KeyPair;
let endpoint: Endpoint;
let stackDir: string;
let respond: Respond;
beforeAll(async () => {
  pair = await smallKeyPair();
  ({ endpoint, stackDir } = await startPaymentStack(folder, pair, (response, attempt) => respond(response, attempt)));
});
beforeEach(() => {
  endpoint.requests.length = 0;
});
afterAll(stopEndpoints);

function callWith(newRespond: Respond): Promise<PlayedCall> {
  respond = newRespond;
  return play(stackDir, CALL, { variables: VARIABLES });
}

const json =
  (status: number, body: object): Respond =>
  (response) => {
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  };
/** Whether anything that a call shows contains the text. A failed test must not print the text itself. */
const shows = ({ events }: PlayedCall, text: string) => JSON.stringify(events).includes(text);

it("sends the card to the endpoint, and its token to the flow, which does not speak it", async () => {
  const call = await callWith(json(200, { token: TOKEN }));
  expect(call.outcome).toBe("accepted");
  const [request] = endpoint.requests;
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
  expect(shows(call, SECRET) || shows(call, NUMBER)).toBe(false);
});

it("informs the caller that the card was declined", async () => {
  const call = await callWith(json(402, { declined: true }));
  expect(call.outcome).toBe("declined");
  expect(call.prompts.at(-1)).toBe("We are sorry, your card was declined. Please call again later. Goodbye.");
});

it.each<[string, Respond, string]>([
  ["responds with 500", json(500, { error: NUMBER }), "payment-refused"],
  ["responds with HTML", (response) => response.writeHead(200).end("<html>"), "payment-answer-invalid"],
  ["returns the card number as a token", json(200, { token: NUMBER }), "payment-answer-invalid"],
])("fails closed if the endpoint %s", async (_, respond, code) => {
  const call = await callWith(respond);
  expect(call.outcome).toBe("unavailable");
  expect(call.logs.flatMap(({ errorCode }) => errorCode ?? [])).toEqual([code]);
  expect(shows(call, NUMBER)).toBe(false);
});

it("sends the same idempotency key for a retry by Connect, and another key for another attempt", async () => {
  respond = json(200, { token: TOKEN });
  const stack = new SynthesizedStack(stackDir, VARIABLES);
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
  const deployment = new Deployment({ timeLimitFactor: 20 });
  try {
    await deployment.deploy(stackDir, VARIABLES);
    const [first, next] = [await submit("the-contact"), await submit("the-contact")];
    for (const event of [first, first, next]) {
      expect(Object.keys(await deployment.invoke(deployed.arn, event, 8))).toEqual(["response"]);
    }
  } finally {
    await deployment.stop();
  }
  const [key, ofRetry, ofNext] = endpoint.requests.map(({ headers }) => headers["idempotency-key"]);
  expect(key).toMatch(/^[0-9a-f]{32}$/);
  expect(ofRetry).toBe(key);
  expect(ofNext).not.toBe(key);
});
