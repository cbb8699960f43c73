import { type Field, PROBLEMS_OF, type Problem, SECURITY_CODE_LENGTHS } from "../contract/field";
import { invocationParameters } from "../contract/operations";
import { responseReference } from "../contract/response";
import { byLanguage, type Languages, type Steps } from "./by-language";
import { type PromptText, speak } from "./prompts";
import type { SpokenLanguage } from "./spoken-language";
import { compare, type EncryptedInputOptions, invokeFunction, setFlowAttributes, storeEncryptedInput } from "./steps";

/** A field, and how a caller is asked for it. */
export interface CapturedField {
  field: Field;
  /** how often a caller may try, 1 to 10 */
  attempts: number;
  /** most digits that count */
  maximumLength: number;
  /** for the first digit, 1 to 180 s */
  firstDigitSeconds: number;
  /** between digits, 1 to 20 s */
  interdigitSeconds: number;
}

export interface FieldStepsProps {
  captured: CapturedField;
  languages: Languages;
  encryption: EncryptedInputOptions["encryption"];
  invoke: Pick<Parameters<typeof invokeFunction>[0], "functionArn" | "timeLimitSeconds">;
  /** what is said before the question */
  before: (language: SpokenLanguage) => PromptText[];
  to: { next: string; exhausted: string; fault: string };
}

/** Where the steps of a field begin. */
export const askStep = ({ name }: Field): string => `${name}-ask`;

/** The flow attribute that holds a field's ciphertext; the function's parameter has the same name. */
export const ciphertextOf = (name: string) => `$.FlowAttributes.${name}`;

/**
 * Asks for one field until the function has accepted it: question, encrypted input, silence?, check, and on a problem
 * the prompt for it and another attempt. The one way on is the function's `accepted`.
 *
 * The prompts are flow attributes, so that one input step serves every problem, attempt and language: an input step
 * holds the whole certificate, and a flow has room for about a hundred of these.
 */
export function fieldSteps({ captured, languages, encryption, invoke, before, to }: FieldStepsProps): Steps {
  const { field, attempts } = captured;
  const { name } = field;
  const step = (what: string) => `${name}-${what}`;
  const last = attempts === 1;
  const retriesIn = (language: SpokenLanguage) => retriesOf(field, language, attempts);
  const afterProblem = (problem: string) => (last ? to.exhausted : step(problem));
  const isCard = field.kind === "cardNumber";

  return {
    ...byLanguage(askStep(field), languages, (language) =>
      setFlowAttributes(
        {
          attempt: "1",
          prompt: speak([...before(language), language.question(field).ask]).SSML,
          ...promptsOf(languages.map(retriesIn), retriesIn(language)),
        },
        { next: step("input"), error: to.fault },
      ),
    ),
    [step("input")]: storeEncryptedInput(
      {
        prompt: { SSML: "$.FlowAttributes.prompt" },
        encryption,
        // One more than counts: else the pound key after the last digit would be the next question's first key.
        maximumLength: captured.maximumLength + 1,
        timeLimitSeconds: captured.firstDigitSeconds,
        interdigitTimeLimitSeconds: captured.interdigitSeconds,
      },
      { next: step("silence"), error: to.fault },
    ),
    // A silent caller takes the Success branch, with this plain text in place of a ciphertext.
    [step("silence")]: compare("$.StoredCustomerInput", {
      equals: { Timeout: afterProblem("timeout") },
      otherwise: step("keep"),
    }),
    [step("keep")]: setFlowAttributes({ [name]: "$.StoredCustomerInput" }, { next: step("check"), error: to.fault }),
    [step("check")]: invokeFunction(
      {
        ...invoke,
        parameters: invocationParameters(
          "check",
          { field: name },
          {
            [name]: ciphertextOf(name),
            // The card's brand decides how long the security code is.
            ...(field.kind === "securityCode" ? { cardNumber: ciphertextOf("cardNumber") } : {}),
          },
        ),
      },
      { next: step("result"), error: to.fault },
    ),
    [step("result")]: compare(responseReference("outcome"), {
      equals: {
        accepted: isCard ? step("known") : to.next,
        ...Object.fromEntries(PROBLEMS_OF[field.kind].map((problem) => [problem, afterProblem(problem)])),
      },
      otherwise: to.fault,
    }),
    ...(isCard
      ? {
          [step("known")]: setFlowAttributes(
            { brand: responseReference("brand"), lastFour: responseReference("lastFour") },
            { next: to.next, error: to.fault },
          ),
        }
      : {}),
    ...(last ? {} : retrySteps(field, attempts, languages.map(retriesIn), to)),
  };
}

