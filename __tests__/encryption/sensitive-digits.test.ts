import { format, inspect } from "node:util";
import { SensitiveDigits } from "../../encryption/sensitive-digits";

const DIGITS = "4111111111111111";

describe("SensitiveDigits", () => {
  const digits = new SensitiveDigits(DIGITS);

  it.each([
    ["a template", `${digits}`],
    ["join", [digits].join()],
    ["JSON", JSON.stringify({ digits })],
    ["inspect", inspect({ deep: { digits } }, { showHidden: true, depth: 9 })],
    ["the format of console.log", format("%s %o %O %j", digits, digits, digits, digits)],
    ["its properties", JSON.stringify(Object.entries(digits))],
    ["a structured clone", inspect(structuredClone({ ...digits }))],
  ])("shows no digit in %s", (_, shown) => {
    expect(shown).not.toMatch(/\d{3}/);
  });

  it("shows one dot for each digit", () => {
    expect(String(digits)).toBe("•".repeat(16));
    expect(digits).toHaveLength(16);
  });

  it("returns the digits from reveal", () => {
    expect(digits.reveal() === DIGITS).toBe(true);
  });
});
