import { Command } from "commander";
import { checkAccount } from "../deployment-checks/account";
import { type CheckResult, failed, passed } from "../deployment-checks/check";
import { awsAccess } from "../deployment-checks/credentials";
import { checkKeyPairFiles, checkPaymentSecret } from "../deployment-checks/secrets";
import { checkNode, checkTerraform } from "../deployment-checks/tools";
import { engines } from "../package.json";
import { configFile, loadSettings, type Settings } from "../settings/settings";
import { settingsWarnings } from "../settings/warnings";
import { printChecklist } from "./checklist";
import { withProgress } from "./progress";

export const doctorCommand = (): Command =>
  new Command("doctor")
    .description("check this machine and the AWS account before a deployment; changes nothing")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- doctor")
    .action(doctor);

async function doctor({ json }: { json?: boolean }): Promise<void> {
  const tools = [checkNode(process.versions.node, engines.node), checkTerraform()];
  printChecklist([...tools, ...(await checkConfiguration())], { json });
}

async function checkConfiguration(): Promise<CheckResult[]> {
  const name = "Configuration";
  let settings: Settings;
  try {
    settings = loadSettings(configFile(process.env));
  } catch (error) {
    return [failed(name, (error as Error).message, "Correct it first. Key pairs and account are checked after that.")];
  }
  const { stage, region, allowedAccountIds, instance, keyPairs, payment } = settings;
  const now = new Date();
  const certificateFiles = keyPairs.map(({ files }) => files.certificate);
  return [
    passed(name, [`Stage ${stage} in ${region}.`, ...settingsWarnings(settings)].join(" ")),
    ...keyPairs.flatMap((pair) => checkKeyPairFiles(pair, now, process.env)),
    ...(payment.connector === "none" ? [] : [checkPaymentSecret(process.env)]),
    ...(await withProgress("Checking AWS …", "Checked AWS", () =>
      checkAccount(
        { access: awsAccess(settings, process.env), allowedAccountIds, instance, certificateFiles },
        process.env,
      ),
    )),
  ];
}