/** What is said after one problem: SSML for the second attempt, the third, … */
interface Retry {
  problem: Problem;
  /** of the security code that the prompt asks for */
  length?: string;
  texts: string[];
}

function retriesOf(field: Field, language: SpokenLanguage, attempts: number): Retry[] {
  const question = language.question(field);
  return PROBLEMS_OF[field.kind].flatMap((problem): Retry[] => {
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

const nameOf = ({ problem, length }: Retry) => (length ? `${problem}-${length}` : problem);
const attributeOf = (retry: Retry) => `prompt_${nameOf(retry).replaceAll("-", "_")}`;
const laterAttributeOf = (retry: Retry, attempt: number) => `${attributeOf(retry)}_attempt_${attempt}`;

/** Whether, in any language, another text than before is said when this attempt begins. */
const changesAt = (attempt: number, index: number, byLanguages: readonly Retry[][]) =>
  byLanguages.some((retries) => {
    const texts = retries[index]?.texts ?? [];
    return texts[attempt - 2] !== texts[attempt - 3];
  });

/** A language's prompts: those for the second attempt, and those of later ones that differ from the one before. */
function promptsOf(byLanguages: readonly Retry[][], retries: Retry[]): Record<string, string> {
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

/** From each problem to the next attempt with that problem's prompt, or out when there is none left. */
function retrySteps(field: Field, attempts: number, byLanguages: readonly Retry[][], to: FieldStepsProps["to"]): Steps {
  const step = (what: string) => `${field.name}-${what}`;
  const retries = byLanguages[0] ?? [];
  const further = Array.from({ length: attempts - 1 }, (_, index) => index + 2);
  return {
    ...(field.kind === "securityCode"
      ? {
          [step("invalid-security-code")]: compare(responseReference("length"), {
            equals: Object.fromEntries(
              SECURITY_CODE_LENGTHS.map((length) => [length, step(`invalid-security-code-${length}`)]),
            ),
            otherwise: to.fault,
          }),
        }
      : {}),
    ...Object.fromEntries(
      retries.map((retry) => [
        step(nameOf(retry)),
        setFlowAttributes(
          { prompt: `$.FlowAttributes.${attributeOf(retry)}` },
          { next: step("attempt"), error: to.fault },
        ),
      ]),
    ),
    [step("attempt")]: compare("$.FlowAttributes.attempt", {
      equals: Object.fromEntries(further.map((attempt) => [String(attempt - 1), step(`attempt-${attempt}`)])),
      otherwise: to.exhausted,
    }),
    ...Object.fromEntries(
      further.map((attempt) => [
        step(`attempt-${attempt}`),
        setFlowAttributes(
          {
            attempt: String(attempt),
            // what is to be said when the attempt after this one begins
            ...Object.fromEntries(
              retries.flatMap((retry, index) =>
                attempt < attempts && changesAt(attempt + 1, index, byLanguages)
                  ? [[attributeOf(retry), `$.FlowAttributes.${laterAttributeOf(retry, attempt + 1)}`]]
                  : [],
              ),
            ),
          },
          { next: step("input"), error: to.fault },
        ),
      ]),
    ),
  };
}
