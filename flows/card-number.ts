import { buildFlow } from "./build-flow";
import type { FlowContent } from "./language";
import {
  compare,
  disableFlowLogging,
  disableRecording,
  disconnect,
  invokeFunction,
  loop,
  playPrompt,
  setContactAttributes,
  setFlowAttributes,
  storeEncryptedInput,
} from "./steps";

/** What a deployment fills in. */
export interface CardNumberFlowProps {
  /** id that Connect gave the uploaded public key */
  keyId: string;
  /** certificate of the same key pair, PEM */
  certificate: string;
  functionArn: string;
}

const ATTEMPTS = 3;
/** ISO/IEC 7812: a card number has at most 19 digits. */
const MAXIMUM_DIGITS = 19;
const INPUT_TIME_LIMIT_SECONDS = 10;
const INTERDIGIT_TIME_LIMIT_SECONDS = 5;
/** The most that Connect allows. */
const FUNCTION_TIME_LIMIT_SECONDS = 8;

/**
 * Asks for a card number, up to three times. How it ended is left in the contact attribute `cardOutcome`: `accepted`,
 * `attempts-exhausted` or `unavailable`. The number itself, encrypted or not, is kept nowhere.
 */
export function cardNumberFlow({ keyId, certificate, functionArn }: CardNumberFlowProps): FlowContent {
  return buildFlow({
    start: "stop-logging",
    steps: {
      // Both before the first digit: with logging on, flow logs show the input and the function's answer.
      "stop-logging": disableFlowLogging({ next: "stop-recording" }),
      "stop-recording": disableRecording({ next: "welcome" }),
      welcome: playPrompt({ Text: "Welcome. Your card number is encrypted as you enter it." }, { next: "attempts" }),
      attempts: loop(ATTEMPTS, { again: "card-number", done: "attempts-exhausted" }),
      "card-number": storeEncryptedInput(
        {
          prompt: { Text: "Please enter your card number, followed by the pound key. To start over, press star." },
          encryption: { keyId, certificate },
          maximumLength: MAXIMUM_DIGITS,
          timeLimitSeconds: INPUT_TIME_LIMIT_SECONDS,
          interdigitTimeLimitSeconds: INTERDIGIT_TIME_LIMIT_SECONDS,
        },
        { next: "anything-entered", error: "unavailable" },
      ),
      // A silent caller takes the Success branch, with this plain text in place of a ciphertext.
      "anything-entered": compare("$.StoredCustomerInput", {
        equals: { Timeout: "nothing-entered" },
        otherwise: "keep-ciphertext",
      }),
      "nothing-entered": playPrompt({ Text: "We did not receive any digits." }, { next: "attempts" }),
      "keep-ciphertext": setFlowAttributes(
        { EncryptedCreditCard: "$.StoredCustomerInput" },
        { next: "decrypt", error: "unavailable" },
      ),
      decrypt: invokeFunction(
        {
          functionArn,
          timeLimitSeconds: FUNCTION_TIME_LIMIT_SECONDS,
          parameters: { EncryptedCreditCard: "$.FlowAttributes.EncryptedCreditCard" },
        },
        { next: "outcome", error: "unavailable" },
      ),
      outcome: compare("$.External.outcome", {
        equals: { accepted: "accepted", "invalid-number": "invalid-number", "no-input": "nothing-entered" },
        otherwise: "unavailable",
      }),
      "invalid-number": playPrompt({ Text: "That is not a valid card number." }, { next: "attempts" }),

      accepted: setContactAttributes({ cardOutcome: "accepted" }, { next: "goodbye-accepted" }),
      "goodbye-accepted": playPrompt(
        {
          SSML: '<speak>Thank you. Your $.External.brand card ending in <say-as interpret-as="digits">$.External.lastFour</say-as> was accepted. Goodbye.</speak>',
        },
        { next: "hang-up" },
      ),
      "attempts-exhausted": setContactAttributes(
        { cardOutcome: "attempts-exhausted" },
        { next: "goodbye-attempts-exhausted" },
      ),
      "goodbye-attempts-exhausted": playPrompt(
        { Text: "We could not take your card number. Please call again. Goodbye." },
        { next: "hang-up" },
      ),
      unavailable: setContactAttributes({ cardOutcome: "unavailable" }, { next: "goodbye-unavailable" }),
      "goodbye-unavailable": playPrompt(
        { Text: "We cannot take card numbers at the moment. Please call again later. Goodbye." },
        { next: "hang-up" },
      ),
      "hang-up": disconnect(),
    },
  });
}
