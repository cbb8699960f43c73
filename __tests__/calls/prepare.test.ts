import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { KeyPair } from "../../encryption/key-pair";
import type { CallEvent } from "../../simulator/call-events";
import { Contact } from "../../simulator/contact";
import { runContactFlow } from "../../simulator/contact-flow";
import { FunctionEnvironments } from "../../simulator/function-environments";
import { ParameterStore } from "../../simulator/parameter-store";
import { Redaction } from "../../simulator/redaction";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { SynthesizedStack } from "../../simulator/synthesized-stack";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

const SCRIPT = "4111111111111111# 1240# 123#";
const PATIENT = 50;
const JSON_TYPE = { "Content-Type": "application/x-amz-json-1.1" };

const folder = temporaryFolder();
let pair: KeyPair;
let stack: SynthesizedStack;
beforeAll(async () => {
  pair = await smallKeyPair();
  stack = new SynthesizedStack(await synthesizeWith(folder, pair));
}, 60_000);

/** A caller who presses the first key when Parameter Store has recovered. */
class PatientKeypad extends ScriptedKeypad {
  constructor(readonly recover: () => void) {
    super(SCRIPT);
  }
  override startPrompt(): void {
    super.startPrompt();
    this.recover();
  }
}

const reject = (response: ServerResponse, status: number, type: string) =>
  response.writeHead(status, JSON_TYPE).end(JSON.stringify({ __type: type }));

/** A proxy for the simulated Parameter Store, which responds as the test wants until `recover` is called. */
async function failingProxy(store: ParameterStore, respond: (response: ServerResponse) => void) {
  let hasRecovered = false;
  const server = createServer(async (request, response) => {
    if (!hasRecovered) return respond(response);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { host: _, ...headers } = request.headers as Record<string, string>;
    const forwarded = await fetch(store.url, { method: "POST", headers, body: Buffer.concat(chunks) });
    response.writeHead(forwarded.status, JSON_TYPE).end(await forwarded.text());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    recover: () => {
      hasRecovered = true;
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Only prepare has Connect's short time limit, so that the test does not depend on the speed of the machine. */
function withPatientChecks(content: string): string {
  const flow = JSON.parse(content);
  for (const { Identifier, Parameters } of flow.Actions) {
    const isInvocation = "InvocationTimeLimitSeconds" in Parameters;
    if (isInvocation && Identifier !== "prepare") Parameters.InvocationTimeLimitSeconds = String(PATIENT);
  }
  return JSON.stringify(flow);
}

async function callWhileParameterStore(respond: (response: ServerResponse) => void) {
  const [deployed] = stack.functions;
  const [flow] = stack.flows;
  if (!deployed || !flow) throw new Error("nothing is deployed");
  deployed.timeoutSeconds = PATIENT;
  const parameterStore = await ParameterStore.start(stack.parameters, deployed.role);
  const proxy = await failingProxy(parameterStore, respond);
  const environments = new FunctionEnvironments({
    deployed,
    region: stack.region,
    ssmEndpoint: proxy.url,
    accessKeyId: parameterStore.accessKeyId,
  });
  const events: CallEvent[] = [];
  const redaction = new Redaction();
  try {
    const outcome = await runContactFlow(withPatientChecks(flow.content), {
      flowArn: flow.arn,
      contact: new Contact(stack.instanceArn, "+12065550100", "+18885550199"),
      keypad: new PatientKeypad(proxy.recover),
      securityKeys: stack.securityKeys,
      functions: new Map([[deployed.arn, environments]]),
      redaction,
      emit: (event) => events.push(redaction.hide(event)),
    });
    return {
      outcome,
      notes: events.flatMap((event) => (event.type === "note" ? [event.text] : [])),
      prompts: events.flatMap((event) => (event.type === "prompt" ? [event.text] : [])),
    };
  } finally {
    environments.stop();
    proxy.stop();
    await parameterStore.stop();
  }
}

it.each<[string, (response: ServerResponse) => void]>([
  ["reports that there is no key", (response) => reject(response, 400, "ParameterNotFound")],
  ["is down", (response) => reject(response, 500, "InternalServerError")],
  ["does not respond", () => {}],
])("the caller does not notice if Parameter Store %s during prepare: the check fetches the key", async (_, respond) => {
  const { outcome, prompts, notes } = await callWhileParameterStore(respond);
  expect(notes).toEqual([
    expect.stringMatching(/^Connect takes the Error branch: the function (threw|did not respond)/),
  ]);
  expect(prompts[0]).toMatch(/^Welcome/);
  expect(outcome).toBe("accepted");
});
