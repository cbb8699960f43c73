import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR, withDeployment } from "./deployed";
import { measureInTurns } from "./measure";
import { type Benchmark, compared } from "./report";

const BAR = 2;
const EMPTY_APP = join(PROJECT_DIR, "bench/empty-app.ts");

export const synth: Benchmark = {
  title: "Synthesis, whole process; ratio to an empty app with the same provider",
  run: ({ short }) =>
    withDeployment(async ({ folder, keyPairFiles }) => {
      const config = join(folder, "config.json");
      writeFileSync(
        config,
        JSON.stringify({
          keyPairs: [
            { name: "bench", certificateFile: keyPairFiles.certificate, privateKeyFile: keyPairFiles.privateKey },
          ],
        }),
      );
      const outdir = join(folder, "synth");
      const synthesize = (file: string) => () => {
        rmSync(outdir, { recursive: true, force: true });
        runApp(file, { IVR_CONFIG: config, CDKTF_OUTDIR: outdir });
      };
      const ours = synthesize(join(PROJECT_DIR, "main.ts"));
      const rebuilt = () => {
        // Without this record the last bundle is not used again.
        rmSync(join(PROJECT_DIR, "dist/decrypt-customer-input/build.json"), { force: true });
        ours();
      };
      const spreads = await measureInTurns(
        { empty: synthesize(EMPTY_APP), rebuilt, ours },
        short ? { rounds: 1, warmUp: 0 } : { rounds: 8, warmUp: 1 },
      );
      return compared(
        { name: "empty app", spread: spreads.empty },
        { name: "main.ts", spread: spreads.ours, bar: { times: BAR } },
        { name: "with a new bundle", spread: spreads.rebuilt },
      );
    }),
};

/** Runs an app with the command in cdktf.json. */
function runApp(file: string, environment: Record<string, string>): void {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--disable-warning=DEP0044", "--import", require.resolve("tsx"), file],
    { cwd: PROJECT_DIR, env: { ...process.env, ...environment }, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`${file} cannot be synthesized: ${stderr}`);
}
