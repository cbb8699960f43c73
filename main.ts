/** The CDKTF app, which `npx cdktf synth`, `diff` and `deploy` run. */
async function main(): Promise<void> {
  // Errors are printed without a stack trace, and reading the source map of every loaded module takes time.
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

main().catch(async (error: Error) => {
  const { errorSentence } = await import("./encryption/files");
  console.error(errorSentence(error));
  process.exitCode = 1;
});
