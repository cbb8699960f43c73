import { parseEnvironment } from "../../functions/decrypt-customer-input/environment";

const REQUIRED = {
  DECRYPTION_KEY_PARAMETER_PREFIX: "/keys/",
  SECRET_CACHE_SECONDS: "300",
  STAGE: "dev",
  FIELDS: '[{"kind":"expiryDate","name":"expiryDate"}]',
  TIME_ZONE: "Asia/Tokyo",
};
const HTTPS = {
  ...REQUIRED,
  PAYMENT_CONNECTOR: "https",
  PAYMENT_URL: "https://payments.example:8443/tokens",
  PAYMENT_SECRET_PARAMETER: "/secure-ivr/dev/payment-secret",
};

it.each([{}, { PAYMENT_CONNECTOR: "none" }])("parses an environment without a payment: %j", (variables) => {
  expect(parseEnvironment({ ...REQUIRED, ...variables })).toEqual({
    parameterPrefix: "/keys/",
    cacheSeconds: 300,
    stage: "dev",
    fields: [{ kind: "expiryDate", name: "expiryDate" }],
    timeZone: "Asia/Tokyo",
    payment: { connector: "none" },
  });
});

it("parses the address and the secret's name of a payment endpoint", () => {
  expect(parseEnvironment(HTTPS).payment).toEqual({
    connector: "https",
    url: "https://payments.example:8443/tokens",
    secretParameter: "/secure-ivr/dev/payment-secret",
  });
});

it.each([
  ["PAYMENT_CONNECTOR", "http"],
  ["PAYMENT_CONNECTOR", ""],
  ["PAYMENT_URL", "http://payments.example/tokens"],
  ["PAYMENT_URL", "payments.example"],
  ["PAYMENT_URL", undefined],
  ["PAYMENT_SECRET_PARAMETER", undefined],
  ["DECRYPTION_KEY_PARAMETER_PREFIX", "keys"],
  ["SECRET_CACHE_SECONDS", "0"],
  ["STAGE", ""],
  ["FIELDS", '[{"kind":"shoeSize","name":"shoeSize"}]'],
  ["FIELDS", undefined],
  ["TIME_ZONE", undefined],
])("rejects %s with the value %j", (name, value) => {
  expect(() => parseEnvironment({ ...HTTPS, [name]: value })).toThrow();
});
