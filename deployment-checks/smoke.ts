import { randomUUID } from "node:crypto";
import type { ErrorCode } from "../contract/error-codes";
import { parseCertificate } from "../encryption/pem";
import type { StackOutputs } from "../settings/stack-outputs";
import type { AwsAccess } from "./aws";
import { CheckFailure, type CheckResult, type CheckStep, runSteps, skipped } from "./check";
import { type AwsEnvironment, CREDENTIALS, credentialsStep } from "./credentials";
import { checkCertificate, readFlowEncryption } from "./deployed-flow";
import { checkAssociation, checkFunction } from "./deployed-function";
import { checkParameter, listSecurityKeys } from "./deployed-keys";
import { encryptTestNumber, invokeDeployedFunction, type TestResponse, tamperedCopy } from "./invoke-function";

/** Distinguishes the invocations from calls in the function's log. */
const CONTACT_ID_PREFIX = "smoke-test-";

const TEST_NUMBER = "Test number";
const TAMPERED_MESSAGE = "Tampered message";

const OTHER_ACCOUNT = new CheckFailure(
  "The credentials belong to another account than the deployment.",
  "Sign in to the account of the deployment, or name the outputs of another deployment: --outputs FILE.",
);

const ACCEPTED: TestResponse = { outcome: "accepted" };
const REJECTED: TestResponse = { error: "tampered-message" satisfies ErrorCode };

export interface DeploymentToCheck {
  access: AwsAccess;
  outputs: StackOutputs;
  /** certificate of the key pair that the flow encrypts with; undefined if the configuration does not contain it */
  certificateFile?: string | undefined;
  /** why the function cannot be invoked with the test number; undefined to invoke it */
  testNumberProblem?: string | undefined;
}

/** Checks a deployment and invokes its function twice. Changes nothing except the function's log and metrics. */
export async function smoke(
  { access, outputs, certificateFile, testNumberProblem }: DeploymentToCheck,
  environment: AwsEnvironment,
  now = new Date(),
): Promise<CheckResult[]> {
  const { instanceId, flow, functionArn, encryptionKeyArn, encryptWith } = outputs;
  const keyPairs = Object.keys(outputs.keyIds);
  const keyIdOf = (keyPair: string) => outputs.keyIds[keyPair] ?? "";
  const uploadedKeys = once(() => listSecurityKeys(access, instanceId));
  const encryption = once(() => readFlowEncryption({ access, instanceId, flow }));
  const securityKey = (keyPair: string) => `Security key ${keyPair}`;
  const privateKey = (keyPair: string) => `Private key ${keyPair}`;

  const steps: CheckStep[] = [
    credentialsStep(access, environment, { accounts: [accountOf(functionArn)], failure: OTHER_ACCOUNT }),
    ...keyPairs.map((keyPair) => ({
      name: securityKey(keyPair),
      needs: [CREDENTIALS],
      run: async () => {
        const keyId = keyIdOf(keyPair);
        if ((await uploadedKeys()).get(keyId)) return `Connect has it, with the id ${keyId}.`;
        throw new CheckFailure(
          `The instance does not have the security key ${keyId}, so Connect cannot encrypt under it.`,
          "Run npx cdktf deploy. It uploads the key again, and the key gets another id.",
        );
      },
    })),
    {
      name: "Flow",
      needs: [CREDENTIALS],
      run: async () => {
        const { keyId } = await encryption();
        if (keyId === keyIdOf(encryptWith)) return `It is published, and encrypts every input with ${encryptWith}.`;
        throw new CheckFailure(
          `The flow does not encrypt with the deployed key pair ${encryptWith}: its key id differs.`,
          "It was changed after the deployment. Run npx cdktf deploy.",
        );
      },
    },
    {
      name: "Certificate",
      needs: ["Flow", securityKey(encryptWith)],
      run: async () => {
        const deployed = await encryption();
        const uploadedKey = (await uploadedKeys()).get(deployed.keyId);
        return checkCertificate({ deployed, uploadedKey, keyPair: encryptWith, certificateFile, now });
      },
    },
    ...keyPairs.map((keyPair) => ({
      name: privateKey(keyPair),
      needs: [CREDENTIALS],
      run: () => checkParameter(access, outputs.parameterNames[keyPair] ?? "", encryptionKeyArn),
    })),
    { name: "Function", needs: [CREDENTIALS], run: () => checkFunction(access, functionArn) },
    { name: "Association", needs: [CREDENTIALS], run: () => checkAssociation(access, instanceId, functionArn) },
  ];
  if (testNumberProblem !== undefined) {
    const notInvoked = [TEST_NUMBER, TAMPERED_MESSAGE].map((name) => skipped(name, testNumberProblem));
    return [...(await runSteps(steps)), ...notInvoked];
  }

  const invocation = { access, functionArn, contactId: `${CONTACT_ID_PREFIX}${randomUUID()}` };
  const message = once(async () => {
    const { certificate } = await encryption();
    const { publicKey } = parseCertificate(certificate, "The certificate in the flow");
    return encryptTestNumber({ keyId: keyIdOf(encryptWith), publicKey });
  });
  const invoke = async (cardNumber: string, expected: TestResponse) =>
    compareResponses(await invokeDeployedFunction({ ...invocation, cardNumber }), expected, invocation.contactId);
  steps.push(
    {
      name: TEST_NUMBER,
      needs: ["Certificate", privateKey(encryptWith), "Function"],
      run: async () => invoke(await message(), ACCEPTED),
    },
    {
      name: TAMPERED_MESSAGE,
      needs: [TEST_NUMBER],
      run: async () => invoke(tamperedCopy(await message()), REJECTED),
    },
  );
  return runSteps(steps);
}

/** Calls `get` at the first use only. */
function once<T>(get: () => Promise<T>): () => Promise<T> {
  let result: Promise<T> | undefined;
  return () => {
    result ??= get();
    return result;
  };
}

/** arn:partition:service:region:account:… */
const accountOf = (arn: string): string => arn.split(":")[4] ?? "";

function compareResponses(actual: TestResponse, expected: TestResponse, contactId: string): string {
  const [got, wanted] = [actual, expected].map((one) => ("error" in one ? `the error ${one.error}` : one.outcome));
  if (got === wanted) return `The function returns ${got}, contact id ${contactId}.`;
  throw new CheckFailure(
    `The function returns ${got} instead of ${wanted}.`,
    `See docs/operations.md for the code, and the function's log for the contact id ${contactId}.`,
  );
}
