import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { readDeployedKeys } from "../../rotation/deployed-keys";
import { temporaryFolder } from "../support/project";

const folder = temporaryFolder();
const writeState = (stage: string, state: unknown) =>
  writeFileSync(join(folder, `terraform.secure-ivr-${stage}.us-east-1.tfstate`), JSON.stringify(state));
const settingsOf = (stage: string) => ({ stage, region: "us-east-1", allowedAccountIds: [] });

it("reads the key pairs of the last deployment, from a state without other outputs too", () => {
  const keyIds = { old: "id-1", new: "id-2" };
  const expiryDates = { old: "2027-01-01T00:00:00.000Z", new: "2028-11-01T00:00:00.000Z" };
  writeState("dev", {
    version: 4,
    outputs: {
      key_ids: { value: keyIds, type: ["object", { old: "string", new: "string" }] },
      encrypt_with: { value: "old", type: "string" },
      certificate_expiry_dates: { value: expiryDates },
    },
  });
  expect(readDeployedKeys(settingsOf("dev"), folder)).toEqual({
    keyPairs: ["old", "new"],
    keyIds,
    encryptWith: "old",
    expiryDates,
  });
});

it("returns the reason where the deployment is unknown", () => {
  writeState("destroyed", { version: 4, outputs: {} });
  writeState("foreign", { version: 4 });
  const reasonOf = (settings: Parameters<typeof readDeployedKeys>[0]) => readDeployedKeys(settings, folder);
  expect(reasonOf(settingsOf("none"))).toEqual({
    unavailableReason: "terraform.secure-ivr-none.us-east-1.tfstate does not exist.",
  });
  expect(reasonOf({ ...settingsOf("dev"), backend: { bucket: "states" } })).toEqual({
    unavailableReason: "The state is in the bucket states, which this command does not read.",
  });
  expect(reasonOf(settingsOf("destroyed"))).toEqual({
    unavailableReason:
      "terraform.secure-ivr-destroyed.us-east-1.tfstate lacks the outputs key_ids, encrypt_with, certificate_expiry_dates.",
  });
  expect(reasonOf(settingsOf("foreign"))).toEqual({
    unavailableReason: "terraform.secure-ivr-foreign.us-east-1.tfstate has no outputs of the stack secure-ivr-foreign.",
  });
});

it("does not report a damaged state as an unknown deployment", () => {
  writeFileSync(join(folder, "terraform.secure-ivr-damaged.us-east-1.tfstate"), "{");
  expect(() => readDeployedKeys(settingsOf("damaged"), folder)).toThrow(
    "terraform.secure-ivr-damaged.us-east-1.tfstate is not valid JSON: it is damaged, or it is a different file.",
  );
});
