import type { FlowContent } from "./language";

/** Names of the blocks in Connect's designer. */
const BLOCKS: Readonly<Record<string, string>> = {
  Compare: "Check contact attributes",
  DisconnectParticipant: "Disconnect",
  EndFlowModuleExecution: "Return",
  InvokeLambdaFunction: "Invoke AWS Lambda function",
  Loop: "Loop",
  MessageParticipant: "Play prompt",
  TransferContactToQueue: "Transfer to queue",
  UpdateContactAttributes: "Set contact attributes",
  UpdateContactRecordingBehavior: "Set recording behavior",
  UpdateContactTargetQueue: "Set working queue",
  UpdateContactTextToSpeechVoice: "Set voice",
  UpdateFlowAttributes: "Set flow attributes",
  UpdateFlowLoggingBehavior: "Set logging behavior",
};

/** Draws a flow as a Mermaid flowchart, without the branches for errors. */
export function flowDiagram({ StartAction, Actions }: FlowContent): string {
  const idOf = new Map(Actions.map(({ Identifier }, index) => [Identifier, `s${index}`]));
  const nodes = Actions.map(({ Identifier, Type, Parameters }) => {
    const block =
      Type === "GetParticipantInput"
        ? Parameters.StoreInput === "True"
          ? "Store customer input, encrypted"
          : "Get customer input"
        : (BLOCKS[Type] ?? Type);
    const label = `"<b>${Identifier}</b><br>${block}"`;
    return `  ${idOf.get(Identifier)}${Type === "Compare" || Type === "Loop" ? `{{${label}}}` : `[${label}]`}`;
  });
  const edges = Actions.flatMap(({ Identifier, Type, Transitions: { NextAction, Conditions = [] } }) => {
    const arrow = (target: string, label = "") =>
      `  ${idOf.get(Identifier)} -->${label && `|${label}|`} ${idOf.get(target)}`;
    const labels = new Map<string, string[]>();
    for (const { NextAction: target, Condition } of Conditions) {
      labels.set(target, [...(labels.get(target) ?? []), Condition.Operands[0]]);
    }
    const conditional = [...labels].map(([target, operands]) => arrow(target, operands.join(", ")));
    if (NextAction === undefined || Type === "Loop" || (Type === "GetParticipantInput" && Conditions.length > 0))
      return conditional;
    return [...conditional, arrow(NextAction, Conditions.length > 0 ? "otherwise" : "")];
  });
  return ["flowchart TD", `  start((call)) --> ${idOf.get(StartAction)}`, ...nodes, ...edges, ""].join("\n");
}
