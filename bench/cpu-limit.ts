import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";
/** A share of so much time: short, so that an invocation of milliseconds meets its limit, too. */
const PERIOD_MICROSECONDS = 20_000;

/**
 * A Linux control group whose processes together get a share of one core, and are held up until the next period when
 * they have used it. Throws a sentence where this machine does not let us make one.
 */
export class CpuLimit {
  readonly #folder: string;

  constructor(share: number) {
    const version2 = existsSync(join(ROOT, "cgroup.controllers"));
    this.#folder = join(ROOT, version2 ? "" : "cpu", `ivr-bench-${process.pid}-${Math.round(share * 1000)}`);
    const quota = Math.round(share * PERIOD_MICROSECONDS);
    try {
      if (version2) writeFileSync(join(ROOT, "cgroup.subtree_control"), "+cpu");
      mkdirSync(this.#folder);
      if (version2) {
        this.#write("cpu.max", `${quota} ${PERIOD_MICROSECONDS}`);
      } else {
        this.#write("cpu.cfs_period_us", PERIOD_MICROSECONDS);
        this.#write("cpu.cfs_quota_us", quota);
      }
    } catch (error) {
      this.remove();
      throw new Error(
        `The CPU cannot be limited here: that needs Linux, and the right to make control groups in ${ROOT} (${(error as Error).message}).`,
      );
    }
  }

  add(pid: number): void {
    this.#write("cgroup.procs", pid);
  }

  /** Once its processes have ended. */
  remove(): void {
    if (existsSync(this.#folder)) rmdirSync(this.#folder);
  }

  #write(file: string, value: string | number): void {
    writeFileSync(join(this.#folder, file), String(value));
  }
}
