/** The CDKTF app, as `npx cdktf synth`, `diff` and `deploy` run it. */
async function main(): Promise<void> {
  // Nobody is shown a stack trace, and reading the source map of each module that is loaded takes its time.
  process.setSourceMapsEnabled(false);
  const { configFile, loadSettings } = await import("./settings/settings");
  const { synthesize } = await import("./infrastructure/synthesize");
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
