import { Token } from "cdktf";
import { SettingsError } from "../settings/settings";

/**
 * Terraform evaluates `${…}` and `%{…}` in every string of its JSON configuration, in the names in an object, too. This
 * function escapes both in every string of a value, so that Terraform reads the string itself. All texts that a user writes
 * go through it on their way into the stack. The exception is the backend: Terraform takes its settings literally.
 *
 * Source: "JSON Configuration Syntax" and "Strings and Templates" in Terraform's documentation.
 *
 * @throws SettingsError for a string that cdktf would replace by a reference: such a string cannot be escaped
 */
export function asTerraformLiterals<Value>(value: Value): Value {
  return escaped(value) as Value;
}

function escaped(value: unknown): unknown {
  if (typeof value === "string") return escapedString(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [escapedString(name), escaped(inner)]));
}

function escapedString(text: string): string {
  if (isCdktfToken(text)) {
    throw new SettingsError(
      `The text "${text}" is in the form of a reference of CDKTF: change it in the configuration.`,
    );
  }
  // In a replacement string, "$$" stands for one "$".
  return text.replaceAll("${", () => "$${").replaceAll("%{", "%%{");
}

/** cdktf encodes references in strings, `${TfToken[…]}`, and in numbers with a very large exponent. */
const isCdktfToken = (text: string): boolean =>
  /[$#&]\{TfToken\[/.test(text) ||
  (text.match(/-?[\d.]+e[+\d]+/gi) ?? []).some((number) => Token.isUnresolved(Number(number)));
