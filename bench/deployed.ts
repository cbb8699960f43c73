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

/** Test numbers that payment providers list, and what a caller types besides. */
export const TYPED = { cardNumber: "4111111111111111", expiryDate: "1240", securityCode: "123" };

/** As far as it is used here. */
export interface ConnectEvent {
  Details: { Parameters: Record<string, string> };
}

/** What the default configuration deploys, with an RSA-4096 key pair of its own. */
export interface Deployed {
  /** of its own, for as long as it is used */
  folder: string;
  stackDir: string;
  region: string;
  function: DeployedFunction;
  parameters: DeployedParameter[];
  keyPairFiles: Required<KeyPairFiles>;
  /** a copy of the file that the zip holds */
  bundle: string;
  keyId: string;
  /** As Connect encrypts what a caller types. */
  encrypt(digits: string): Promise<string>;
  /** Connect's event before a caller types. */
  prepareEvent(): ConnectEvent;
  /** Connect's event of one field, the card number. */
  checkEvent(): Promise<ConnectEvent>;
  /** Connect's event of all three fields. */
  submitEvent(): Promise<ConnectEvent>;
}

/** For as long as `use` runs: the folder holds a private key, of nobody's. */
export async function withDeployed<T>(use: (deployed: Deployed) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "ivr-bench-"));
  // Also where the process ends before that: Ctrl-C.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  try {
    return await use(await deploy(folder));
  } finally {
    process.removeListener("exit", remove);
    remove();
  }
}

async function deploy(folder: string): Promise<Deployed> {
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
  // A copy: whoever builds the function meanwhile changes the file beside the zip.
  const bundle = join(folder, "index.mjs");
  copyFileSync(join(dirname(functionPackage.zipFile), "index.mjs"), bundle);
  const stack = new SynthesizedStack(stackDir);
  const [deployed] = stack.functions;
  const [keyId] = [...stack.securityKeys.keys()];
  if (!deployed || !keyId) throw new Error("The default configuration deploys no function, or no key.");
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
    prepareEvent: () => eventOf({ operation: "prepare", keyId }),
    checkEvent: async () =>
      eventOf({ operation: "check", field: "cardNumber", cardNumber: await encrypt(TYPED.cardNumber) }),
    submitEvent: async () =>
      eventOf({
        operation: "submit",
        cardNumber: await encrypt(TYPED.cardNumber),
        expiryDate: await encrypt(TYPED.expiryDate),
        securityCode: await encrypt(TYPED.securityCode),
      }),
  };
}

const eventOf = (parameters: Record<string, string>) => ({
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

/** The environment that Lambda gives the function, with Parameter Store at an address of this machine. */
export const environmentOf = (deployed: Deployed, store: { url: string; accessKeyId: string }) => ({
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
  // Nothing of this machine's own AWS settings may reach the function.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  TZ: ":UTC",
});

/** The same, and what the handler of plain-handler.ts wants to know. */
export const plainEnvironmentOf = (deployed: Deployed, store: { url: string; accessKeyId: string }) => ({
  ...environmentOf(deployed, store),
  PLAIN_KEY_ID: deployed.keyId,
  PLAIN_PARAMETER: deployed.parameters.find(({ name }) => name.endsWith(deployed.keyId))?.name ?? "",
});
