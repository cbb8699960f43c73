import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { runIvr } from "../support/cli";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { ivr, type Run, temporaryFolder } from "../support/project";

const cwd = temporaryFolder();
const configurations = temporaryFolder();
let configFile = "";
/** Writes a new file each time: a process reads a configuration once. */
function configure(config: object): void {
  configFile = join(configurations, `rotation-${readdirSync(configurations).length}.json`);
  writeFileSync(configFile, JSON.stringify(config));
}
const rotate = (...args: string[]): Promise<Run> =>
  runIvr(["keys", "rotate", ...args], { cwd, env: { IVR_CONFIG: configFile } });
const keyPairNames = () => readdirSync(join(cwd, "keys")).sort();

/** Writes the outputs that a rotation reads from the local state of a deployment. */
function deploy(keyPairs: string[], encryptWith: string): void {
  const byName = (value: string) => ({ value: Object.fromEntries(keyPairs.map((name) => [name, value])) });
  const outputs = {
    key_ids: byName("b4d1e0c2-0000-4000-8000-000000000000"),
    encrypt_with: { value: encryptWith, type: "string" },
    certificate_expiry_dates: byName("2099-01-01T00:00:00.000Z"),
  };
  writeFileSync(
    join(cwd, "terraform.secure-ivr-dev.us-east-1.tfstate"),
    JSON.stringify({ version: 4, outputs, resources: [] }),
  );
}

beforeAll(async () => {
  const pair = await smallKeyPair();
  const old = { ...pair, certificate: await certificateFor(pair, { fromDay: -300, toDay: 400 }) };
  writeKeyPair(join(cwd, "keys", "old"), old);
});

it("guides through a rotation, creates one pair, and changes no other file", async () => {
  configure({ keyPairs: ["old"] });
  deploy(["old"], "old");
  const first = await rotate("new", "--bits", "2048");
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Key pair created \(\d+\.\d s\)\n$/) });
  expect(first.stdout).toContain('    keyPairs: ["old", "new"],\n    encryptWith: "old",\n');
  expect(first.stdout).toContain("    npx cdktf deploy\n");
  expect(keyPairNames()).toEqual(["new", "old"]);

  configure({ keyPairs: ["old", "new"], encryptWith: "old" });
  expect((await rotate()).stdout).toMatch(
    / 1\. add +next .*\n.* 2\. switch +later [\s\S]*The configuration already contains this step\./,
  );
  deploy(["old", "new"], "old");
  expect((await rotate()).stdout).toMatch(/ 1\. add +done .*\n.* 2\. switch +next [\s\S]* {4}encryptWith: "new",\n/);

  configure({ keyPairs: ["old", "new"] });
  deploy(["old", "new"], "new");
  expect((await rotate()).stdout).toMatch(
    / 3\. remove +next [\s\S]*PublicSigningKeyUsage[\s\S]* {4}keyPairs: \["new"\],\n[\s\S]*keys\/old/,
  );

  configure({ keyPairs: ["new"] });
  deploy(["new"], "new");
  const last = await rotate();
  expect(last).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/^No rotation is under way, and no /),
  });
  expect(keyPairNames()).toEqual(["new", "old"]);
  expect(readdirSync(cwd).sort()).toEqual(["keys", "terraform.secure-ivr-dev.us-east-1.tfstate"]);
});

it("prints the same as JSON", async () => {
  configure({ keyPairs: ["old", "new"] });
  deploy(["old", "new"], "old");
  const { code, stdout, stderr } = await rotate("--json");
  expect([code, stderr]).toEqual([0, ""]);
  expect(JSON.parse(stdout)).toEqual({
    made: null,
    current: { name: "new", notBefore: expect.any(String), notAfter: expect.any(String) },
    deployed: expect.objectContaining({ keyPairs: ["old", "new"], encryptWith: "old" }),
    rotation: {
      from: "old",
      to: "new",
      steps: ["add", "switch", "remove"],
      next: "switch",
      configured: true,
      prepare: [],
      plan: [
        { step: "add", state: "done", keyPairs: ["old", "new"], encryptWith: "old" },
        { step: "switch", state: "next", keyPairs: ["old", "new"], encryptWith: "new" },
        { step: "remove", state: "later", keyPairs: ["new"] },
      ],
    },
  });
});

