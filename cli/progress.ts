import pc from "picocolors";
import yoctoSpinner from "yocto-spinner";

/** Does something that takes a while, with a spinner on stderr (one line at its end where stderr is no terminal). */
export async function withProgress<T>(doing: string, done: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  // a signal ends this process by an exit, before the spinner's own listener would show the cursor again
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
