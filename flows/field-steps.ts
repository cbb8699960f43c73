import { type Field, PROBLEMS_OF, type Problem, SECURITY_CODE_LENGTHS } from "../contract/field";
import { FLOW_ATTRIBUTES, flowAttributeReference } from "../contract/flow-attributes";
import { fieldDefinitions, invocationParameters } from "../contract/operations";
import { responseReference } from "../contract/response";
import { type PromptText, speak } from "./prompts";
import type { SpokenLanguage, SpokenLanguages } from "./spoken-language";
import {
  compare,
  type EncryptedInputOptions,
  invokeFunction,
  type Steps,
  setFlowAttributes,
  storeEncryptedInput,
} from "./steps";
import { stepByLanguage } from "./steps-by-language";

/** A field, and the limits for entering it. */
export interface CapturedField {
  field: Field;
  /** attempts of a caller, 1 to 10 */
  attempts: number;
  /** most digits of a valid input */
  maximumLength: number;
  /** time for the first digit, 1 to 180 s */
  firstDigitSeconds: number;
  /** time between digits, 1 to 20 s */
  interdigitSeconds: number;
}

export interface FieldStepsProps {
  captured: CapturedField;
  languages: SpokenLanguages;
  encryption: EncryptedInputOptions["encryption"];
  invoke: Pick<Parameters<typeof invokeFunction>[0], "functionArn" | "timeLimitSeconds">;
  /** prompts before the question */
  before: (language: SpokenLanguage) => PromptText[];
  to: { next: string; exhausted: string; error: string };
}

/** The first step of a field. */
export const askStep = ({ name }: Field): string => `${name}-ask`;

/** Reference to a field's ciphertext, which is in the flow attribute with the field's name. */
export const ciphertextReference = (name: string) => flowAttributeReference(name);

/**
 * Asks for one field until the function accepts it: question, encrypted input, check for a timeout, check by the
 * function, and after a problem its prompt and another attempt. Only the function's `accepted` leads to the next field.
 *
 * The prompts are flow attributes, so that one input step is enough for all problems, attempts and languages: each
 * input step contains the whole certificate, and the size of a flow limits it to about a hundred of them.
 */
export function fieldSteps({ captured, languages, encryption, invoke, before, to }: FieldStepsProps): Steps {
  const { field, attempts } = captured;
  const { name } = field;
  const step = (suffix: string) => `${name}-${suffix}`;
  const isSingleAttempt = attempts === 1;
  const retriesIn = (language: SpokenLanguage) => retryPrompts(field, language, attempts);
  const afterProblem = (problem: string) => (isSingleAttempt ? to.exhausted : step(problem));
  const isCard = field.kind === "cardNumber";

  return {
    ...stepByLanguage(askStep(field), languages, (language) =>
      setFlowAttributes(
        {
          [FLOW_ATTRIBUTES.attempt]: "1",
          [FLOW_ATTRIBUTES.prompt]: speak([...before(language), language.question(field).ask]).SSML,
          ...promptAttributes(languages.map(retriesIn), retriesIn(language)),
        },
        { next: step("input"), error: to.error },
      ),
    ),
    [step("input")]: storeEncryptedInput(
      {
        prompt: { SSML: flowAttributeReference(FLOW_ATTRIBUTES.prompt) },
        encryption,
        // One more than a valid input has, for the pound key: otherwise it would count for the next question.
        maximumLength: captured.maximumLength + 1,
        timeLimitSeconds: captured.firstDigitSeconds,
        interdigitTimeLimitSeconds: captured.interdigitSeconds,
      },
      { next: step("silence"), error: to.error },
    ),
    // After a timeout, Connect takes the Success branch and stores this plain text instead of a ciphertext.
    [step("silence")]: compare("$.StoredCustomerInput", {
      equals: { Timeout: afterProblem("timeout") },
      otherwise: step("keep"),
    }),
    [step("keep")]: setFlowAttributes({ [name]: "$.StoredCustomerInput" }, { next: step("check"), error: to.error }),
    [step("check")]: invokeFunction(
      {
        ...invoke,
        parameters: invocationParameters(
          "check",
          { field: name, ...fieldDefinitions([field]) },
          {
            [name]: ciphertextReference(name),
            // The length of the security code depends on the card's brand.
            ...(field.kind === "securityCode" ? { cardNumber: ciphertextReference("cardNumber") } : {}),
          },
        ),
      },
      { next: step("result"), error: to.error },
    ),
    [step("result")]: compare(responseReference("outcome"), {
      equals: {
        accepted: isCard ? step("known") : to.next,
        ...Object.fromEntries(PROBLEMS_OF[field.kind].map((problem) => [problem, afterProblem(problem)])),
      },
      otherwise: to.error,
    }),
    ...(isCard
      ? {
          [step("known")]: setFlowAttributes(
            {
              [FLOW_ATTRIBUTES.brand]: responseReference("brand"),
              [FLOW_ATTRIBUTES.lastFour]: responseReference("lastFour"),
            },
            { next: to.next, error: to.error },
          ),
        }
      : {}),
    ...(isSingleAttempt ? {} : retrySteps(field, attempts, languages.map(retriesIn), to)),
  };
}

