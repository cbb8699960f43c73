import type { CallProject } from "./call-project";

/** Adds the field that docs/extending.md describes, with a check of its own. */
export function addField(project: CallProject): void {
  const prompt = 'prompt: "Your account number, then pound."';
  project.edit(
    "ivr.config.ts",
    'fields: ["cardNumber", "expiryDate", "securityCode"],',
    `fields: [digits("accountNumber", { min: 6, max: 10, check: "even", ${prompt} })],`,
  );
  project.edit("ivr.config.ts", "{ defineConfig }", "{ defineConfig, digits }");
  const rule = "const even: HasValidCheckDigit = (digits) => Number(digits.at(-1)) % 2 === 0;";
  project.edit("contract/check-digits.ts", "/** The rules that", `${rule}\n\n/** The rules that`);
  project.edit("contract/check-digits.ts", "{ luhn,", "{ even, luhn,");
}
