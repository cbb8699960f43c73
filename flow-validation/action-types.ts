import { distance } from "fastest-levenshtein";

/**
 * Every action type of the flow language: those of the documentation, and those that only exported flows contain.
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
  // The service rejects the documentation's spelling of these two, UnTagContact and UpdateRoutingCriteria.
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

/** Names of the console's older export format and of the designer's blocks, with the action type for each. */
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

/** The action type that the author of an unknown type probably wanted. */
export const similarActionType = (type: string): string | undefined =>
  OTHER_NAMES.get(type) ?? similarName(type, [...ACTION_TYPES]);

const MAX_DISTANCE = 3;
/** Bounds the time for names from the flow, which can be of any length. */
const MAX_NAME_CHARACTERS = 60;

/** The most similar name, if at most 3 characters differ and at most every fourth one. Case does not count. */
export function similarName(name: string, names: readonly string[]): string | undefined {
  if (name.length > MAX_NAME_CHARACTERS) return undefined;
  let most = Math.min(MAX_DISTANCE, Math.floor(name.length / 4));
  let similar: string | undefined;
  for (const other of names) {
    if (Math.abs(other.length - name.length) > most) continue;
    const differences = distance(name.toLowerCase(), other.toLowerCase());
    // Of equally similar names, the first counts.
    if (differences > most || (similar !== undefined && differences === most)) continue;
    [similar, most] = [other, differences];
  }
  return similar;
}
