import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { type StackOutputValues, stackName } from "../contract/stack-outputs";
import { findStateFile } from "./local-states";
import type { Settings } from "./settings";

/** The outputs cannot be read. The message is one sentence. */
export class StackOutputsError extends Error {
  override name = "StackOutputsError";

  /** @param reason `unavailable`: there are no outputs of this stage here; `damaged`: a file exists and cannot be read */
  constructor(
    message: string,
    readonly remedy: string,
    readonly reason: "unavailable" | "damaged",
  ) {
    super(message);
  }
}

const byKeyPair = z.record(z.string(), z.string());

/** The outputs that commands read, for `pick` and `omit`. */
export const OutputValues = z.object({
  instance_id: z.string(),
  encryption_key_arn: z.string(),
  function_arn: z.string(),
  contact_flow_id: z.string().optional(),
  contact_flow_module_id: z.string().optional(),
  key_ids: byKeyPair,
  encrypt_with: z.string(),
  parameter_names: byKeyPair,
  certificate_expiry_dates: byKeyPair,
} satisfies { [Name in keyof StackOutputValues]?: z.ZodType<StackOutputValues[Name]> });

export interface OutputsSource {
  settings: Pick<Settings, "stage" | "region" | "allowedAccountIds" | "backend">;
  /** the folder of the local state */
  projectDir: string;
  /** a file that `cdktf deploy --outputs-file` wrote; the local state by default */
  outputsFile?: string | undefined;
}

/** Reads a stage's outputs with a schema that picks from {@link OutputValues}, or throws {@link StackOutputsError}. */
export function readOutputs<Outputs>(source: OutputsSource, schema: z.ZodType<Outputs>): Outputs {
  const { settings, projectDir, outputsFile } = source;
  const file = outputsFile ?? stateFile(settings, projectDir);
  const json = outputsFile
    ? readJson(file, file, "Name the file that cdktf deploy --outputs-file has written.")
    : readJson(join(projectDir, file), file, `Restore the copy that Terraform keeps as ${file}.backup.`);
  const stack = stackName(settings.stage);
  const { success, data, error } = schema.safeParse(outputsFile ? outputsOf(json, stack) : stateOutputs(json));
  if (success) return data;
  const missing = [...new Set(error.issues.map(({ path: [output] }) => output))];
  throw new StackOutputsError(
    missing.includes(undefined)
      ? `${basename(file)} has no outputs of the stack ${stack}.`
      : `${basename(file)} lacks the ${missing.length === 1 ? "output" : "outputs"} ${missing.join(", ")}.`,
    "Deploy this stage again, so that its outputs are written.",
    "unavailable",
  );
}

function stateFile(settings: OutputsSource["settings"], projectDir: string): string {
  const { backend } = settings;
  if (!backend) {
    const { file, formerFile } = findStateFile(settings, projectDir);
    return formerFile ?? file;
  }
  throw new StackOutputsError(
    `The state is in the bucket ${backend.bucket}, which this command does not read.`,
    "Deploy with cdktf deploy --outputs-file FILE, and name the file: --outputs FILE.",
    "unavailable",
  );
}

function readJson(path: string, file: string, remedy: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new StackOutputsError(
        `${file} does not exist.`,
        "Deploy first, or name a file that cdktf deploy --outputs-file has written: --outputs FILE.",
        "unavailable",
      );
    }
    const problem = code === "EISDIR" ? "is a folder" : `cannot be read (${code})`;
    throw new StackOutputsError(`${file} ${problem}.`, remedy, "damaged");
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new StackOutputsError(
      `${file} is not valid JSON: it is damaged, or it is a different file.`,
      remedy,
      "damaged",
    );
  }
}

const OutputsFile = z.record(z.string(), z.unknown());
const outputsOf = (json: unknown, stack: string): unknown => OutputsFile.safeParse(json).data?.[stack];

const State = z
  .object({ outputs: z.record(z.string(), z.object({ value: z.unknown() })) })
  .transform(({ outputs }) => Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value])));
const stateOutputs = (json: unknown): unknown => State.safeParse(json).data;

/** What `ivr smoke` needs to know of a deployment. */
export interface StackOutputs {
  instanceId: string;
  flow: { kind: "flow" | "module"; id: string };
  functionArn: string;
  /** of the KMS key that encrypts the private keys */
  encryptionKeyArn: string;
  /** Connect's ids of the public keys, by key pair */
  keyIds: Record<string, string>;
  /** names of the private keys' parameters, by key pair */
  parameterNames: Record<string, string>;
  /** name of the key pair that the flow encrypts with */
  encryptWith: string;
}

const SmokeOutputs = OutputValues.omit({ certificate_expiry_dates: true }).transform(
  (outputs, context): StackOutputs => {
    const { contact_flow_id, contact_flow_module_id } = outputs;
    const id = contact_flow_id ?? contact_flow_module_id;
    if (id === undefined) {
      context.addIssue({ code: "custom", path: ["contact_flow_id"] });
      return z.NEVER;
    }
    return {
      instanceId: outputs.instance_id,
      flow: { kind: contact_flow_id === undefined ? "module" : "flow", id },
      functionArn: outputs.function_arn,
      encryptionKeyArn: outputs.encryption_key_arn,
      keyIds: outputs.key_ids,
      parameterNames: outputs.parameter_names,
      encryptWith: outputs.encrypt_with,
    };
  },
);

/** Reads what `ivr smoke` needs, or throws {@link StackOutputsError}. */
export const readStackOutputs = (
  settings: OutputsSource["settings"],
  projectDir: string,
  outputsFile?: string,
): StackOutputs => readOutputs({ settings, projectDir, outputsFile }, SmokeOutputs);
