import type { KeyPair } from "../../encryption/key-pair";

/** Card numbers that the tests enter. Their outputs must not contain them. */
export const DIGITS = ["4111111111111111", "4111111111111112", "5555555555554444"] as const;

export const grouped = (digits: string, separator: string): string => digits.replace(/(.{4})(?=.)/g, `$1${separator}`);

/** Names the secrets that a text contains, without quoting them: test output must not contain them either. */
export function leaksIn(text: string, pair?: KeyPair): string[] {
  const digits = DIGITS.flatMap((number, index) => {
    const forms = [
      number,
      grouped(number, " "),
      grouped(number, "-"),
      number.slice(0, 12),
      number.slice(4),
      [...number].reverse().join(""),
      Buffer.from(number).toString("base64").slice(0, 20),
      Buffer.from(number).toString("hex"),
      [...number].map((digit) => digit.charCodeAt(0)).join(","),
      [...number].join(","),
    ];
    return forms.flatMap((form, at) => (text.includes(form) ? [`number ${index + 1} in form ${at + 1}`] : []));
  });
  const lines = pair?.privateKey.split("\n").filter((line) => line.length >= 32 && !line.includes("-----")) ?? [];
  const middle = lines.join("").slice(40, 90);
  const key = [...lines, ...(middle ? [middle] : [])].some((line) => text.includes(line));
  return [...digits, ...(key || /PRIVATE KEY-----/.test(text) ? ["the private key"] : [])];
}
