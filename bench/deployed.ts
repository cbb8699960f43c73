import { createPublicKey } from "node:crypto";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { encryptCustomerInput } from "../encryption/encrypt";
import { createKeyPair } from "../encryption/key-pair";
import { type KeyPairFiles, keyPairFiles, writeKeyPair } from "../encryption/key-pair-files";
import { SensitiveDigits } from "../encryption/sensitive-digits";
import { packageFunction } from "../infrastructure/function/function-package";
import { synthesize } from "../infrastructure/synthesize";
import { parseSettings } from "../settings/settings";
import { type DeployedFunction, type DeployedParameter, SynthesizedStack } from "../simulator/synthesized-stack";

export const PROJECT_DIR = resolve(__dirname, "..");

/** What a caller enters: a test number that payment providers publish, an expiry date and a security code. */
export const INPUTS = { cardNumber: "4111111111111111", expiryDate: "1240", securityCode: "123" };

/** The part of Connect's event that benchmarks use. */
export interface ConnectEvent {
  Details: { Parameters: Record<string, string> };
}

/** The default configuration, synthesized with a new RSA-4096 key pair. */
export interface BenchDeployment {
  /** temporary */
  folder: string;
  stackDir: string;
  region: string;
  function: DeployedFunction;
  parameters: DeployedParameter[];
  keyPairFiles: Required<KeyPairFiles>;
  /** a copy of the file in the zip */
  bundle: string;
  keyId: string;
  /** Encrypts an input as Connect does. */
  encrypt(digits: string): Promise<string>;
  /** Connect's event before the first input. */
  prepareEvent(): ConnectEvent;
  /** Connect's event for the check of a card number. */
  checkEvent(): Promise<ConnectEvent>;
  /** Connect's event with all three fields. */
  submitEvent(): Promise<ConnectEvent>;
}

/** Calls `use` with a deployment, and removes its folder and the private key afterwards. */
export async function withDeployment<T>(use: (deployed: BenchDeployment) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ivr-bench-"));
  // The process may end before `use` does, by Ctrl-C.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await use(await deploy(folder));
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

async function deploy(folder: string): Promise<BenchDeployment> {
  const keys = join(folder, "keys");
  const pair = await createKeyPair();
  writeKeyPair(keys, pair);
  const functionPackage = await packageFunction(PROJECT_DIR);
  const stackDir = await synthesize({
    settings: {
      ...parseSettings({}, "the default configuration"),
      keyPairs: [{ name: "bench", files: keyPairFiles(keys) }],
      encryptWith: "bench",
    },
    projectDir: PROJECT_DIR,
    outdir: join(folder, "cdktf.out"),
    environment: {},
    functionPackage,
  });
  // A copy, because another build of the function may replace the original.
  const bundle = join(folder, "index.mjs");
  copyFileSync(join(dirname(functionPackage.zipFile), "index.mjs"), bundle);
  const stack = new SynthesizedStack(stackDir);
  const [deployed] = stack.functions;
  const [keyId] = [...stack.securityKeys.keys()];
  if (!deployed || !keyId) throw new Error("The default configuration deploys no function or no key.");
  const publicKey = createPublicKey(pair.publicKey);
  const encrypt = (digits: string) => encryptCustomerInput(new SensitiveDigits(digits), { keyId, publicKey });
  return {
    folder,
    stackDir,
    region: stack.region,
    function: deployed,
    parameters: stack.parameters,
    keyPairFiles: keyPairFiles(keys),
    bundle,
    keyId,
    encrypt,
    prepareEvent: () => createEvent({ operation: "prepare", keyId }),
    checkEvent: async () =>
      createEvent({ operation: "check", field: "cardNumber", cardNumber: await encrypt(INPUTS.cardNumber) }),
    submitEvent: async () =>
      createEvent({
        operation: "submit",
        cardNumber: await encrypt(INPUTS.cardNumber),
        expiryDate: await encrypt(INPUTS.expiryDate),
        securityCode: await encrypt(INPUTS.securityCode),
      }),
  };
}

const createEvent = (parameters: Record<string, string>) => ({
  Name: "ContactFlowEvent",
  Details: {
    ContactData: {
      ContactId: "11111111-2222-4333-8444-555555555555",
      InitialContactId: "11111111-2222-4333-8444-555555555555",
      Channel: "VOICE",
      InitiationMethod: "INBOUND",
      Attributes: {},
      CustomerEndpoint: null,
      SystemEndpoint: null,
      Queue: null,
      LanguageCode: "en-US",
    },
    Parameters: parameters,
  },
});

/** The environment variables that the function has in Lambda, with a Parameter Store on this machine. */
export const functionEnvironment = (deployed: BenchDeployment, store: { url: string; accessKeyId: string }) => ({
  ...deployed.function.environment,
  AWS_REGION: deployed.region,
  AWS_DEFAULT_REGION: deployed.region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${deployed.function.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: deployed.function.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(deployed.function.memoryMb),
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_ENDPOINT_URL_SSM: store.url,
  AWS_ACCESS_KEY_ID: store.accessKeyId,
  AWS_SECRET_ACCESS_KEY: "local",
  // The function must not read this machine's AWS settings.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  TZ: ":UTC",
});

/** The same, with the variables of plain-handler.ts. */
export const plainEnvironment = (deployed: BenchDeployment, store: { url: string; accessKeyId: string }) => ({
  ...functionEnvironment(deployed, store),
  PLAIN_KEY_ID: deployed.keyId,
  PLAIN_PARAMETER: deployed.parameters.find(({ name }) => name.endsWith(deployed.keyId))?.name ?? "",
});
