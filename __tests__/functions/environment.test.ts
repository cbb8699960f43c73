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

// While Lambda updates the function, new code runs with the previous version's environment for a moment, or old code with the
// next version's. So a variable that is added later needs a default, and the first version's variables remain sufficient.
describe("the moment between two versions", () => {
  it("starts with the variables of the first version", () => {
    const firstVersion = ["DECRYPTION_KEY_PARAMETER_PREFIX", "SECRET_CACHE_SECONDS", "STAGE", "FIELDS", "TIME_ZONE"];
    expect(Object.keys(REQUIRED)).toEqual(firstVersion);
    const fields = [
      { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["visa", "mastercard"] },
      { kind: "expiryDate", name: "expiryDate" },
      { kind: "securityCode", name: "securityCode" },
      { kind: "postalCode", name: "postalCode", min: 3, max: 10 },
      { kind: "digits", name: "accountNumber", min: 4, max: 9, check: "modulus11" },
    ];
    expect(parseEnvironment({ ...REQUIRED, FIELDS: JSON.stringify(fields) }).fields).toEqual(fields);
  });

  it("ignores variables that it does not know", () => {
    expect(parseEnvironment({ ...REQUIRED, ADDED_LATER: "", PAYMENT_ADDED_LATER: "{" })).toEqual(
      parseEnvironment(REQUIRED),
    );
  });

  it("ignores kinds of fields, check digit rules, brands and properties that it does not know", () => {
    const FIELDS = JSON.stringify([
      { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["visa", "rupay"], addedLater: true },
      { kind: "shoeSize", name: "shoeSize", unit: "cm" },
      { kind: "digits", name: "taxNumber", min: 11, max: 11, check: "addedLater" },
      { kind: "digits", name: "accountNumber", min: 4, max: 9, check: "luhn" },
    ]);
    expect(parseEnvironment({ ...REQUIRED, FIELDS }).fields).toEqual([
      { kind: "cardNumber", name: "cardNumber", max: 19, allowedBrands: ["visa"] },
      { kind: "digits", name: "accountNumber", min: 4, max: 9, check: "luhn" },
    ]);
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
  ["FIELDS", "[]"],
  ["FIELDS", "{}"],
  ["FIELDS", '[{"kind":"cardNumber","name":"cardNumber","max":"19","allowedBrands":["visa"]}]'],
  ["FIELDS", '[{"kind":"cardNumber","name":"cardNumber","max":19,"allowedBrands":["rupay"]}]'],
  ["FIELDS", '[{"kind":"digits","name":"cardNumber","min":1,"max":19}]'],
  ["FIELDS", undefined],
  ["TIME_ZONE", undefined],
])("rejects %s with the value %j", (name, value) => {
  expect(() => parseEnvironment({ ...HTTPS, [name]: value })).toThrow();
});
