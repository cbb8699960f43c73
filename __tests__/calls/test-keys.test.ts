import { testKeys } from "../../infrastructure/flow/capture-flow-props";
import { digits, type IvrConfig, parseSettings } from "../../settings/settings";
import { play } from "../support/calls";
import { smallKeyPair } from "../support/key-pairs";
import { temporaryFolder } from "../support/project";
import { synthesizeWith } from "../support/stack";

const folder = temporaryFolder();
const ask = { "en-US": "Please enter it.", "ja-JP": "入力してください。" };

// what `npm start` plays where there is no terminal
it.each<[string, Partial<IvrConfig>, string]>([
  ["by default", {}, "4111111111111111# 1240# 123#"],
  ["American Express alone", { allowedBrands: ["amex"] }, "378282246310005# 1240# 1234#"],
  ["numbers of 15 digits at most", { fields: [{ name: "cardNumber", maximumLength: 15 }] }, "378282246310005#"],
  [
    "two languages, and digits with every check",
    {
      languages: ["en-US", "ja-JP"],
      fields: [
        "postalCode",
        digits("plain", { min: 1, max: 2, prompt: ask }),
        digits("luhn", { min: 12, max: 19, prompt: ask, check: "luhn" }),
        digits("bank", { min: 9, max: 9, prompt: ask, check: "abaRoutingNumber" }),
        digits("account", { min: 7, max: 10, prompt: ask, check: "modulus11" }),
      ],
    },
    "1 120# 0# 123456789015# 123456780# 1234560#",
  ],
])("the keys of a test caller are accepted: %s", async (_, config, expected) => {
  const keys = testKeys(parseSettings(config, "the test"));
  expect(keys).toBe(expected);
  const stackDir = await synthesizeWith(folder, await smallKeyPair(), config);
  expect((await play(stackDir, keys)).outcome).toBe("accepted");
});
