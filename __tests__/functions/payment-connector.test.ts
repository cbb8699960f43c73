import { paymentConnector } from "../../functions/decrypt-customer-input/payment/payment-connector";
import { parsePaymentEnvironment } from "../../functions/decrypt-customer-input/payment/settings";
import { SecureParameters } from "../../functions/decrypt-customer-input/secure-parameters";

const HTTPS = {
  PAYMENT_CONNECTOR: "https",
  PAYMENT_URL: "https://payments.example:8443/tokens",
  PAYMENT_SECRET_PARAMETER: "/secure-ivr/dev/payment-secret",
};

// The client of SecureParameters is made, and asks nothing.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

it("is none where the environment names none", async () => {
  for (const environment of [{}, { PAYMENT_CONNECTOR: "none" }]) {
    const settings = parsePaymentEnvironment(environment);
    expect(settings).toEqual({ connector: "none" });
    const connector = paymentConnector(settings, new SecureParameters(300));
    expect(await connector.tokenize({ contactId: "c", idempotencyKey: "i", fields: {} }, Date.now())).toEqual({});
  }
});

it("is https with an address and the name of a secret", () => {
  expect(parsePaymentEnvironment(HTTPS)).toEqual({
    connector: "https",
    url: "https://payments.example:8443/tokens",
    secretParameter: "/secure-ivr/dev/payment-secret",
  });
});

it.each([
  { PAYMENT_CONNECTOR: "http" },
  { PAYMENT_CONNECTOR: "" },
  { PAYMENT_URL: "http://payments.example/tokens" },
  { PAYMENT_URL: "payments.example" },
  { PAYMENT_URL: undefined },
  { PAYMENT_SECRET_PARAMETER: undefined },
])("a function with %j does not start", (change) => {
  expect(() => parsePaymentEnvironment({ ...HTTPS, ...change })).toThrow();
});
