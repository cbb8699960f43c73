import { type KeyObject, randomUUID } from "node:crypto";
import { certificateProblems } from "../encryption/certificate";
import { readKeyFile } from "../encryption/key-pair-files";
import { KeyPairError, parseCertificate } from "../encryption/pem";
import { ask, clientSettings, everyPage } from "./aws";
import { type Check, CheckFailure, runSteps, type Step, skipped } from "./check";
import { CREDENTIALS, credentialsStep, type Environment } from "./credentials";
import { type FlowEncryption, readFlowEncryption } from "./deployed-flow";
import { type Answer, encryptTestNumber, ring, tampered } from "./ring";
import { listSecurityKeys } from "./security-keys";

/** By this its rings are known in the function's log. */
const CONTACT_ID_PREFIX = "smoke-test-";
const DEPLOY = "Run npx cdktf deploy.";
/** Terraform sends a write-only value when it makes a parameter, and not to mend one that somebody has changed. */
const WRITE_ANEW = "Delete the parameter, then run npx cdktf deploy: it makes it anew, from the private key.";
const LOOK_UP = `Else mend what the code stands for in Lambda's API reference, and run npx cdktf deploy.`;

const TEST_NUMBER = "Test number";
const TAMPERED = "Tampered message";

/** What was deployed where. */
export interface Deployed {
  region: string;
  instanceId: string;
  flow: { kind: "flow" | "module"; id: string };
  functionArn: string;
  encryptionKeyArn: string;
  /** Connect's ids, by key pair */
  keyIds: Readonly<Record<string, string>>;
  /** by key pair */
  parameterNames: Readonly<Record<string, string>>;
  /** the pair that the flow encrypts under */
  encryptWith: string;
}

export interface Expected {
  /** of the pair that the flow encrypts under; left out where the configuration no longer names it */
  certificateFile?: string | undefined;
  /** why the function cannot be rung with a test number, a sentence */
  noRing?: string | undefined;
}

/**
 * Checks a deployment as a person would in the console, and rings its function twice. It reads, and changes nothing but
 * the function's log and metrics.
 */
export async function smoke(
  deployed: Deployed,
  expected: Expected,
  environment: Environment,
  now = new Date(),
): Promise<Check[]> {
  const { region, instanceId, functionArn } = deployed;
  const keyPairs = Object.keys(deployed.keyIds);
  const uploaded = once(() => listSecurityKeys(region, instanceId));
  const encryption = once(() => readFlowEncryption(region, instanceId, deployed.flow));
  const names = {
    securityKey: (keyPair: string) => `Security key ${keyPair}`,
    privateKey: (keyPair: string) => `Private key ${keyPair}`,
  };
  const current = deployed.encryptWith;
  const keyId = deployed.keyIds[current] ?? "";

  const steps: Step[] = [
    credentialsStep(region, environment, accountOf(functionArn)),
    ...keyPairs.map((keyPair) => ({
      name: names.securityKey(keyPair),
      needs: [CREDENTIALS],
      run: async () => {
        const id = deployed.keyIds[keyPair] ?? "";
        if ((await uploaded()).get(id)) return `Connect has it, as ${id}.`;
        throw new CheckFailure(
          `The instance has no security key ${id}: Connect cannot encrypt under it.`,
          `${DEPLOY} It uploads the key anew, under another id.`,
        );
      },
    })),
    {
      name: "Flow",
      needs: [CREDENTIALS],
      run: async () => {
        const { keyId: used } = await encryption();
        if (used === keyId) return `It is published, and encrypts every input for ${current}.`;
        throw new CheckFailure(
          `The flow encrypts for another key than ${current}, which the deployment tells.`,
          `Somebody has changed it since: ${DEPLOY}`,
        );
      },
    },
    {
      name: "Certificate",
      needs: ["Flow", names.securityKey(current)],
      run: async () => checkCertificate(await encryption(), await uploaded(), current, expected.certificateFile, now),
    },
    ...keyPairs.map((keyPair) => ({
      name: names.privateKey(keyPair),
      needs: [CREDENTIALS],
      run: () => checkParameter(region, deployed.parameterNames[keyPair] ?? "", deployed.encryptionKeyArn),
    })),
    { name: "Function", needs: [CREDENTIALS], run: () => checkFunction(region, functionArn) },
    { name: "Association", needs: [CREDENTIALS], run: () => checkAssociation(region, instanceId, functionArn) },
  ];
  if (expected.noRing !== undefined) {
    const { noRing } = expected;
    return [...(await runSteps(steps)), ...[TEST_NUMBER, TAMPERED].map((name) => skipped(name, noRing))];
  }

  const contactId = `${CONTACT_ID_PREFIX}${randomUUID()}`;
  const call = { region, functionArn, contactId };
  const message = once(async () => {
    const { certificate } = await encryption();
    return encryptTestNumber({ keyId, publicKey: parseCertificate(certificate, "The flow's certificate").publicKey });
  });
  steps.push(
    {
      name: TEST_NUMBER,
      needs: ["Certificate", names.privateKey(current), "Function"],
      run: async () => told(await ring({ ...call, cardNumber: await message() }), { outcome: "accepted" }, contactId),
    },
    {
      name: TAMPERED,
      needs: [TEST_NUMBER],
      run: async () =>
        told(await ring({ ...call, cardNumber: tampered(await message()) }), { fault: "tampered-message" }, contactId),
    },
  );
  return runSteps(steps);
}

/** The first call's answer, for all that come after it. */
function once<T>(get: () => Promise<T>): () => Promise<T> {
  let got: Promise<T> | undefined;
  return () => {
    got ??= get();
    return got;
  };
}

