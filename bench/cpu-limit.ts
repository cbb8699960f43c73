import { existsSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = "/sys/fs/cgroup";
/** The period that the share refers to. It is short, so that the limit also applies to an invocation of some milliseconds. */
const PERIOD_MICROSECONDS = 20_000;

/**
 * A Linux control group that limits its processes together to a share of one core. Processes that used their share wait
 * until the next period.
 */
export class CpuLimit {
  readonly #folder: string;

  /** Throws if this machine does not allow control groups. */
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
        `This machine does not allow a CPU limit, which needs Linux and the permission to create control groups in ${ROOT} (${(error as Error).message}).`,
      );
    }
  }

  add(pid: number): void {
    this.#write("cgroup.procs", pid);
  }

  /** Call this after the processes have ended. */
  remove(): void {
    if (existsSync(this.#folder)) rmdirSync(this.#folder);
  }

  #write(file: string, value: string | number): void {
    writeFileSync(join(this.#folder, file), String(value));
  }
}
