import { SensitiveDigits } from "../../encryption/sensitive-digits";
import { Redaction } from "../../simulator/redaction";

const redaction = new Redaction();
redaction.learn(new SensitiveDigits("4111222233334444"));
redaction.learn(new SensitiveDigits("12"));

// The names of the tests contain no hidden digits.
it.each<[string, unknown, unknown]>([
  ["all of it", "it is 4111222233334444.", "it is ••••••••••••••••."],
  ["all of it within a longer run", "0041112222333344449", "•••••••••••••••••••"],
  ["the last four, alone", { lastFour: "4444" }, { lastFour: "••••" }],
  ["the last four, in a sentence", "ending in 4444 was", "ending in •••• was"],
  ["a part of seven", "x4111222y", "x•••••••y"],
  ["all of it, grouped", "4111-2222-3333-4444 or 4111 2222 3333 4444", "••••-••••-••••-•••• or •••• •••• •••• ••••"],
  ["all of it as a number", { pan: 4111222233334444 }, { pan: "••••••••••••••••" }],
  ["all of it as a name", { "4111222233334444": 1 }, { "••••••••••••••••": 1 }],
  ["nothing of an id", "a4444b-4444-x/4444:4444", "a4444b-4444-x/4444:4444"],
  ["nothing of a date", "2026-11-23T04:44:44.444Z", "2026-11-23T04:44:44.444Z"],
  ["nothing of other digits", "9999 5678", "9999 5678"],
  ["nothing of short runs", "12 of 444", "12 of 444"],
  ["deep within", [{ a: ["4444", 4444, null, true] }], [{ a: ["••••", 4444, null, true] }]],
])("hides %s", (_, value, shown) => {
  expect(redaction.hide(value)).toEqual(shown);
});

it("recognizes a text that contains more than may be shown", () => {
  expect(redaction.containsTypedDigits("41112222")).toBe(true);
  expect(redaction.containsTypedDigits("visa 4444, first six 411122")).toBe(false);
});
