import { ConnectContactFlow } from "@cdktf/provider-aws/lib/connect-contact-flow";
import { ConnectContactFlowModule } from "@cdktf/provider-aws/lib/connect-contact-flow-module";
import { ConnectPhoneNumber } from "@cdktf/provider-aws/lib/connect-phone-number";
import { ConnectPhoneNumberContactFlowAssociation } from "@cdktf/provider-aws/lib/connect-phone-number-contact-flow-association";
import type { TerraformResource } from "cdktf";
import { Construct } from "constructs";
import { assertValidFlow, FlowError } from "../../flow-validation/validate-flow";
import { type CaptureFlowProps, captureFlow } from "../../flows/capture-flow";
import { type Settings, SettingsError } from "../../settings/settings";
import type { DecryptFunction } from "../function/decrypt-function";
import type { InputKey } from "../keys/input-key";
import { captureFlowProps } from "./capture-flow-props";

export interface CaptureContactFlowProps {
  name: string;
  instance: { id: string; arn: string };
  /** the key that the flow encrypts under */
  inputKey: InputKey;
  decryptFunction: DecryptFunction;
  settings: Settings;
}

/** The published flow or module, and the number that reaches a flow where one is wanted. */
export class CaptureContactFlow extends Construct {
  readonly id: string;
  /** Terraform's address of the flow or module, for what must come after it */
  readonly published: string;
  readonly phoneNumber: string | undefined;

  constructor(scope: Construct, id: string, props: CaptureContactFlowProps) {
    super(scope, id);
    const { name, instance, inputKey, decryptFunction, settings } = props;
    const published = {
      instanceId: instance.id,
      name,
      description: "Takes card data, encrypted while it is typed",
      content: contentOf(
        captureFlowProps(settings, {
          encryption: { keyId: inputKey.keyId, certificate: inputKey.certificate },
          functionArn: decryptFunction.arn,
          instanceArn: instance.arn,
        }),
      ),
      // No caller may reach the flow before its input can be decrypted.
      dependsOn: [...decryptFunction.callable, inputKey.parameter],
    };
    if (settings.flowKind === "module") {
      const module = new ConnectContactFlowModule(this, "module", published);
      this.published = addressOf(module);
      this.id = module.contactFlowModuleId;
      return;
    }
    const flow = new ConnectContactFlow(this, "flow", { ...published, type: "CONTACT_FLOW" });
    this.published = addressOf(flow);
    this.id = flow.contactFlowId;
    if (settings.phoneNumber) {
      const number = new ConnectPhoneNumber(this, "phone-number", { ...settings.phoneNumber, targetArn: instance.arn });
      new ConnectPhoneNumberContactFlowAssociation(this, "phone-number-flow", {
        phoneNumberId: number.id,
        instanceId: instance.id,
        contactFlowId: this.id,
      });
      this.phoneNumber = number.phoneNumber;
    }
  }
}

/** Whoever configures writes no actions: what they can do about too many is said in terms of the configuration. */
function contentOf(props: CaptureFlowProps): string {
  try {
    const flow = captureFlow(props);
    assertValidFlow(flow);
    return JSON.stringify(flow);
  } catch (error) {
    const tooLarge =
      error instanceof FlowError &&
      error.problems.find(({ rule }) => rule === "too-many-actions" || rule === "too-long");
    if (!tooLarge) throw error;
    throw new SettingsError(
      `The configuration makes a flow that ${tooLarge.problem}, which is more than Connect takes: configure fewer fields, attempts or languages, or shorter prompts.`,
    );
  }
}

const addressOf = ({ terraformResourceType, friendlyUniqueId }: TerraformResource) =>
  `${terraformResourceType}.${friendlyUniqueId}`;
