/** The CDKTF app, which `npx cdktf synth`, `diff` and `deploy` run. */
async function main(): Promise<void> {
  // Errors are printed without a stack trace, and reading the source map of every loaded module takes time.
  process.setSourceMapsEnabled(false);
  const { configFile, loadSettings } = await import("./settings/settings");
  const { synthesize } = await import("./infrastructure/synthesize");
  const { prepareState } = await import("./infrastructure/state/prepare-state");
  const settings = loadSettings(configFile(process.env));
  const projectDir = process.cwd();
  // The cdktf command shows what an app writes to stdout; stderr only if the app fails.
  const report = console.log;
  const stackDir = await synthesize({
    settings,
    projectDir,
    outdir: process.env.CDKTF_OUTDIR ?? "cdktf.out",
    environment: process.env,
    warn: report,
  });
  prepareState({ settings, projectDir, stackDir, report });
}

main().catch(async (error: Error) => {
  const { errorSentence } = await import("./encryption/files");
  console.error(errorSentence(error));
  process.exitCode = 1;
});
