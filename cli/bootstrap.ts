import { relative } from "node:path";
import { Command } from "commander";
import { parseBootstrapSettings } from "../settings/bootstrap-settings";
import { configFile, loadSettings } from "../settings/settings";
import { printJson, printLine } from "./output";

interface BootstrapOptions {
  repository: string;
  bucket: string;
  environment?: string[];
  branch?: string;
  region?: string[];
  oidcProviderArn?: string;
  permissionsBoundary?: string;
  codeSigningBucket?: string;
  stateInBucket?: boolean;
  json?: boolean;
}

const eachTime = (value: string, earlier: string[] = []): string[] => [...earlier, value];

export const bootstrapCommand = (): Command =>
  new Command("bootstrap")
    .description("write the Terraform configuration of what an account needs for CI: roles and state bucket")
    .requiredOption("--repository <owner/name>", "GitHub repository whose workflows may assume the roles")
    .requiredOption("--bucket <name>", "new S3 bucket for Terraform's state")
    .option("--environment <name>", "GitHub environment that may deploy; repeatable (default: production)", eachTime)
    .option("--branch <name>", "branch that is deployed (default: main)")
    .option("--region <region>", "Region of a stage; repeatable (default: the configuration's)", eachTime)
    .option("--oidc-provider-arn <arn>", "the account's OIDC provider for GitHub, if it has one")
    .option("--permissions-boundary <arn>", "policy for the roles of stages (default: a new one)")
    .option("--code-signing-bucket <name>", "bucket of the configuration's function.codeSigning")
    .option("--state-in-bucket", "keep the state of this configuration in the bucket, once the bucket exists")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- bootstrap --repository example/ivr --bucket example-ivr-state")
    .action(bootstrap);

async function bootstrap({ json, ...options }: BootstrapOptions): Promise<void> {
  const settings = parseBootstrapSettings({
    ...options,
    environment: options.environment ?? ["production"],
    branch: options.branch ?? "main",
    region: options.region ?? [loadSettings(configFile(process.env)).region],
  });
  const { synthesizeBootstrap } = await import("../infrastructure/bootstrap/synthesize-bootstrap");
  const projectDir = process.cwd();
  const stackDir = synthesizeBootstrap({ settings, projectDir, outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out" });

  const folder = relative(projectDir, stackDir);
  const terraform = `terraform -chdir=${folder}`;
  const commands = [
    `${terraform} init${settings.stateInBucket ? " -migrate-state" : ""}`,
    `${terraform} plan -out=bootstrap.tfplan`,
    `${terraform} show -json bootstrap.tfplan | npm run --silent ivr -- plan-summary -`,
    `${terraform} apply bootstrap.tfplan`,
  ];
  if (json) {
    printJson({ folder, commands });
    return;
  }
  printLine(`Wrote ${folder}. With an administrator's credentials, plan, read the plan, and apply it:`);
  for (const command of commands) process.stdout.write(`  ${command}\n`);
  printLine(
    settings.stateInBucket
      ? "The first command moves the local state into the bucket."
      : "Then run this command again with --state-in-bucket, to move the state from this folder into the bucket.",
  );
  printLine("docs/ci.md lists what to set in ivr.config.ts and in GitHub.");
}
