import { specOf } from "../action-specs";
import { reachableSteps, stepsByName } from "../graph";
import { printable } from "../printable";
import type { Branch, FlowStep } from "../read-flow";
import { isStoring } from "../sensitive-input";
import type { StepRule } from "./rule";

const errorsOf = ({ branches }: FlowStep): Branch[] => branches.filter(({ kind }) => kind === "error");
const conditionsOf = ({ branches }: FlowStep): Branch[] => branches.filter(({ kind }) => kind === "condition");

/** The path of the whole entry in `Conditions` or `Errors`. */
const entryPath = ({ path }: Branch): string => path.replace(/\.NextAction$/, "");

/**
 * A branch leads to a step of the flow.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const unknownStep: StepRule = ({ branches }, flow) =>
  branches
    .filter(({ to }) => !stepsByName(flow).has(to))
    .map(({ path, to }) => ({
      path,
      problem: `leads to "${printable(to)}", which is not a step`,
      instead: "write the Identifier of one of the flow's steps",
    }));

/**
 * A call can reach every step.
 *
 * Evidence: a step that no call reaches has no effect, so that the flow is probably not what its author wants.
 */
export const unreachable: StepRule = ({ name }, flow) =>
  reachableSteps(flow).has(name) || reachableSteps(flow).size === 0
    ? []
    : [
        {
          path: "Identifier",
          problem: "names a step that no call reaches",
          instead: "lead a step to it, or remove it",
        },
      ];

/**
 * An action that ends the flow has no transitions.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const afterTheEnd: StepRule = (step) =>
  specOf(step)?.endsFlow && step.branches.length > 0
    ? [{ path: "Transitions", problem: "is not empty, but the action ends the flow", instead: "write {}" }]
    : [];

/**
 * An action that does not end the flow has a `NextAction`. The live service rejects a flow without it.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const missingNextAction: StepRule = (step) => {
  const spec = specOf(step);
  return !spec || spec.endsFlow || step.branches.some(({ kind }) => kind === "next")
    ? []
    : [{ path: "Transitions.NextAction", problem: "is missing", instead: "write the step that follows" }];
};

/**
 * An action has branches for the errors that it must handle.
 *
 * Evidence: AWS's page for each action. For `UpdateFlowAttributes` the page names no error, but the live service
 * rejects the action without `NoMatchingError`.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const missingError: StepRule = (step) =>
  (specOf(step)?.requiredErrors ?? [])
    .filter((required) => !errorsOf(step).some(({ errorType }) => errorType === required))
    .map((required) => ({
      path: "Transitions.Errors",
      problem: `does not handle ${required}`,
      instead: `add an entry for ${required} with the step that follows`,
    }));

/**
 * An action has branches only for its own errors.
 *
 * Evidence: the live service rejects others. A stored input, for example, can have only `NoMatchingError`, and
 * `InvalidPhoneNumber` if it validates a phone number.
 */
export const refusedError: StepRule = (step) => {
  const { allowedErrors } = specOf(step) ?? {};
  return errorsOf(step).flatMap((branch) => {
    const { errorType } = branch;
    return !errorType || !allowedErrors || allowedErrors.includes(errorType)
      ? []
      : [
          {
            path: entryPath(branch),
            problem: `is for ${printable(errorType)}, which the service rejects here`,
            instead: "remove it",
          },
        ];
  });
};

/**
 * An action without a result to compare has no conditions.
 *
 * Evidence: the live service rejects them, on a stored input for example.
 */
export const refusedCondition: StepRule = (step) =>
  specOf(step)?.rejectsConditions
    ? conditionsOf(step).map((branch) => ({
        path: entryPath(branch),
        problem: "is a condition, which the service rejects here",
        instead: "remove it",
      }))
    : [];

const OPERATORS = [
  ...["Equals", "KeyExists", "TextStartsWith", "TextEndsWith", "TextContains"],
  ...["NumberGreaterThan", "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo"],
];

/**
 * The flow language has the condition's operator.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html
 */
export const unknownOperator: StepRule = (step) =>
  specifiedConditions(step)
    .filter(({ operator }) => operator !== undefined && !OPERATORS.includes(operator))
    .map((branch) => ({
      path: `${entryPath(branch)}.Condition.Operator`,
      problem: "is unknown",
      instead: `write one of ${OPERATORS.join(", ")}`,
    }));

/**
 * A condition has exactly one operand, which is not empty.
 *
 * Evidence: the live service rejects others.
 */
export const invalidOperand: StepRule = (step) =>
  specifiedConditions(step)
    .filter(({ operands = [] }) => operands.length !== 1 || typeof operands[0] !== "string" || operands[0] === "")
    .map((branch) => ({
      path: `${entryPath(branch)}.Condition.Operands`,
      problem: "is not a list of one string",
      instead: "write exactly one string that is not empty",
    }));

const specifiedConditions = (step: FlowStep): Branch[] => {
  const spec = specOf(step);
  return spec && !spec.endsFlow ? conditionsOf(step) : [];
};

/**
 * A menu compares with one key: `Equals` is its only operator, and the operand is one character.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/participant-actions-getparticipantinput.html
 */
export const oneKey: StepRule = (step) =>
  step.type === "GetParticipantInput" && !isStoring(step)
    ? conditionsOf(step)
        .filter(
          ({ operator, operands: [key] = [] }) => operator !== "Equals" || (typeof key === "string" && key.length > 1),
        )
        .map((branch) => ({
          path: `${entryPath(branch)}.Condition`,
          problem: "does not compare with one key",
          instead: 'write Equals and one key, such as "1"',
        }))
    : [];

/**
 * `NextAction` of a comparison and its `NoMatchingCondition` lead to the same step.
 *
 * Evidence: exported flows have the same step for both, and no documentation says which one counts.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-compare.html
 */
export const twoOtherwises: StepRule = (step) => {
  const next = step.branches.find(({ kind }) => kind === "next");
  const otherwise = step.branches.find(({ errorType }) => errorType === "NoMatchingCondition");
  return step.type === "Compare" && next && otherwise && next.to !== otherwise.to
    ? [
        {
          path: "Transitions.NextAction",
          problem: "leads to another step than NoMatchingCondition",
          instead: "use the same step for both",
        },
      ]
    : [];
};

/**
 * A loop has one condition for another turn and one for its end.
 *
 * @see https://docs.aws.amazon.com/connect/latest/devguide/flow-control-actions-loop.html
 */
export const incompleteLoop: StepRule = ({ type, branches }) => {
  if (type !== "Loop") return [];
  const operands = branches.flatMap(({ operands = [] }) => operands);
  return ["ContinueLooping", "DoneLooping"]
    .filter((result) => !operands.includes(result))
    .map((result) => ({
      path: "Transitions.Conditions",
      problem: `does not handle ${result}`,
      instead: `add a condition for ${result} with the step that follows`,
    }));
};
