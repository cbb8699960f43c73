import { captureFlow } from "../../flows/capture-flow";
import { type FlowContent, targetsOf } from "../../flows/language";
import { captureFlowProps } from "../../infrastructure/flow/capture-flow-props";
import { type IvrConfig, parseSettings } from "../../settings/settings";
import { certificateFile } from "./certificates";

export const CERTIFICATE = certificateFile("valid");
export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:123456789012:function:decrypt-customer-input";
export const KEY_ID = "11111111-2222-4333-8444-555555555555";

/** The flow that is deployed for a configuration. */
export const captureFlowOf = (config: IvrConfig = {}, certificate = CERTIFICATE): FlowContent =>
  captureFlow(
    captureFlowProps(parseSettings(config, "the test's configuration"), {
      encryption: { keyId: KEY_ID, certificate },
      functionArn: FUNCTION_ARN,
      instanceArn: "arn:aws:connect:us-east-1:123456789012:instance/i",
    }),
  );

/** A configuration that uses every option of the flow. */
export const EVERYTHING: IvrConfig = {
  languages: ["en-US", "ja-JP"],
  onFailure: { queueId: "11111111-2222-4333-8444-666666666666" },
  fields: [
    "cardNumber",
    "expiryDate",
    { name: "securityCode", attempts: 2 },
    { name: "postalCode", attempts: 1 },
    {
      kind: "digits",
      name: "accountNumber",
      min: 4,
      max: 9,
      check: "modulus11",
      attempts: 5,
      prompt: { "en-US": "Please enter your account number.", "ja-JP": "口座番号を入力してください。" },
    },
  ],
  afterCapture: { flowLogging: true, ivrRecording: true, recordedParticipants: ["Agent", "Customer"] },
};

/** The steps that a call can reach from one step, without some steps or branches. */
export function reachable(
  flow: FlowContent,
  from: string,
  { without = [], cut = () => false }: { without?: string[]; cut?: (step: string, target: string) => boolean } = {},
): Set<string> {
  const byName = new Map(flow.Actions.map((action) => [action.Identifier, action]));
  const reached = new Set<string>();
  const waiting = [from];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const action = byName.get(name);
    if (!action || reached.has(name) || without.includes(name)) continue;
    reached.add(name);
    waiting.push(...targetsOf(action.Transitions).filter((target) => !cut(action.Identifier, target)));
  }
  return reached;
}
