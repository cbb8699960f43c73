import { Command } from "commander";
import { checkAccount } from "../deployment-checks/account";
import { type Check, failed, passed } from "../deployment-checks/check";
import { checkKeyPair } from "../deployment-checks/key-files";
import { checkPaymentSecret } from "../deployment-checks/payment-secret";
import { checkNode, checkTerraform } from "../deployment-checks/tools";
import { engines } from "../package.json";
import { configFile, loadSettings, type Settings } from "../settings/settings";
import { printChecklist } from "./checklist";
import { withProgress } from "./progress";

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description("check this machine before a first deploy, and the account it goes to; changes nothing")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- doctor")
    .action(doctor);

async function doctor({ json }: { json?: boolean }): Promise<void> {
  const checks = [checkNode(process.versions.node, engines.node), checkTerraform(), ...(await configured())];
  printChecklist(checks, { json });
}

async function configured(): Promise<Check[]> {
  const name = "Configuration";
  let settings: Settings;
  try {
    settings = loadSettings(configFile(process.env));
  } catch (error) {
    return [failed(name, (error as Error).message, "Correct it; key pairs and account are checked after that.")];
  }
  const { stage, region, instance, keyPairs, payment } = settings;
  const now = new Date();
  const certificateFiles = keyPairs.map(({ files }) => files.certificate);
  return [
    passed(name, `Stage ${stage} in ${region}.`),
    ...keyPairs.flatMap((pair) => checkKeyPair(pair, now, process.env)),
    ...(payment.connector === "none" ? [] : [checkPaymentSecret(process.env)]),
    ...(await withProgress("Asking AWS …", "Finished with AWS", () =>
      checkAccount({ region, instance, certificateFiles }, process.env),
    )),
  ];
}
