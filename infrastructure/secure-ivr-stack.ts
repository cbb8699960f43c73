import { join, relative, resolve } from "node:path";
import { DataAwsConnectInstance } from "@cdktf/provider-aws/lib/data-aws-connect-instance";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { type App, TerraformOutput, TerraformStack } from "cdktf";
import { type StackOutputValues, stackName } from "../contract/stack-outputs";
import type { Settings } from "../settings/settings";
import { stackTags } from "../settings/tag-settings";
import type { UsableKeyPair } from "../settings/usable-key-pair";
import { DeploymentAccount } from "./deployment-account";
import { CaptureContactFlow } from "./flow/capture-contact-flow";
import { capturedFields } from "./flow/capture-flow-props";
import { DecryptFunction } from "./function/decrypt-function";
import type { FunctionPackage } from "./function/function-package";
import { PaymentSecret } from "./function/payment-secret";
import { EncryptionKey } from "./keys/encryption-key";
import { InputKey } from "./keys/input-key";
import { Monitoring } from "./monitoring/monitoring";
import { configureBackend, terraformRole } from "./state/backend";
import { DeploymentPin } from "./state/deployment-pin";
import { asTerraformLiterals } from "./terraform-literal";

/** Write-only arguments need Terraform 1.11. */
const REQUIRED_TERRAFORM = ">= 1.11";

export interface SecureIvrStackProps {
  settings: Settings;
  keyPairs: UsableKeyPair[];
  functionPackage: FunctionPackage;
  /** the folder that contains cdktf.json, and the state file of a local backend */
  projectDir: string;
  /** reminders that were due before this time are left out; default: the current time */
  now?: Date;
}

/** All resources of one stage. */
export class SecureIvrStack extends TerraformStack {
  constructor(app: App, props: SecureIvrStackProps) {
    const name = stackName(props.settings.stage);
    super(app, name);
    const stackDir = join(app.outdir, "stacks", name);

    this.addOverride("terraform.required_version", REQUIRED_TERRAFORM);
    configureBackend(this, props.settings, relative(stackDir, props.projectDir));
    // From here on, everything that a user wrote is escaped.
    const { functionPackage, now = new Date() } = props;
    const settings = asTerraformLiterals(props.settings);
    const keyPairs = asTerraformLiterals(props.keyPairs.map((keyPair) => relativeTo(stackDir, keyPair)));
    new AwsProvider(this, "aws", {
      region: settings.region,
      profile: settings.profile,
      assumeRole: settings.assumeRole && [terraformRole(settings.assumeRole)],
      allowedAccountIds: settings.allowedAccountIds.length > 0 ? settings.allowedAccountIds : undefined,
      defaultTags: [{ tags: stackTags(settings) }],
    });
    const account = new DeploymentAccount(this, "account", settings.region);
    const pin = new DeploymentPin(this, "deployment", { settings, account });
    const instance = new DataAwsConnectInstance(
      this,
      "instance",
      "id" in settings.instance ? { instanceId: settings.instance.id } : { instanceAlias: settings.instance.alias },
    );

    // IAM and CloudWatch dashboards have one namespace for all Regions of an account.
    const globalName = `${name}-${settings.region}`;
    const functionName = `${name}-decrypt-customer-input`;
    const functionRoleName = `${globalName}-function`;
    const logGroupName = `/aws/lambda/${functionName}`;
    const encryptionKey = new EncryptionKey(this, "encryption-key", {
      name,
      account,
      logGroupName,
      // Earlier versions used the second name. The apply that replaces that role needs both.
      functionRoleArns: [functionRoleName, functionName].map((role) => account.iamArn(`role/${role}`)),
      deployerArns: settings.deployers.length > 0 ? settings.deployers : [account.callerArn()],
    });
    const inputKeys = keyPairs.map(
      (keyPair) =>
        new InputKey(this, `key-pair-${keyPair.name}`, {
          keyPair,
          instanceArn: instance.arn,
          encryptionKeyArn: encryptionKey.arn,
        }),
    );
    const currentKey = inputKeys.find(({ keyPairName }) => keyPairName === settings.encryptWith);
    if (!currentKey)
      throw new Error(`encryptWith names the key pair ${settings.encryptWith}, which keyPairs does not contain.`);
    const { payment } = settings;
    const decryptFunction = new DecryptFunction(this, "decrypt-function", {
      name: functionName,
      roleName: functionRoleName,
      stackName: name,
      stage: settings.stage,
      logGroupName,
      functionPackage,
      inputKeys,
      payment:
        payment.connector === "none"
          ? undefined
          : {
              url: payment.url,
              secret: new PaymentSecret(this, "payment-secret", {
                stage: settings.stage,
                secretVersion: payment.secretVersion,
                encryptionKeyArn: encryptionKey.arn,
              }),
            },
      encryptionKeyArn: encryptionKey.arn,
      fields: capturedFields(settings).map(({ field }) => field),
      timeZone: settings.timeZone,
      account,
      instance,
      options: settings.function,
      permissionsBoundary: settings.permissionsBoundary,
    });
    const contactFlow = new CaptureContactFlow(this, "capture", {
      name: `${name}-capture`,
      instance,
      inputKey: currentKey,
      decryptFunction,
      settings,
    });
    const monitoring = new Monitoring(this, "monitoring", {
      stackName: name,
      globalName,
      stage: settings.stage,
      account,
      functionName: decryptFunction.name,
      instanceId: instance.id,
      inputKeys,
      currentKey,
      settings: settings.alarms,
      permissionsBoundary: settings.permissionsBoundary,
      now,
    });

    pin.checkBefore(this);

    const byKeyPair = (value: (key: InputKey) => string) =>
      Object.fromEntries(inputKeys.map((inputKey) => [inputKey.keyPairName, value(inputKey)]));
    this.output("instance_id", instance.id);
    this.output("encryption_key_arn", encryptionKey.arn);
    this.output("function_name", decryptFunction.name);
    this.output("function_arn", decryptFunction.arn);
    this.output(settings.flowKind === "module" ? "contact_flow_module_id" : "contact_flow_id", contactFlow.id);
    this.output(
      "key_ids",
      byKeyPair(({ keyId }) => keyId),
    );
    // When an apply fails before it updates the flow, the output must keep the previous key pair.
    this.output("encrypt_with", settings.encryptWith).addOverride("depends_on", [contactFlow.address]);
    this.output(
      "parameter_names",
      byKeyPair(({ parameter }) => parameter.name),
    );
    this.output(
      "certificate_expiry_dates",
      byKeyPair(({ certificateExpiryDate }) => certificateExpiryDate),
    );
    this.output("alarm_topic_arn", monitoring.topicArn);
    if (contactFlow.phoneNumber) this.output("phone_number", contactFlow.phoneNumber);
  }

  /** Skips cdktf's search for references to other stacks, which resolves every element. This app has one stack. */
  override prepareStack(): void {}

  private output<Name extends keyof StackOutputValues>(name: Name, value: StackOutputValues[Name]): TerraformOutput {
    return new TerraformOutput(this, name, { value });
  }
}

/** Terraform runs in the stack's folder and reads the private key file from there. */
const relativeTo = (stackDir: string, keyPair: UsableKeyPair): UsableKeyPair =>
  "file" in keyPair.privateKey
    ? { ...keyPair, privateKey: { file: relative(stackDir, resolve(keyPair.privateKey.file)).replaceAll("\\", "/") } }
    : keyPair;
