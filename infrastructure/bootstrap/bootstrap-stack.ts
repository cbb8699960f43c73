import { join, relative } from "node:path";
import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, LocalBackend, S3Backend, TerraformOutput, TerraformStack } from "cdktf";
import type { BootstrapSettings } from "../../settings/bootstrap-settings";
import { asTerraformLiterals } from "../terraform-literal";
import { CiRole, GITHUB_AUDIENCE, GITHUB_ISSUER } from "./ci-role";
import { CI_NAME_PREFIX } from "./provider-actions";
import { boundaryPolicy, type CiRoleName, rolePolicies } from "./role-policies";
import { StateBucket } from "./state-bucket";

/** `use_lockfile` without DynamoDB requires Terraform 1.11. */
const REQUIRED_TERRAFORM = ">= 1.11";
const BOUNDARY_NAME = `${CI_NAME_PREFIX}boundary`;

/** Contains the bucket's name, which no other account has, so that the states of two accounts cannot be confused. */
export const bootstrapStackName = (bucket: string): string => `secure-ivr-bootstrap-${bucket}`;

export const bootstrapStateFile = (bucket: string): string => `terraform.${bootstrapStackName(bucket)}.tfstate`;

export interface BootstrapStackProps {
  settings: BootstrapSettings;
  /** the folder that contains cdktf.json, and a local state */
  projectDir: string;
}

/** What an account needs before CI can plan and deploy: the state's bucket, trust in GitHub and one role for each task. */
export class BootstrapStack extends TerraformStack {
  constructor(app: App, { settings: written, projectDir }: BootstrapStackProps) {
    const settings = asTerraformLiterals(written);
    const { repository, bucket, branch, region: regions } = settings;
    const name = bootstrapStackName(bucket);
    super(app, name);
    const [region = ""] = regions;

    this.addOverride("terraform.required_version", REQUIRED_TERRAFORM);
    this.keepState(settings, relative(join(app.outdir, "stacks", name), projectDir));
    new AwsProvider(this, "aws", { region, defaultTags: [{ tags: { Project: "connect-secure-ivr-bootstrap" } }] });
    const account = new DataAwsCallerIdentity(this, "caller").accountId;
    const partition = new DataAwsPartition(this, "partition").partition;

    new StateBucket(this, "state-bucket", bucket);
    const oidcProviderArn =
      settings.oidcProviderArn ??
      new IamOpenidConnectProvider(this, "github", {
        url: `https://${GITHUB_ISSUER}`,
        clientIdList: [GITHUB_AUDIENCE],
      }).arn;
    const permissionsBoundary =
      settings.permissionsBoundary ??
      new IamPolicy(this, "boundary", {
        name: BOUNDARY_NAME,
        description: "The most that a role of a stage can be allowed",
        policy: boundaryPolicy({ partition, account, regions }),
      }).arn;

    const scope = {
      partition,
      account,
      regions,
      stateBucket: bucket,
      codeSigningBucket: settings.codeSigningBucket,
      permissionsBoundary: settings.permissionsBoundary ?? `arn:{partition}:iam::{account}:policy/${BOUNDARY_NAME}`,
    };
    const role = (id: CiRoleName, trust: { description: string; subjects: string[]; branch?: string }) =>
      new CiRole(this, `${id}-role`, {
        name: `${CI_NAME_PREFIX}${id}`,
        oidcProviderArn,
        ...trust,
        subjects: trust.subjects.map((subject) => `repo:${repository}:${subject}`),
        policies: rolePolicies(id, scope),
      }).arn;
    const planRole = role("plan", {
      description: "Plans pull requests without a refresh",
      subjects: ["pull_request"],
    });
    const refreshRole = role("refresh", {
      description: `Plans the branch ${branch} with a refresh, which reads parameters decrypted`,
      subjects: [`ref:refs/heads/${branch}`],
    });
    const deployRole = role("deploy", {
      description: `Deploys the branch ${branch} after approval`,
      subjects: settings.environment.map((environment) => `environment:${environment}`),
      branch,
    });

    this.output("plan_role_arn", planRole);
    this.output("refresh_role_arn", refreshRole);
    this.output("deploy_role_arn", deployRole);
    this.output(
      "ivr_config",
      [
        `backend: { bucket: "${bucket}", region: "${region}" },`,
        `deployers: ["${deployRole}", "${refreshRole}"],`,
        `permissionsBoundary: "${permissionsBoundary}",`,
      ].join("\n"),
    );
    this.output(
      "ivr_stages",
      JSON.stringify(
        settings.environment.map((environment) => ({ environment, region, planRole, refreshRole, deployRole })),
      ),
    );
  }

  private output(id: string, value: string): void {
    new TerraformOutput(this, id, { value });
  }

  private keepState({ bucket, region: [region = ""], stateInBucket }: BootstrapSettings, projectDir: string): void {
    if (!stateInBucket) {
      new LocalBackend(this, { path: `${projectDir}/${bootstrapStateFile(bucket)}` });
      return;
    }
    // The deploy role may not write this key, or it could change its own permissions.
    const s3 = new S3Backend(this, { bucket, key: "bootstrap.tfstate", region, encrypt: true });
    s3.addOverride("use_lockfile", true);
  }
}