it("uses the form of a configuration that names files, and reports a state that it cannot read", async () => {
  const { certificate } = keyPairFiles("keys/old");
  configure({ keyPairs: [{ name: "old", certificateFile: certificate }], backend: { bucket: "states" } });
  const { stdout } = await rotate();
  expect(stdout).toContain('{ name: "new", certificateFile: "keys/new/certificate.pem" },');
  expect(stdout).toContain('export TF_VAR_private_key_new="$(cat keys/new/private-key.pem)"');
  expect(stdout).toContain("The state is in the bucket states, which this command does not read.");
});

it.each<[string, RegExp, object, string[]]>([
  ["the configuration removes the key in use", /^The deployed flow encrypts with "old"/, { keyPairs: ["new"] }, []],
  [
    "another rotation is under way",
    /^A rotation from "old" to "new" is under way/,
    { keyPairs: ["old", "new"], encryptWith: "old" },
    ["third"],
  ],
  [
    "the configured pair does not exist",
    /^keys\/none\/certificate\.pem does not exist: create the key pair with "npm run ivr -- keys create none", or/,
    { keyPairs: ["none"] },
    [],
  ],
  ["a name is invalid", /^"Not A Name" is not a key pair name/, { keyPairs: ["old"] }, ["Not A Name"]],
])("fails with one sentence, and creates nothing, when %s", async (_case, sentence, config, args) => {
  configure(config);
  deploy(["old"], "old");
  const { code, stdout, stderr } = await rotate(...args);
  expect([code, stdout, stderr.trim().split("\n").length]).toEqual([1, "", 1]);
  expect(stderr).toMatch(sentence);
  expect(keyPairNames()).toEqual(["new", "old"]);
});

it("reports the existing pair that it uses as the next one, and rejects options for a new pair", async () => {
  configure({ keyPairs: ["old"] });
  deploy(["old"], "old");
  const found = /^Rotation from "old" to "new"\n\nkeys\/new already exists and is newer than "old"/;
  expect(await rotate()).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(found) });
  expect(JSON.parse((await rotate("--json")).stdout)).toMatchObject({
    made: null,
    found: "new",
    rotation: { to: "new" },
  });
  expect((await rotate("new")).stdout).not.toContain("already exists");
  expect(await rotate("--bits", "2048")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(
      /^error: --days, --bits and --subject are for a new key pair, and this command creates none now/,
    ),
  });
  expect(keyPairNames()).toEqual(["new", "old"]);

  expect((await rotate("third", "--bits", "2048")).stdout).toMatch(/^Rotation from "old" to "third"\n\n {2}1\. add/);
  expect(keyPairNames()).toEqual(["new", "old", "third"]);
  rmSync(join(cwd, "keys", "third"), { recursive: true });
});

it("does not take a broken state for a missing one", async () => {
  configure({ stage: "broken", keyPairs: ["old"] });
  const file = "terraform.secure-ivr-broken.us-east-1.tfstate";
  writeFileSync(join(cwd, file), "{");
  expect(await rotate()).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining(`${file} is not valid JSON`) });
  rmSync(join(cwd, file));
  mkdirSync(join(cwd, file));
  expect(await rotate()).toEqual({ code: 1, stdout: "", stderr: `${file} is a folder.\n` });
});

it("warns in a process that a certificate expires soon", async () => {
  const pair = await smallKeyPair();
  writeKeyPair(join(cwd, "keys", "short"), { ...pair, certificate: await certificateFor(pair, { toDay: 59.5 }) });
  const { code, stderr } = ivr(["keys", "inspect", "short"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^The certificate of the key pair short expires on [\d-]{10}, in 60 days\. .*keys rotate"\.\n$/,
  );
});
