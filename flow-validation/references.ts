import { similarName } from "./action-types";
import { type Finding, finding, shown, shownPath } from "./flow-problem";
import { at, leaves } from "./json";
import type { FlowStep, ReadFlow } from "./read-flow";

export interface Reference {
  /** of the parameter that holds it */
  path: string;
  /** `["External", "outcome"]` of `$.External.outcome` */
  names: string[];
}

const JSON_PATHS = /\$(?:\.?\[['"][^'"[\]]*['"]\]|\.[A-Za-z_][\w-]*)+/g;
const NAMES = /\[['"]([^'"[\]]*)['"]\]|\.([A-Za-z_][\w-]*)/g;

export function referencesIn(value: unknown, path = "Parameters"): Reference[] {
  return [...leaves(value, path)].flatMap(([where, text]) =>
    typeof text !== "string"
      ? []
      : [...new Set(text.match(JSON_PATHS))].map((found) => ({
          path: where,
          names: [...found.matchAll(NAMES)].map(([, quoted, plain]) => quoted ?? plain ?? ""),
        })),
  );
}

/**
 * What `$.` can be followed by.
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
  ...[
    "QuickConnect",
    "LambdaInvocation",
    "VoiceId",
    "AuthenticationCode",
    "Participants",
    "RoutingCriteria",
    "ContactLens",
    "Recording",
  ],
];
const KNOWN_NAMESPACES = new Set(NAMESPACES.map((name) => name.toLowerCase()));

/**
 * References to what is certainly not there. Flow attributes are passed neither to another flow nor to a module; a
 * contact attribute may come from anywhere, and a function's answer from the flow before, as exported flows show.
 */
export function referenceFindings({ steps }: ReadFlow): (step: FlowStep) => Finding[] {
  const flowAttributes = steps
    .filter(({ type }) => type === "UpdateFlowAttributes")
    .flatMap(({ parameters }) => Object.keys(at(parameters, "FlowAttributes") ?? {}));
  const isSet = new Set(flowAttributes);
  // A reference is read up to the first character that no plain name has; a name in full may go on behind it.
  const mayBeSet = (name: string) =>
    isSet.has(name) || flowAttributes.some((set) => set.startsWith(name) && /^[^\w-]/.test(set.slice(name.length)));

  return ({ parameters }) =>
    referencesIn(parameters).flatMap(({ path, names: [namespace = "", name] }) => {
      const unknown = (problem: string, instead: string) => [
        finding("unknown-reference", shownPath(path), problem, instead),
      ];
      if (namespace === "FlowAttributes" && name && !mayBeSet(name)) {
        return unknown(
          `refers to the flow attribute "${shown(name)}", which no step sets`,
          "set it, or refer to another",
        );
      }
      if (KNOWN_NAMESPACES.has(namespace.toLowerCase())) return [];
      const similar = similarName(namespace, NAMESPACES);
      if (similar) return unknown(`refers to $.${shown(namespace)}, which is not there`, `write $.${similar}`);
      return name
        ? unknown(`refers to $.${shown(namespace)}, which is not there`, "write $.Attributes or another")
        : [];
    });
}
