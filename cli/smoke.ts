import { Command, InvalidArgumentError } from "commander";
import { type CheckResult, failed, passed } from "../deployment-checks/check";
import { awsAccess } from "../deployment-checks/credentials";
import { testNumberProblem } from "../deployment-checks/invoke-function";
import { smoke } from "../deployment-checks/smoke";
import { configFile, loadSettings, type Settings } from "../settings/settings";
import { readStackOutputs, type StackOutputs, StackOutputsError } from "../settings/stack-outputs";
import { printChecklist } from "./checklist";
import { withProgress } from "./progress";

interface SmokeOptions {
  outputs?: string;
  json?: boolean;
}

export const smokeCommand = (): Command =>
  new Command("smoke")
    .description("check a deployment, and invoke its function with a test number; changes only its log and metrics")
    .option("--outputs <file>", "file from cdktf deploy --outputs-file (default: the local state)", parseFileName)
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- smoke --outputs outputs.json")
    .action(async ({ outputs, json }: SmokeOptions) => printChecklist(await checkDeployment(outputs), { json }));

function parseFileName(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must name a file.");
  return text;
}

async function checkDeployment(outputsFile: string | undefined): Promise<CheckResult[]> {
  let settings: Settings;
  try {
    settings = loadSettings(configFile(process.env));
  } catch (error) {
    const remedy = "Correct it first. The deployment is checked after that.";
    return [failed("Configuration", (error as Error).message, remedy)];
  }
  const { stage, region, keyPairs } = settings;
  let outputs: StackOutputs;
  try {
    outputs = readStackOutputs(settings, process.cwd(), outputsFile);
  } catch (error) {
    if (!(error instanceof StackOutputsError)) throw error;
    return [failed("Outputs", error.message, error.remedy)];
  }
  const deployment = {
    access: awsAccess(settings, process.env),
    outputs,
    certificateFile: keyPairs.find(({ name }) => name === outputs.encryptWith)?.files.certificate,
    testNumberProblem: testNumberProblem(settings),
  };
  const results = await withProgress("Checking AWS …", "Checked AWS", () => smoke(deployment, process.env));
  return [passed("Outputs", `Stage ${stage} is deployed in ${region}.`), ...results];
}
