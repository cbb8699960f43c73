/**
 * Every action type of the language: those of the documentation, and those that only exported flows show.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
const ACTION_TYPES = new Set([
  // contact actions
  ...["CompleteOutboundCall", "CreateCase", "CreateTask", "CreateWisdomSession", "DequeueContactAndTransferToQueue"],
  ...["EndFlowModuleExecution", "GetCase", "InvokeFlowModule", "ResumeContact", "StartOutboundChatContact"],
  ...["StartOutboundEmailContact", "TagContact", "TransferContactToAgent", "TransferContactToQueue", "UnTagContact"],
  ...["UpdateCase", "UpdateContactAttributes", "UpdateContactCallbackNumber", "UpdateContactData"],
  ...["UpdateContactEventHooks", "UpdateContactMediaProcessing", "UpdateContactMediaStreamingBehavior"],
  ...["UpdateContactRecordingAndAnalyticsBehavior", "UpdateContactRecordingBehavior", "UpdateContactRoutingBehavior"],
  ...["UpdateContactTargetQueue", "UpdateContactTextToSpeechVoice", "UpdatePreviousContactParticipantState"],
  ...["CreateContact", "CreatePersistentContactAssociation", "LoadContactContent", "RenderMessageTemplate"],
  // The service refuses the documentation's spelling of these two, UnTagContact and UpdateRoutingCriteria.
  ...["UntagContact", "UpdateContactRoutingCriteria"],
  // flow control
  ...["CheckHoursOfOperation", "CheckMetricData", "CheckOutboundCallStatus", "CheckVoiceId", "Compare"],
  ...["DistributeByPercentage", "EndFlowExecution", "GetMetricData", "Loop", "StartVoiceIdStream", "TransferToFlow"],
  ...["UpdateFlowAttributes", "UpdateFlowLoggingBehavior", "UpdateRoutingCriteria", "Wait", "PutDialRequest"],
  ...["EvaluateDataTableValues", "ListDataTableValues", "UpsertDataTableValues"],
  // interactions
  ...["AssociateContactToCustomerProfile", "CreateCallbackContact", "CreateCustomerProfile", "InvokeLambdaFunction"],
  ...["GetCalculatedAttributesForCustomerProfile", "GetCustomerProfile", "GetCustomerProfileObject"],
  ...["UpdateCustomerProfile"],
  // participant actions
  ...["AuthenticateParticipant", "ConnectParticipantWithLexBot", "DisconnectParticipant", "GetParticipantInput"],
  ...["MessageParticipant", "MessageParticipantIteratively", "ShowView", "TransferParticipantToThirdParty"],
]);

/** Names of the console's older export format, and of the designer's blocks, that the language has another name for. */
const OTHER_NAMES = new Map([
  ["CheckAttribute", "Compare"],
  ["Disconnect", "DisconnectParticipant"],
  ["GetCustomerInput", "GetParticipantInput"],
  ["GetUserInput", "GetParticipantInput"],
  ["InvokeExternalResource", "InvokeLambdaFunction"],
  ["PlayPrompt", "MessageParticipant"],
  ["SetAttributes", "UpdateContactAttributes"],
  ["SetContactAttributes", "UpdateContactAttributes"],
  ["SetLoggingBehavior", "UpdateFlowLoggingBehavior"],
  ["SetQueue", "UpdateContactTargetQueue"],
  ["SetRecordingBehavior", "UpdateContactRecordingBehavior"],
  ["SetVoice", "UpdateContactTextToSpeechVoice"],
  ["StoreCustomerInput", "GetParticipantInput"],
  ["StoreUserInput", "GetParticipantInput"],
  ["TransferContactToFlow", "TransferToFlow"],
  ["TransferToQueue", "TransferContactToQueue"],
]);

export const isActionType = (type: string): boolean => ACTION_TYPES.has(type);

/** The action that was probably meant. */
export const similarActionType = (type: string): string | undefined =>
  OTHER_NAMES.get(type) ?? similarName(type, [...ACTION_TYPES]);

const MOST_DIFFERENCES = 3;
const LONGEST_NAME = 60;

/** The name that differs least, if it differs little. */
export function similarName(name: string, names: readonly string[]): string | undefined {
  if (name.length > LONGEST_NAME) return undefined;
  const [best] = names
    .filter((other) => Math.abs(other.length - name.length) <= MOST_DIFFERENCES)
    .map((other) => ({ other, differences: differencesOf(name.toLowerCase(), other.toLowerCase()) }))
    .sort((a, b) => a.differences - b.differences);
  return best && best.differences <= Math.min(MOST_DIFFERENCES, name.length / 4) ? best.other : undefined;
}

/** Levenshtein's distance. */
function differencesOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
