import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { JsonFileError, readJsonFile } from "./json-file";
import type { Settings } from "./settings";
import { stackName, stateFile } from "./stack-name";

/** Where the last deployment put things. */
export interface StackOutputs {
  instanceId: string;
  flow: { kind: "flow" | "module"; id: string };
  functionArn: string;
  encryptionKeyArn: string;
  /** Connect's ids, by key pair */
  keyIds: Record<string, string>;
  /** of the private keys, by key pair */
  parameterNames: Record<string, string>;
  /** the pair that the flow encrypts under */
  encryptWith: string;
}

/** Outputs that cannot be read; the text is one sentence. */
export class StackOutputsError extends Error {
  override name = "StackOutputsError";

  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
  }
}

const byKeyPair = z.record(z.string(), z.string());
const Outputs = z.object({
  instance_id: z.string(),
  encryption_key_arn: z.string(),
  function_arn: z.string(),
  key_ids: byKeyPair,
  parameter_names: byKeyPair,
  encrypt_with: z.string(),
  contact_flow_id: z.string().optional(),
  contact_flow_module_id: z.string().optional(),
});
const State = z.object({ outputs: z.record(z.string(), z.object({ value: z.unknown() })) });

/**
 * Reads the outputs of a stage, or throws {@link StackOutputsError}.
 *
 * @param outputsFile as `cdktf deploy --outputs-file` writes it; by default the local state is read
 */
export function readStackOutputs(
  settings: Pick<Settings, "stage" | "backend">,
  projectDir: string,
  outputsFile?: string,
): StackOutputs {
  const file = outputsFile ?? localState(settings);
  const path = outputsFile ?? join(projectDir, file);
  if (!existsSync(path)) {
    throw new StackOutputsError(
      `${file} does not exist.`,
      "Deploy first, or name a file that cdktf deploy --outputs-file has written: --outputs FILE.",
    );
  }
  const remedy = outputsFile
    ? "Name the file that cdktf deploy --outputs-file has written."
    : `Put a copy of it from before in its place: Terraform keeps one as ${file}.backup.`;
  const json = read(path, file, remedy);
  const { data, error } = Outputs.safeParse(outputsFile ? ofStack(json, settings.stage) : ofState(json));
  const flow = data && flowOf(data);
  if (!flow) {
    const lacking = new Set(error?.issues.map(({ path: [output] }) => output) ?? ["contact_flow_id"]);
    throw new StackOutputsError(
      lacking.has(undefined)
        ? `${basename(file)} tells nothing of ${stackName(settings.stage)}.`
        : `${basename(file)} lacks ${[...lacking].join(", ")}.`,
      "Deploy this stage once more, so that its outputs are written.",
    );
  }
  return {
    instanceId: data.instance_id,
    flow,
    functionArn: data.function_arn,
    encryptionKeyArn: data.encryption_key_arn,
    keyIds: data.key_ids,
    parameterNames: data.parameter_names,
    encryptWith: data.encrypt_with,
  };
}

function read(path: string, file: string, remedy: string): unknown {
  try {
    return readJsonFile(path, file);
  } catch (error) {
    if (error instanceof JsonFileError) throw new StackOutputsError(error.message, remedy);
    throw error;
  }
}

function flowOf(outputs: z.output<typeof Outputs>): StackOutputs["flow"] | undefined {
  const { contact_flow_id: flow, contact_flow_module_id: module } = outputs;
  if (flow !== undefined) return { kind: "flow", id: flow };
  return module === undefined ? undefined : { kind: "module", id: module };
}

function localState({ stage, backend }: Pick<Settings, "stage" | "backend">): string {
  if (!backend) return stateFile(stage);
  throw new StackOutputsError(
    `The state is in the bucket ${backend.bucket}, which is not read here.`,
    "Deploy with cdktf deploy --outputs-file FILE, and name the file: --outputs FILE.",
  );
}

const ofStack = (json: unknown, stage: string): unknown =>
  z.record(z.string(), z.unknown()).safeParse(json).data?.[stackName(stage)];

function ofState(json: unknown): unknown {
  const state = State.safeParse(json);
  return state.data && Object.fromEntries(Object.entries(state.data.outputs).map(([name, { value }]) => [name, value]));
}
