import { configFile, loadSettings } from "./infrastructure/settings";
import { synthesize } from "./infrastructure/synthesize";

/** The CDKTF app, as `npx cdktf synth`, `diff` and `deploy` run it. */
async function main(): Promise<void> {
  await synthesize({
    settings: loadSettings(configFile(process.env)),
    projectDir: process.cwd(),
    outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out",
    environment: process.env,
    warn: console.error,
  });
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
