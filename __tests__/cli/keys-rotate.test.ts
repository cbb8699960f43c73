import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPairFiles, writeKeyPair } from "../../encryption/key-pair-files";
import { certificateFor, smallKeyPair } from "../support/key-pairs";
import { ivr, type Run, temporaryFolder } from "../support/project";

const cwd = temporaryFolder();
const configure = (config: object, file = "rotation.json") => writeFileSync(join(cwd, file), JSON.stringify(config));
const rotate = (...args: string[]): Run =>
  ivr(["keys", "rotate", ...args], { cwd, env: { IVR_CONFIG: "rotation.json" } });
const made = () => readdirSync(join(cwd, "keys")).sort();

/** What a deployment leaves in a local state, as far as a rotation looks into it. */
function deploy(keyPairs: string[], encryptWith: string): void {
  const byName = (value: string) => ({ value: Object.fromEntries(keyPairs.map((name) => [name, value])) });
  const outputs = {
    key_ids: byName("b4d1e0c2-0000-4000-8000-000000000000"),
    encrypt_with: { value: encryptWith, type: "string" },
    certificate_expiry_dates: byName("2099-01-01T00:00:00.000Z"),
  };
  writeFileSync(join(cwd, "terraform.secure-ivr-dev.tfstate"), JSON.stringify({ version: 4, outputs, resources: [] }));
}

beforeAll(async () => {
  const pair = await smallKeyPair();
  const old = { ...pair, certificate: await certificateFor(pair, { fromDay: -300, toDay: 400 }) };
  writeKeyPair(join(cwd, "keys", "old"), old);
});

it("walks through a rotation, makes one pair, and changes nothing else", () => {
  configure({ keyPairs: ["old"] });
  deploy(["old"], "old");
  const first = rotate("new", "--bits", "2048");
  expect(first).toMatchObject({ code: 0, stderr: expect.stringMatching(/^Key pair made \(\d+\.\d s\)\n$/) });
  expect(first.stdout).toContain('    keyPairs: ["old", "new"],\n    encryptWith: "old",\n');
  expect(first.stdout).toContain("    npx cdktf deploy\n");
  expect(made()).toEqual(["new", "old"]);

  configure({ keyPairs: ["old", "new"], encryptWith: "old" });
  expect(rotate().stdout).toMatch(/ 1\. add +next .*\n.* 2\. switch +later [\s\S]*The configuration says it already\./);
  deploy(["old", "new"], "old");
  expect(rotate().stdout).toMatch(/ 1\. add +done .*\n.* 2\. switch +next [\s\S]* {4}encryptWith: "new",\n/);

  configure({ keyPairs: ["old", "new"] });
  deploy(["old", "new"], "new");
  expect(rotate().stdout).toMatch(
    / 3\. remove +next [\s\S]*PublicSigningKeyUsage[\s\S]* {4}keyPairs: \["new"\],\n[\s\S]*keys\/old/,
  );

  configure({ keyPairs: ["new"] });
  deploy(["new"], "new");
  const last = rotate();
  expect(last).toMatchObject({
    code: 0,
    stderr: "",
    stdout: expect.stringMatching(/^No rotation is under way, and no /),
  });
  expect(made()).toEqual(["new", "old"]);
  expect(readdirSync(cwd).sort()).toEqual(["keys", "rotation.json", "terraform.secure-ivr-dev.tfstate"]);
});

it("tells the same as JSON", () => {
  configure({ keyPairs: ["old", "new"] });
  deploy(["old", "new"], "old");
  const { code, stdout, stderr } = rotate("--json");
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

it("copies the shape of a configuration that names files, and says what it cannot see", () => {
  const { certificate } = keyPairFiles("keys/old");
  configure({ keyPairs: [{ name: "old", certificateFile: certificate }], backend: { bucket: "states" } });
  const { stdout } = rotate();
  expect(stdout).toContain('{ name: "new", certificateFile: "keys/new/certificate.pem" },');
  expect(stdout).toContain('export TF_VAR_private_key_new="$(cat keys/new/private-key.pem)"');
  expect(stdout).toContain("The state is in the bucket states, which is not read here.");
});

it.each<[string, RegExp, object, string[]]>([
  ["the key in use is taken away", /^The deployed flow encrypts under "old"/, { keyPairs: ["new"] }, []],
  [
    "another is under way",
    /^A rotation from "old" to "new" is under way/,
    { keyPairs: ["old", "new"], encryptWith: "old" },
    ["third"],
  ],
  [
    "the configured pair was never made",
    /^keys\/none\/certificate\.pem does not exist: make the key pair with "npm run ivr -- keys create none", or/,
    { keyPairs: ["none"] },
    [],
  ],
  ["a name is none", /^"Not A Name" is not a key pair name/, { keyPairs: ["old"] }, ["Not A Name"]],
])("refuses in one sentence, and makes nothing, when %s", (_case, sentence, config, args) => {
  configure(config);
  deploy(["old"], "old");
  const { code, stdout, stderr } = rotate(...args);
  expect([code, stdout, stderr.trim().split("\n").length]).toEqual([1, "", 1]);
  expect(stderr).toMatch(sentence);
  expect(made()).toEqual(["new", "old"]);
});

it("says which pair it found and took for the next, and refuses options for one that it does not make", () => {
  configure({ keyPairs: ["old"] });
  deploy(["old"], "old");
  const found = /^Rotation from "old" to "new"\n\nkeys\/new was there already, and is newer than "old"/;
  expect(rotate()).toMatchObject({ code: 0, stderr: "", stdout: expect.stringMatching(found) });
  expect(JSON.parse(rotate("--json").stdout)).toMatchObject({ made: null, found: "new", rotation: { to: "new" } });
  expect(rotate("new").stdout).not.toContain("was there already");
  expect(rotate("--bits", "2048")).toMatchObject({
    code: 2,
    stdout: "",
    stderr: expect.stringMatching(/^error: --days, --bits and --subject are for a new key pair, and none is made here/),
  });
  expect(made()).toEqual(["new", "old"]);

  expect(rotate("third", "--bits", "2048").stdout).toMatch(/^Rotation from "old" to "third"\n\n {2}1\. add/);
  expect(made()).toEqual(["new", "old", "third"]);
  rmSync(join(cwd, "keys", "third"), { recursive: true });
});

it("takes a state that is broken not for one of nothing deployed", () => {
  configure({ stage: "broken", keyPairs: ["old"] });
  const file = "terraform.secure-ivr-broken.tfstate";
  writeFileSync(join(cwd, file), "{");
  expect(rotate()).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining(`${file} holds no JSON`) });
  rmSync(join(cwd, file));
  mkdirSync(join(cwd, file));
  expect(rotate()).toEqual({ code: 1, stdout: "", stderr: `${file} is a folder.\n` });
});

it("shows with a pair that its certificate ends soon", async () => {
  const pair = await smallKeyPair();
  writeKeyPair(join(cwd, "keys", "short"), { ...pair, certificate: await certificateFor(pair, { toDay: 59.5 }) });
  const { code, stderr } = ivr(["keys", "inspect", "short"], { cwd });
  expect(code).toBe(0);
  expect(stderr).toMatch(
    /^The certificate of the key pair short expires on [\d-]{10}, in 60 days\. .*keys rotate"\.\n$/,
  );
});
