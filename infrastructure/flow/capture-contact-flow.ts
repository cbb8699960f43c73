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
  /** the key that the flow encrypts with */
  inputKey: InputKey;
  decryptFunction: DecryptFunction;
  settings: Settings;
}

/** The published flow or module, and the phone number of a flow if one is configured. */
export class CaptureContactFlow extends Construct {
  readonly id: string;
  /** Terraform's address of the flow or module, for `depends_on` */
  readonly address: string;
  readonly phoneNumber: string | undefined;

  constructor(scope: Construct, id: string, props: CaptureContactFlowProps) {
    super(scope, id);
    const { name, instance, inputKey, decryptFunction, settings } = props;
    const published = {
      instanceId: instance.id,
      name,
      description: "Captures card data as encrypted customer input",
      content: flowContent(
        captureFlowProps(settings, {
          encryption: { keyId: inputKey.keyId, certificate: inputKey.certificate },
          functionArn: decryptFunction.arn,
          instanceArn: instance.arn,
        }),
      ),
      // Callers must not reach the flow before the function can decrypt their input.
      dependsOn: [...decryptFunction.requiredByFlow, inputKey.parameter],
    };
    if (settings.flowKind === "module") {
      const module = new ConnectContactFlowModule(this, "module", published);
      this.address = addressOf(module);
      this.id = module.contactFlowModuleId;
      return;
    }
    const flow = new ConnectContactFlow(this, "flow", { ...published, type: "CONTACT_FLOW" });
    this.address = addressOf(flow);
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

/** The flow's JSON. A flow that is too large throws a {@link SettingsError}: only the configuration can make it smaller. */
function flowContent(props: CaptureFlowProps): string {
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
      `The configuration produces a flow that ${tooLarge.problem}, more than Amazon Connect accepts: configure fewer fields, attempts or languages, or shorter prompts.`,
    );
  }
}

const addressOf = ({ terraformResourceType, friendlyUniqueId }: TerraformResource) =>
  `${terraformResourceType}.${friendlyUniqueId}`;
