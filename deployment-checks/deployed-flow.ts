import { z } from "zod";
import { ask, clientSettings } from "./aws";
import { CheckFailure } from "./check";

/** What the steps of a flow encrypt under. */
export interface FlowEncryption {
  keyId: string;
  /** PEM */
  certificate: string;
}

const Content = z.object({
  Actions: z.array(
    z.object({
      Parameters: z
        .object({
          StoreInput: z.string().optional(),
          InputEncryption: z.object({ EncryptionKeyId: z.string(), Key: z.string() }).optional(),
        })
        .default({}),
    }),
  ),
});

const DEPLOY = "Run npx cdktf deploy: it publishes the flow as it is here.";
const MISSING = new CheckFailure("The instance has no such flow.", DEPLOY);
const UNPUBLISHED = new CheckFailure("The flow is saved, but not published.", "Publish it in the console.");

/** What the published flow or module encrypts every input under; fails where it is not in use, or leaves one in clear. */
export async function readFlowEncryption(
  region: string,
  instanceId: string,
  flow: { kind: "flow" | "module"; id: string },
): Promise<FlowEncryption> {
  const { content, state, status } = await describe(region, instanceId, flow);
  if (status === "SAVED") throw UNPUBLISHED;
  if (state === "ARCHIVED") throw new CheckFailure("The flow is archived.", "Activate it in the console.");
  const steps = inputSteps(content);
  if (steps.some(({ InputEncryption }) => InputEncryption === undefined)) {
    throw new CheckFailure(
      "A step of the flow stores what callers type without encrypting it.",
      `Take the flow out of use now. ${DEPLOY}`,
    );
  }
  const [first, ...others] = [...new Set(steps.map(({ InputEncryption }) => JSON.stringify(InputEncryption)))];
  if (first === undefined) throw new CheckFailure("The flow stores no input.", DEPLOY);
  if (others.length > 0) {
    throw new CheckFailure("The flow's steps encrypt under different keys or certificates.", DEPLOY);
  }
  const { EncryptionKeyId, Key } = JSON.parse(first);
  return { keyId: EncryptionKeyId, certificate: Key };
}

/** The published one: what is only saved has to be asked for by `$SAVED`. */
async function describe(region: string, InstanceId: string, { kind, id }: { kind: "flow" | "module"; id: string }) {
  const { ConnectClient, DescribeContactFlowCommand, DescribeContactFlowModuleCommand } = await import(
    "@aws-sdk/client-connect"
  );
  const client = new ConnectClient(clientSettings(region));
  const answers = { ResourceNotFoundException: MISSING, ContactFlowNotPublishedException: UNPUBLISHED };
  if (kind === "flow") {
    const command = new DescribeContactFlowCommand({ InstanceId, ContactFlowId: id });
    const { ContactFlow } = await ask("connect:DescribeContactFlow", () => client.send(command), answers);
    const { Content = "", State, Status } = ContactFlow ?? {};
    return { content: Content, state: State, status: Status };
  }
  const command = new DescribeContactFlowModuleCommand({ InstanceId, ContactFlowModuleId: id });
  const { ContactFlowModule } = await ask("connect:DescribeContactFlowModule", () => client.send(command), answers);
  const { Content = "", State, Status } = ContactFlowModule ?? {};
  return { content: Content, state: State, status: Status };
}

function inputSteps(content: string) {
  try {
    const steps = Content.parse(JSON.parse(content)).Actions.map(({ Parameters }) => Parameters);
    return steps.filter(({ StoreInput, InputEncryption }) => StoreInput === "True" || InputEncryption !== undefined);
  } catch {
    throw new CheckFailure("The flow's content cannot be read.", DEPLOY);
  }
}