/** arn:partition:lambda:region:account:function:name, with or without :alias */
const withoutAlias = (arn: string): string => arn.split(":", 7).join(":");
/** arn:partition:service:region:account:… */
const accountOf = (arn: string): string | undefined => arn.split(":")[4];

function checkCertificate(
  { certificate: pem, keyId }: FlowEncryption,
  uploaded: ReadonlyMap<string, KeyObject | undefined>,
  keyPair: string,
  file: string | undefined,
  now: Date,
): string {
  const certificate = readable(() => parseCertificate(pem, "What the flow holds"), DEPLOY);
  if (file === undefined) {
    throw new CheckFailure(
      `The configuration does not name the key pair ${keyPair}, which the flow encrypts under.`,
      "Take the configuration that was deployed; npm run ivr -- keys rotate tells how to go on.",
    );
  }
  const ours = readable(() => parseCertificate(readKeyFile(file), file), `Put the certificate of ${keyPair} there.`);
  if (certificate.fingerprint256 !== ours.fingerprint256) {
    throw new CheckFailure(
      `The flow holds another certificate than ${file}.`,
      `If the file is the right one: ${DEPLOY} Else take the file that was deployed.`,
    );
  }
  const key = uploaded.get(keyId);
  const problems = key ? certificateProblems(certificate, key, now, "The flow's certificate") : [];
  if (problems.length > 0) {
    throw new CheckFailure(problems.join(" "), "Follow docs/key-rotation.md: npm run ivr -- keys rotate");
  }
  return "It is ours, in date, and verifies under the uploaded public key.";
}

function readable<T>(read: () => T, remedy: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof KeyPairError) throw new CheckFailure(error.message, remedy);
    throw error;
  }
}

/** Looks at the parameter's description alone: the private key is not asked for. */
async function checkParameter(region: string, name: string, encryptionKeyArn: string): Promise<string> {
  const { SSMClient, paginateDescribeParameters } = await import("@aws-sdk/client-ssm");
  const client = new SSMClient(clientSettings(region));
  const ParameterFilters = [{ Key: "Name", Option: "Equals", Values: [name] }];
  const [parameter] = await ask("ssm:DescribeParameters", () =>
    everyPage(paginateDescribeParameters({ client }, { ParameterFilters }), ({ Parameters }) => Parameters),
  );
  if (!parameter) throw new CheckFailure(`There is no parameter ${name}.`, DEPLOY);
  if (parameter.Type !== "SecureString") {
    throw new CheckFailure(
      `The parameter ${name} is not encrypted: its type is not SecureString.`,
      `Take the private key for leaked, as docs/key-rotation.md tells. ${WRITE_ANEW}`,
    );
  }
  if (parameter.KeyId !== encryptionKeyArn) {
    throw new CheckFailure(
      `The parameter ${name} is encrypted under another KMS key than the stack's.`,
      `Find out who wrote it. ${WRITE_ANEW}`,
    );
  }
  return "Parameter Store has it, as a SecureString under the stack's KMS key.";
}

async function checkFunction(region: string, functionArn: string): Promise<string> {
  const { LambdaClient, GetFunctionConfigurationCommand } = await import("@aws-sdk/client-lambda");
  const client = new LambdaClient(clientSettings(region));
  const command = new GetFunctionConfigurationCommand({ FunctionName: functionArn });
  const configuration = await ask("lambda:GetFunctionConfiguration", () => client.send(command), {
    ResourceNotFoundException: new CheckFailure("There is no such function.", DEPLOY),
  });
  const { State, StateReasonCode, LastUpdateStatus, LastUpdateStatusReasonCode } = configuration;
  if (State !== "Active") {
    const reason = StateReasonCode ? ` (${StateReasonCode})` : "";
    const remedy = `If it is Pending, try again in a minute. ${LOOK_UP}`;
    throw new CheckFailure(`The function's state is ${State}${reason}.`, remedy);
  }
  if (LastUpdateStatus !== "Successful") {
    const reason = LastUpdateStatusReasonCode ? ` (${LastUpdateStatusReasonCode})` : "";
    const remedy = `If it is InProgress, try again in a minute. ${LOOK_UP}`;
    throw new CheckFailure(`The function's last update is ${LastUpdateStatus}${reason}.`, remedy);
  }
  return "It is active, and its last update succeeded.";
}

async function checkAssociation(region: string, instanceId: string, functionArn: string): Promise<string> {
  const { ConnectClient, paginateListLambdaFunctions } = await import("@aws-sdk/client-connect");
  const client = new ConnectClient(clientSettings(region));
  const functions = await ask("connect:ListLambdaFunctions", () =>
    everyPage(
      paginateListLambdaFunctions({ client }, { InstanceId: instanceId }),
      ({ LambdaFunctions }) => LambdaFunctions,
    ),
  );
  // Connect associates a function with an instance, also where the flow rings an alias of it.
  if (functions.includes(withoutAlias(functionArn))) return "The instance may use the function.";
  throw new CheckFailure("The instance is not associated with the function: every call would fail.", DEPLOY);
}

function told(answer: Answer, wanted: Answer, contactId: string): string {
  const [got, expected] = [answer, wanted].map((one) => ("fault" in one ? `the fault ${one.fault}` : one.outcome));
  if (got === expected) return `The function answers ${got}, contact id ${contactId}.`;
  throw new CheckFailure(
    `The function answers ${got} in place of ${expected}.`,
    `docs/operations.md tells what to do, code by code; the function's log has it by the contact id ${contactId}.`,
  );
}
