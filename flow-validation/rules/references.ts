import { ANY_NAME } from "../../flows/references";
import { similarName } from "../action-types";
import { isObject, valueAt } from "../json";
import { memoize } from "../memoize";
import { printable, printablePath } from "../printable";
import type { Flow } from "../read-flow";
import { referencesOf } from "../references";
import type { StepRule } from "./rule";

/**
 * The names that can follow `$.`.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-attrib-list.html
 */
const NAMESPACES = [
  ...["Attributes", "FlowAttributes", "SegmentAttributes", "External", "StoredCustomerInput", "Loop", "Views"],
  ...["SystemEndpoint", "CustomerEndpoint", "AdditionalEmailRecipients", "Queue", "Agent", "Lex", "Media"],
  ...["MediaStreams", "Metrics", "Wisdom", "Customer", "Case", "Modules", "Module", "DataTables", "DataTable"],
  ...["Channel", "ContactId", "InitialContactId", "PreviousContactId", "RelatedContactId", "Task", "Email"],
  ...["LanguageCode", "TextToSpeechVoice", "TextToSpeechVoiceId", "InstanceARN", "InitiationMethod", "CustomerId"],
  ...["Name", "Description", "References", "AwsRegion", "Tags", "OutboundCampaign", "Campaign", "Segment", "Profile"],
  ...["Details", "ContactData", "Event", "Events", "Result", "ResultData", "Input", "Output", "Errors", "Step"],
  ...["QuickConnect", "LambdaInvocation", "VoiceId", "AuthenticationCode", "Participants", "RoutingCriteria"],
  ...["ContactLens", "Recording"],
];
const KNOWN_NAMESPACES = new Set(NAMESPACES.map((name) => name.toLowerCase()));

/**
 * A reference names something that can exist. Flow attributes are passed neither to another flow nor to a module, so a
 * step of this flow must set them. Contact attributes can come from anywhere, and a function's response from the flow
 * before: exported flows use both.
 *
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/connect-attrib-list.html
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-updateflowattributes.html
 */
export const unknownReference: StepRule = (step, flow) =>
  referencesOf(step).flatMap(({ path, names: [namespace = "", name] }) => {
    const finding = (problem: string, instead: string) => [{ path: printablePath(path), problem, instead }];
    if (namespace === "FlowAttributes" && name && name !== ANY_NAME && !mayBeSet(name, flow)) {
      return finding(
        `refers to the flow attribute "${printable(name)}", which no step sets`,
        "set it, or refer to another",
      );
    }
    if (namespace === ANY_NAME || KNOWN_NAMESPACES.has(namespace.toLowerCase())) return [];
    const similar = similarName(namespace, NAMESPACES);
    if (!similar && !name) return [];
    return finding(
      `refers to $.${printable(namespace)}, which does not exist`,
      similar ? `write $.${similar}` : "write $.Attributes or another",
    );
  });

/** The flow attributes that steps set, and the beginnings of their names that a reference without brackets can have. */
const flowAttributes = memoize(({ steps }: Flow): ReadonlySet<string> => {
  const names = steps
    .filter(({ type }) => type === "UpdateFlowAttributes")
    .map(({ parameters }) => valueAt(parameters, "FlowAttributes"))
    .flatMap((attributes) => (isObject(attributes) ? Object.keys(attributes) : []));
  return new Set(names.flatMap((name) => [name, /^[\w-]*/.exec(name)?.[0] ?? ""]));
});

/**
 * A reference without brackets is read up to the first character that a plain name cannot have. The attribute's name
 * may continue behind it.
 */
const mayBeSet = (name: string, flow: Flow): boolean => flowAttributes(flow).has(name);
