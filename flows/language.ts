/**
 * Types of Amazon Connect's flow language, version 2019-10-30. flow-validation/ checks what the types cannot express.
 *
 * @see https://docs.aws.amazon.com/connect/latest/APIReference/flow-language.html
 */
export interface FlowContent {
  Version: "2019-10-30";
  StartAction: string;
  /** positions of the actions in the flow designer */
  Metadata: {
    entryPointPosition: Position;
    ActionMetadata: Record<string, { position: Position; isFriendlyName: true }>;
  };
  Actions: FlowAction[];
  /** only for a module */
  Settings?: ModuleSettings;
}

/** Parameters, results and branches of a module. */
export interface ModuleSettings {
  InputParameters: object[];
  OutputParameters: object[];
  Transitions: { DisplayName: string; ReferenceName: string; Description: string }[];
}

export interface Position {
  x: number;
  y: number;
}

export interface FlowAction {
  Identifier: string;
  Type: string;
  Parameters: FlowParameters;
  Transitions: Transitions;
}

/** Every scalar is a string: the service rejects numbers and booleans. */
export type FlowParameters = { [name: string]: string | string[] | FlowParameters };

export interface Transitions<Target extends string = string> {
  NextAction?: Target;
  Conditions?: Condition<Target>[];
  Errors?: ErrorTransition<Target>[];
}

export interface Condition<Target extends string = string> {
  NextAction: Target;
  Condition: { Operator: Operator; Operands: [string] };
}

export type Operator =
  | "Equals"
  | "TextStartsWith"
  | "TextEndsWith"
  | "TextContains"
  | "NumberGreaterThan"
  | "NumberGreaterOrEqualTo"
  | "NumberLessThan"
  | "NumberLessOrEqualTo"
  | "KeyExists";

export type ErrorType =
  | "NoMatchingError"
  | "NoMatchingCondition"
  | "InputTimeLimitExceeded"
  | "QueueAtCapacity"
  | "ChannelMismatch";

export interface ErrorTransition<Target extends string = string> {
  NextAction: Target;
  ErrorType: ErrorType;
}

/** All steps that an action leads to, by its next action, its conditions and its errors. */
export const targetsOf = ({ NextAction, Conditions = [], Errors = [] }: Transitions): string[] => [
  ...(NextAction === undefined ? [] : [NextAction]),
  ...Conditions.map((condition) => condition.NextAction),
  ...Errors.map((error) => error.NextAction),
];
