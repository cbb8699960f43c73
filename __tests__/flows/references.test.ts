import fc from "fast-check";
import { ANY_NAME, referencesInText } from "../../flows/references";

it.each([
  ["$.External.token", ["External", "token"]],
  ["$['External']['token']", ["External", "token"]],
  ['$["External"]["token"]', ["External", "token"]],
  ["$.['External'].token", ["External", "token"]],
  ["$.Attributes.['a name']", ["Attributes", "a name"]],
  ["$[ 'External' ].token", ["External", "token"]],
  ["$['Ext\\u0065rnal']['it\\'s']", ["External", "it's"]],
  ["$['a[0]']", ["a[0]"]],
  ["$.FlowAttributes.1st", ["FlowAttributes", "1st"]],
  ["$.StoredCustomerInput", ["StoredCustomerInput"]],
  ["$..token", [ANY_NAME, "token"]],
  ["$.*", [ANY_NAME]],
  ["$['External','FlowAttributes'].token", [ANY_NAME, "token"]],
  ["$.External[0]", ["External", ANY_NAME]],
  ["$[?(@.x", [ANY_NAME]],
])("reads %s", (text, names) => {
  expect(referencesInText(text)).toEqual([names]);
  const within = referencesInText(`Hello ${text}, hello ${text}です`);
  expect(new Set(within.map(String))).toEqual(new Set([String(names)]));
});

it("reads several references, also within brackets that it cannot read", () => {
  expect(referencesInText("$.A.b$.C.d, $['e $.F.g ']")).toEqual([["A", "b"], ["C", "d"], [ANY_NAME], ["F", "g"]]);
});

it("does not read prices as references", () => {
  expect(referencesInText("It costs $50, $.50 or 5$. Pay $ now.")).toEqual([]);
});

it("reads any text", () => {
  const pieces = fc.constantFrom("$", ".", "..", "[", "]", "'", '"', "\\", "*", ",", " ", "a", "0", "External");
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      for (const names of referencesInText(parts.join(""))) expect(names.length).toBeGreaterThan(0);
    }),
  );
});
