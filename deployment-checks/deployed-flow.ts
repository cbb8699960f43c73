import type { KeyObject } from "node:crypto";
import { z } from "zod";
import { certificateProblems } from "../encryption/certificate";
import { readKeyFile } from "../encryption/key-pair-files";
import { KeyPairError, parseCertificate } from "../encryption/pem";
import type { StackOutputs } from "../settings/stack-outputs";
import { type AwsAccess, callAws, clientSettings } from "./aws";
import { CheckFailure } from "./check";

/** The key and certificate that all steps of a flow encrypt with. */
export interface FlowEncryption {
  keyId: string;
  /** PEM */
  certificate: string;
}

const InputEncryption = z.object({ EncryptionKeyId: z.string(), Key: z.string() });
const Content = z.object({
  Actions: z.array(
    z.object({
      Parameters: z
        .object({ StoreInput: z.string().optional(), InputEncryption: InputEncryption.optional() })
        .default({}),
    }),
  ),
});

const DEPLOY = "Run npx cdktf deploy: it publishes the configured flow.";
const MISSING = new CheckFailure("The instance does not have the flow.", DEPLOY);
const UNPUBLISHED = new CheckFailure("The flow is saved, but not published.", "Publish it in the Connect console.");

/** Throws a {@link CheckFailure} if the flow is not in use, or if one of its inputs is not encrypted. */
export async function readFlowEncryption({
  access,
  instanceId,
  flow,
}: { access: AwsAccess } & Pick<StackOutputs, "instanceId" | "flow">): Promise<FlowEncryption> {
  const { Content, State, Status } = await describe(access, instanceId, flow);
  if (Status === "SAVED") throw UNPUBLISHED;
  if (State === "ARCHIVED") throw new CheckFailure("The flow is archived.", "Activate it in the Connect console.");
  const encryptions = inputEncryptions(Content ?? "");
  const [first] = encryptions;
  if (encryptions.includes(undefined)) {
    throw new CheckFailure(
      "A step of the flow stores input without encryption.",
      `Take the flow out of use now. ${DEPLOY}`,
    );
  }
  if (first === undefined) throw new CheckFailure("The flow stores no input.", DEPLOY);
  if (encryptions.some((other) => other?.EncryptionKeyId !== first.EncryptionKeyId || other.Key !== first.Key)) {
    throw new CheckFailure("The steps of the flow encrypt under different keys or certificates.", DEPLOY);
  }
  return { keyId: first.EncryptionKeyId, certificate: first.Key };
}

/** Of every step that stores input: its encryption, or undefined. */
function inputEncryptions(content: string): (z.output<typeof InputEncryption> | undefined)[] {
  try {
    return Content.parse(JSON.parse(content))
      .Actions.map(({ Parameters }) => Parameters)
      .filter(({ StoreInput, InputEncryption }) => StoreInput === "True" || InputEncryption !== undefined)
      .map(({ InputEncryption }) => InputEncryption);
  } catch {
    throw new CheckFailure("The content of the flow cannot be read.", DEPLOY);
  }
}

/** Without the suffix `$SAVED` in its id, Connect describes the published version. */
async function describe(access: AwsAccess, InstanceId: string, { kind, id }: StackOutputs["flow"]) {
  const { ConnectClient, DescribeContactFlowCommand, DescribeContactFlowModuleCommand } = await import(
    "@aws-sdk/client-connect"
  );
  const client = new ConnectClient(clientSettings(access));
  const failures = { ResourceNotFoundException: MISSING, ContactFlowNotPublishedException: UNPUBLISHED };
  if (kind === "flow") {
    const command = new DescribeContactFlowCommand({ InstanceId, ContactFlowId: id });
    const { ContactFlow } = await callAws("connect:DescribeContactFlow", () => client.send(command), failures);
    return { ...ContactFlow };
  }
  const command = new DescribeContactFlowModuleCommand({ InstanceId, ContactFlowModuleId: id });
  const { ContactFlowModule } = await callAws(
    "connect:DescribeContactFlowModule",
    () => client.send(command),
    failures,
  );
  return { ...ContactFlowModule };
}

export interface CertificateToCheck {
  deployed: FlowEncryption;
  /** of the security key that the flow encrypts under */
  uploadedKey: KeyObject | undefined;
  /** name of the key pair that the flow encrypts with */
  keyPair: string;
  /** the configured certificate; undefined if the configuration does not contain the key pair */
  certificateFile: string | undefined;
  now: Date;
}

/** Compares the certificate in the flow with the configured one, and checks that Connect can encrypt with it. */
export function checkCertificate({
  deployed,
  uploadedKey,
  keyPair,
  certificateFile: file,
  now,
}: CertificateToCheck): string {
  const certificate = read(() => parseCertificate(deployed.certificate, "The certificate in the flow"), DEPLOY);
  if (file === undefined) {
    throw new CheckFailure(
      `The flow encrypts with the key pair ${keyPair}, which the configuration does not contain.`,
      "Use the configuration that was deployed. npm run ivr -- keys rotate shows the next step.",
    );
  }
  const ours = read(() => parseCertificate(readKeyFile(file), file), `Put the certificate of ${keyPair} there.`);
  if (certificate.fingerprint256 !== ours.fingerprint256) {
    throw new CheckFailure(
      `The flow has another certificate than ${file}.`,
      "If the file is correct, run npx cdktf deploy. Otherwise restore the file that was deployed.",
    );
  }
  const problems = uploadedKey ? certificateProblems(certificate, uploadedKey, now, "The certificate in the flow") : [];
  if (problems.length > 0) {
    throw new CheckFailure(
      problems.join(" "),
      "Rotate the key pair: npm run ivr -- keys rotate (docs/key-rotation.md).",
    );
  }
  return "It is the configured one, it is valid, and it verifies under the uploaded public key.";
}

function read<T>(certificate: () => T, remedy: string): T {
  try {
    return certificate();
  } catch (error) {
    if (error instanceof KeyPairError) throw new CheckFailure(error.message, remedy);
    throw error;
  }
}
