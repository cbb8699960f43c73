import { setTimeout } from "node:timers/promises";
import { reportError, run } from "./program";
import { exitOnSignals } from "./signals";

// package.json states the supported versions of Node.js, and the lock file pins the SDK.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

// No stack trace is shown, and reading the source map of each loaded module takes time.
process.setSourceMapsEnabled(false);

/** A terminal sends a signal to each of its processes in turn. */
const SIGNAL_MILLISECONDS = 100;

// The reader of stdout may stop early, as `head` does. Errors of stderr do not matter.
process.stdout.on("error", () => process.exit(1));
process.stderr.on("error", () => {});
exitOnSignals();

run(process.argv.slice(2)).catch(async (error: Error) => {
  // Ctrl-C also ends child processes, and their error may arrive before the signal does.
  await setTimeout(SIGNAL_MILLISECONDS);
  process.exitCode = reportError(error);
});
