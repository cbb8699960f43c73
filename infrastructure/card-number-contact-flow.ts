import { ConnectContactFlow } from "@cdktf/provider-aws/lib/connect-contact-flow";
import { ConnectPhoneNumber } from "@cdktf/provider-aws/lib/connect-phone-number";
import { ConnectPhoneNumberContactFlowAssociation } from "@cdktf/provider-aws/lib/connect-phone-number-contact-flow-association";
import { Construct } from "constructs";
import { cardNumberFlow } from "../flows/card-number";
import type { DecryptFunction } from "./decrypt-function";
import type { InputKey } from "./input-key";
import type { Settings } from "./settings";

export interface CardNumberContactFlowProps {
  name: string;
  instance: { id: string; arn: string };
  /** the key that the flow encrypts under */
  inputKey: InputKey;
  decryptFunction: DecryptFunction;
  phoneNumber?: Settings["phoneNumber"];
}

/** The published flow, and the number that reaches it where one is wanted. */
export class CardNumberContactFlow extends Construct {
  readonly flowId: string;
  readonly phoneNumber: string | undefined;

  constructor(scope: Construct, id: string, props: CardNumberContactFlowProps) {
    super(scope, id);
    const { name, instance, inputKey, decryptFunction, phoneNumber } = props;
    const flow = new ConnectContactFlow(this, "flow", {
      instanceId: instance.id,
      name,
      description: "Takes a card number, encrypted while it is typed",
      type: "CONTACT_FLOW",
      content: JSON.stringify(
        cardNumberFlow({
          keyId: inputKey.keyId,
          certificate: inputKey.certificate,
          functionArn: decryptFunction.arn,
        }),
      ),
      // No caller may reach the flow before its input can be decrypted.
      dependsOn: [...decryptFunction.callable, inputKey.parameter],
    });
    this.flowId = flow.contactFlowId;
    if (phoneNumber) {
      const number = new ConnectPhoneNumber(this, "phone-number", { ...phoneNumber, targetArn: instance.arn });
      new ConnectPhoneNumberContactFlowAssociation(this, "phone-number-flow", {
        phoneNumberId: number.id,
        instanceId: instance.id,
        contactFlowId: flow.contactFlowId,
      });
      this.phoneNumber = number.phoneNumber;
    }
  }
}
