import { type OutputsSource, OutputValues, readOutputs, StackOutputsError } from "../settings/stack-outputs";

/** The key pairs of the last deployment. */
export interface DeployedKeys {
  keyPairs: string[];
  /** Connect's ids of the public keys, by key pair */
  keyIds: Record<string, string>;
  /** name of the key pair that the deployed flow encrypts with */
  encryptWith: string;
  /** ISO 8601, by key pair */
  expiryDates: Record<string, string>;
}

export interface UnknownDeployment {
  /** one sentence */
  unavailableReason: string;
}

const DeployedKeyOutputs = OutputValues.pick({ key_ids: true, encrypt_with: true, certificate_expiry_dates: true });

/** Reads the local state. A damaged state is an error, so that it does not count as "nothing is deployed". */
export function readDeployedKeys(
  settings: OutputsSource["settings"],
  projectDir: string,
): DeployedKeys | UnknownDeployment {
  try {
    const outputs = readOutputs({ settings, projectDir }, DeployedKeyOutputs);
    return {
      keyPairs: Object.keys(outputs.key_ids),
      keyIds: outputs.key_ids,
      encryptWith: outputs.encrypt_with,
      expiryDates: outputs.certificate_expiry_dates,
    };
  } catch (error) {
    if (error instanceof StackOutputsError && error.reason === "unavailable") {
      return { unavailableReason: error.message };
    }
    throw error;
  }
}