/** The prompts after one problem, in SSML: for the second attempt, the third, … */
interface RetryPrompts {
  problem: Problem;
  /** digits of the security code that the prompts ask for */
  length?: string;
  texts: string[];
}

function retryPrompts(field: Field, language: SpokenLanguage, attempts: number): RetryPrompts[] {
  const question = language.question(field);
  return PROBLEMS_OF[field.kind].flatMap((problem): RetryPrompts[] => {
    const texts = [question[problem] ?? question.ask].flat();
    const prompts = (values: Record<string, string>) =>
      Array.from({ length: attempts - 1 }, (_, index) => {
        const text = texts[Math.min(index, texts.length - 1)] as PromptText;
        return speak([text], { ask: question.ask, ...values }).SSML;
      });
    return problem === "invalid-security-code"
      ? SECURITY_CODE_LENGTHS.map((length) => ({ problem, length, texts: prompts({ length }) }))
      : [{ problem, texts: prompts({}) }];
  });
}

const nameOf = ({ problem, length }: RetryPrompts) => (length ? `${problem}-${length}` : problem);
/** The attribute with the prompt for the next attempt. Its underscore keeps it apart from the names of fields. */
const attributeOf = (retry: RetryPrompts) => `prompt_${nameOf(retry).replaceAll("-", "_")}`;
const laterAttributeOf = (retry: RetryPrompts, attempt: number) => `${attributeOf(retry)}_attempt_${attempt}`;

/** Whether, in any language, the prompt for this attempt differs from the prompt for the attempt before. */
const changesAt = (attempt: number, index: number, byLanguages: readonly RetryPrompts[][]) =>
  byLanguages.some((retries) => {
    const texts = retries[index]?.texts ?? [];
    return texts[attempt - 2] !== texts[attempt - 3];
  });

/** A language's prompts as flow attributes: those for the second attempt, and those for later ones that differ. */
function promptAttributes(byLanguages: readonly RetryPrompts[][], retries: RetryPrompts[]): Record<string, string> {
  return Object.fromEntries(
    retries.flatMap((retry, index) =>
      retry.texts.flatMap((text, at) => {
        const attempt = at + 2;
        if (attempt === 2) return [[attributeOf(retry), text]];
        return changesAt(attempt, index, byLanguages) ? [[laterAttributeOf(retry, attempt), text]] : [];
      }),
    ),
  );
}

/** From each problem to the next attempt with that problem's prompt, or to the end after the last attempt. */
function retrySteps(
  field: Field,
  attempts: number,
  byLanguages: readonly RetryPrompts[][],
  to: FieldStepsProps["to"],
): Steps {
  const step = (suffix: string) => `${field.name}-${suffix}`;
  const retries = byLanguages[0] ?? [];
  const furtherAttempts = Array.from({ length: attempts - 1 }, (_, index) => index + 2);
  return {
    ...(field.kind === "securityCode"
      ? {
          [step("invalid-security-code")]: compare(responseReference("length"), {
            equals: Object.fromEntries(
              SECURITY_CODE_LENGTHS.map((length) => [length, step(`invalid-security-code-${length}`)]),
            ),
            otherwise: to.error,
          }),
        }
      : {}),
    ...Object.fromEntries(
      retries.map((retry) => [
        step(nameOf(retry)),
        setFlowAttributes(
          { [FLOW_ATTRIBUTES.prompt]: flowAttributeReference(attributeOf(retry)) },
          { next: step("attempt"), error: to.error },
        ),
      ]),
    ),
    [step("attempt")]: compare(flowAttributeReference(FLOW_ATTRIBUTES.attempt), {
      equals: Object.fromEntries(furtherAttempts.map((attempt) => [String(attempt - 1), step(`attempt-${attempt}`)])),
      otherwise: to.exhausted,
    }),
    ...Object.fromEntries(
      furtherAttempts.map((attempt) => [
        step(`attempt-${attempt}`),
        setFlowAttributes(
          {
            [FLOW_ATTRIBUTES.attempt]: String(attempt),
            // The prompts for the attempt after this one, where they differ.
            ...Object.fromEntries(
              retries.flatMap((retry, index) =>
                attempt < attempts && changesAt(attempt + 1, index, byLanguages)
                  ? [[attributeOf(retry), flowAttributeReference(laterAttributeOf(retry, attempt + 1))]]
                  : [],
              ),
            ),
          },
          { next: step("input"), error: to.error },
        ),
      ]),
    ),
  };
}
