import { DataAwsS3Objects } from "@cdktf/provider-aws/lib/data-aws-s3-objects";
import { DataResource, Op, type Precondition, TerraformResource, TerraformSelf } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { stackName, stateKey, stateKeyPrefix } from "../../contract/stack-outputs";
import { deploymentPlace } from "../../settings/local-states";
import type { Settings } from "../../settings/settings";
import type { DeploymentAccount } from "../deployment-account";

export interface DeploymentPinProps {
  settings: Settings;
  account: DeploymentAccount;
}

/**
 * Records the account and the Region of the first deployment in the state. With other credentials or another Region, a
 * plan would find none of the resources and create all of them again; this resource makes it fail.
 */
export class DeploymentPin extends Construct {
  readonly #address: string;

  constructor(scope: Construct, id: string, { settings, account }: DeploymentPinProps) {
    super(scope, id);
    const noFormerState = this.#noFormerState(settings);
    const record = new DataResource(this, "record", {
      input: { account: account.id, region: settings.region },
      lifecycle: {
        ignoreChanges: ["input"],
        ...(noFormerState && { precondition: [noFormerState] }),
        postcondition: [
          {
            condition: Op.and(Op.eq(recorded("account"), account.id), Op.eq(recorded("region"), settings.region)),
            errorMessage: `This state belongs to the stack ${stackName(settings.stage)} in account ${recorded("account")} in ${recorded("region")}; you are in account ${account.id} in ${settings.region}: sign in to that account and configure that Region, or choose another stage.`,
          },
        ],
      },
    });
    this.#address = `${record.terraformResourceType}.${record.friendlyUniqueId}`;
  }

  /**
   * Makes all resources below the scope depend on this one, so that Terraform plans and refreshes none of them after this
   * one has failed. Resources that name other resources in `dependsOn` depend on it through those.
   */
  checkBefore(scope: IConstruct): void {
    for (const resource of scope.node.findAll()) {
      if (!TerraformResource.isTerraformResource(resource) || resource.node.scope === this) continue;
      resource.dependsOn ??= [this.#address];
    }
  }

  /**
   * Fails a plan that would start with an empty state while the bucket has this stage's state under the default key of an
   * earlier version, or of another `allowedAccountIds`. It is left out where the credentials of the provider may not be
   * those of the backend.
   */
  #noFormerState(settings: Settings): Precondition | undefined {
    const { backend, stage, region, assumeRole, profile } = settings;
    if (!backend || backend.key !== undefined) return undefined;
    if (assumeRole || backend.assumeRole || (backend.profile ?? profile) !== profile) return undefined;
    const place = deploymentPlace(settings);
    const key = stateKey(place);
    const former = [
      `${stateKeyPrefix(stage)}.tfstate`,
      place.account === undefined
        ? `${stateKeyPrefix(stage)}/${region}/[0-9]{12}.tfstate`
        : stateKey({ stage, region }),
    ].map((name) => name.replaceAll(".", "[.]"));
    const objects = new DataAwsS3Objects(this, "states", {
      bucket: backend.bucket,
      prefix: stateKeyPrefix(stage),
      region: backend.region ?? region,
    });
    const keys = `data.aws_s3_objects.${objects.friendlyUniqueId}.keys`;
    const found = `[for key in ${keys} : key if can(regex("^(${former.join("|")})$", key))]`;
    return {
      condition: `\${contains(${keys}, ${JSON.stringify(key)}) || length(${found}) == 0}`,
      errorMessage: `The bucket ${backend.bucket} has this stage's state \${join(" and ", ${found})}, but the configuration uses ${key}: write the key of the state to use into backend.key, or write ${key} there for a new deployment.`,
    };
  }
}

const recorded = (name: "account" | "region"): string => TerraformSelf.getString(`output.${name}`);
