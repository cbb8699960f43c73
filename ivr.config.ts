import { defineConfig } from "./settings";

export default defineConfig({
  stage: "dev",
  region: "us-east-1",
  instance: { alias: "my-contact-center" },
  keyPairs: ["primary"],
  fields: ["cardNumber", "expiryDate", "securityCode"],
});
