import { Command, InvalidArgumentError } from "commander";
import { type Check, failed, passed } from "../deployment-checks/check";
import { type Expected, smoke } from "../deployment-checks/smoke";
import { configFile, loadSettings, type Settings } from "../settings/settings";
import { readStackOutputs, type StackOutputs, StackOutputsError } from "../settings/stack-outputs";
import { printChecklist } from "./checklist";
import { withProgress } from "./progress";

/** Digits of the test number, and its brand. */
const TEST_NUMBER = { length: 16, brand: "visa" } as const;

interface SmokeOptions {
  outputs?: string;
  json?: boolean;
}

export const smokeCommand = (): Command =>
  new Command("smoke")
    .description("check what is deployed, and ring its function with a test number; changes nothing but its log")
    .option("--outputs <file>", "what cdktf deploy --outputs-file has written (default: the local state)", fileOf)
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- smoke --outputs outputs.json")
    .action(async ({ outputs, json }: SmokeOptions) => printChecklist(await checks(outputs), { json }));

function fileOf(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must name a file.");
  return text;
}

async function checks(outputsFile: string | undefined): Promise<Check[]> {
  let settings: Settings;
  try {
    settings = loadSettings(configFile(process.env));
  } catch (error) {
    return [failed("Configuration", (error as Error).message, "Correct it; all else is checked after that.")];
  }
  const { stage, region } = settings;
  let outputs: StackOutputs;
  try {
    outputs = readStackOutputs(settings, process.cwd(), outputsFile);
  } catch (error) {
    if (!(error instanceof StackOutputsError)) throw error;
    return [failed("Outputs", error.message, error.remedy)];
  }
  const read = passed("Outputs", `Stage ${stage} in ${region} has been deployed.`);
  const made = () => smoke({ region, ...outputs }, expected(settings, outputs), process.env);
  return [read, ...(await withProgress("Asking AWS …", "Finished with AWS", made))];
}

function expected(settings: Settings, { encryptWith }: StackOutputs): Expected {
  return {
    certificateFile: settings.keyPairs.find(({ name }) => name === encryptWith)?.files.certificate,
    noRing: noRing(settings),
  };
}

function noRing({ fields, allowedBrands }: Settings): string | undefined {
  const cardNumber = fields.find(({ name }) => name === "cardNumber");
  if (!cardNumber) return "Not rung: the configuration's fields have no cardNumber to try it with.";
  const fits = "maximumLength" in cardNumber && cardNumber.maximumLength >= TEST_NUMBER.length;
  if (fits && allowedBrands.includes(TEST_NUMBER.brand)) return undefined;
  return `Not rung: the test number is a Visa card's of ${TEST_NUMBER.length} digits, which cardNumber does not take.`;
}
