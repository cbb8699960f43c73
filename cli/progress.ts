import pc from "picocolors";
import yoctoSpinner from "yocto-spinner";

/**
 * Runs something that takes a while. Shows a spinner on stderr, or one line at the end if stderr is no terminal.
 *
 * @param doing text beside the spinner
 * @param done text at the end, before the duration
 */
export async function withProgress<T>(doing: string, done: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  // The signal handlers of ivr.ts exit first, so the exit listener below shows the cursor again.
  const settings = { text: doing, stream: process.stderr, handleSignals: false };
  const spinner = process.stderr.isTTY ? yoctoSpinner(settings).start() : undefined;
  const stop = () => spinner?.stop();
  process.once("exit", stop);
  try {
    const result = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const text = `${done} ${pc.dim(`(${seconds} s)`)}`;
    if (spinner) spinner.success(text);
    else process.stderr.write(`${text}\n`);
    return result;
  } catch (error) {
    stop();
    throw error;
  } finally {
    process.off("exit", stop);
  }
}
