import { CHECK_DIGIT_RULES } from "../contract/check-digits";

const PRIVATE_KEY = /PRIVATE KEY/;
const PEM = /-----BEGIN [^-]+-----[\s\S]*?(-----END [^-]+-----|$)/g;
const CARD_LIKE = /\d(?:[ .-]?\d){12,18}/g;

/** The last guard: nothing secret is expected here, and nothing that looks like it is printed. */
export function guarded<Value>(value: Value): Value {
  if (typeof value === "string") return guardedText(value) as Value;
  if (Array.isArray(value)) return value.map(guarded) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [guardedText(name), guarded(inner)])) as Value;
}

function guardedText(text: string): string {
  if (PRIVATE_KEY.test(text)) return "(withheld: looks like a private key)";
  return text
    .replace(PEM, "(certificate)")
    .replace(CARD_LIKE, (run) => (CHECK_DIGIT_RULES.luhn(run.replace(/\D/g, "")) ? run.replace(/\d/g, "•") : run));
}
