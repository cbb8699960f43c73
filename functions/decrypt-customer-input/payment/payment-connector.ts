import type { SecureParameters } from "../secure-parameters";
import type { PaymentConnector } from "./connector";
import { HttpsPayment } from "./https";
import { noPayment } from "./none";
import type { PaymentSettings } from "./settings";

/** The connector that the deployment has chosen. */
export function paymentConnector(settings: PaymentSettings, parameters: SecureParameters): PaymentConnector {
  return settings.connector === "none" ? noPayment : new HttpsPayment(settings, parameters);
}
