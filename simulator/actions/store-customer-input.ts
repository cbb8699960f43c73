import { z } from "zod";
import { certificateProblems } from "../../encryption/certificate";
import { NO_INPUT } from "../../encryption/connect-format";
import { encryptCustomerInput } from "../../encryption/encrypt";
import { parseCertificate, parsePublicKey } from "../../encryption/pem";
import type { FlowAction } from "../../flows/language";
import { takeDigits } from "../keypad";
import { type ActionEnvironment, parseParameters, speakPrompt, type TakenBranch } from "./action";

/** Runs the block "Store customer input": takes digits, encrypts them, and stores the ciphertext or `Timeout`. */
export async function storeCustomerInput(action: FlowAction, environment: ActionEnvironment): Promise<TakenBranch> {
  const { contact, keypad, redaction, emit, encrypt = encryptCustomerInput } = environment;
  const { encryption, ...rules } = parseRules(action);
  keypad.startPrompt(speakPrompt(action, environment));
  const input = await takeDigits(keypad, rules);
  keypad.endPrompt?.();
  if (input === "hang-up") return { end: "hung-up" };
  emit({ type: "keys", count: input === "silence" ? 0 : input.length });

  const log = (Results: string) =>
    emit({
      type: "flow-log",
      logging: contact.loggingEnabled,
      entry: {
        ContactFlowModuleType: "StoreUserInput",
        ContactFlowId: environment.flowArn,
        Timestamp: new Date().toISOString(),
        ContactId: contact.id,
        Results,
      },
    });
  const store = (value: string): TakenBranch => {
    contact.storedInput = value;
    log(value);
    return "next";
  };
  if (input === "silence") return store(NO_INPUT);
  redaction.learn(input);
  if (!encryption) return store(input.reveal());
  const problem = encryptionProblem(encryption, environment.securityKeys);
  if (problem) {
    emit({ type: "note", text: `Connect cannot encrypt and takes the Error branch: ${problem}` });
    log("Error");
    return { error: "NoMatchingError" };
  }
  const publicKey = parseCertificate(encryption.Key, "the certificate").publicKey;
  return store(await encrypt(input, { keyId: encryption.EncryptionKeyId, publicKey }));
}

const StoreParameters = z.object({
  InputTimeLimitSeconds: z.coerce.number(),
  InputValidation: z.object({ CustomValidation: z.object({ MaximumLength: z.coerce.number() }) }).optional(),
  InputEncryption: z.object({ EncryptionKeyId: z.string(), Key: z.string() }).optional(),
  DTMFConfiguration: z
    .object({
      InputTerminationSequence: z.string().min(1).default("#"),
      DisableCancelKey: z.string().default("False"),
      InterdigitTimeLimitSeconds: z.coerce.number().default(5),
    })
    .prefault({}),
});

/** For phone numbers, which the block can store, too: they have at most 20 digits. */
const DEFAULT_MAXIMUM_LENGTH = 20;

function parseRules(action: FlowAction) {
  const parameters = parseParameters(StoreParameters, action);
  const { InputTimeLimitSeconds, InputValidation, InputEncryption, DTMFConfiguration } = parameters;
  return {
    maximumLength: InputValidation?.CustomValidation.MaximumLength ?? DEFAULT_MAXIMUM_LENGTH,
    terminationSequence: DTMFConfiguration.InputTerminationSequence,
    cancelKey: DTMFConfiguration.DisableCancelKey !== "True",
    firstDigitSeconds: InputTimeLimitSeconds,
    interdigitSeconds: DTMFConfiguration.InterdigitTimeLimitSeconds,
    encryption: InputEncryption,
  };
}

function encryptionProblem(
  { EncryptionKeyId, Key }: { EncryptionKeyId: string; Key: string },
  securityKeys: ReadonlyMap<string, string>,
): string | undefined {
  const uploaded = securityKeys.get(EncryptionKeyId);
  if (!uploaded) return `no public key with the id ${EncryptionKeyId} is uploaded.`;
  try {
    const certificate = parseCertificate(Key, "The flow's certificate");
    const publicKey = parsePublicKey(uploaded, "The uploaded key");
    return certificateProblems(certificate, publicKey, new Date(), "The flow's certificate")[0];
  } catch (error) {
    return (error as Error).message;
  }
}
