import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { decodeMessage } from "../encryption/message";
import { Deployment } from "../simulator/deployment";
import { ScriptedKeypad } from "../simulator/scripted-keypad";
import { type BenchDeployment, INPUTS, withDeployment } from "./deployed";
import { spread } from "./measure";
import type { Benchmark, Row } from "./report";
import { floorOf } from "./subjects";

const KEYS = Object.values(INPUTS)
  .map((digits) => `${digits}#`)
  .join(" ");
/**
 * Cryptographic operations of a call. Each field is encrypted once. Each field is decrypted for its check and for the
 * submit, and the card number also for the check of the security code.
 */
const [ENCRYPTED, DECRYPTED] = [3, 7];

export const simulatedCalls: Benchmark = {
  title:
    "Simulated calls of three fields; ratio of the rate to one call at a time,\nof overhead (a core's time without the cryptography) to a call's cryptography",
  run: ({ short }) =>
    withDeployment(async (deployed) => {
      const cryptography = await callCryptography(deployed);
      await cryptography();
      const deployment = new Deployment();
      const rows: Row[] = [];
      const floors: number[] = [];
      try {
        await deployment.deploy(deployed.stackDir);
        for (const count of short ? [1, 4] : [1, 4, 16, 64]) {
          await startEnvironments(deployment, count);
          const cores = Math.min(count, availableParallelism());
          const [rates, overheads]: [number[], number[]] = [[], []];
          for (let round = short ? 1 : Math.max(3, Math.ceil(32 / count)); round > 0; round--) {
            const floor = await milliseconds(cryptography);
            const calls = await milliseconds(() => callConcurrently(deployment, count));
            floors.push(floor);
            rates.push((count / calls) * 1000);
            overheads.push((calls * cores) / count - floor);
          }
          const [rate, overhead] = [spread(rates), spread(overheads)];
          rows.push(
            {
              name: `${count} at once`,
              unit: "calls/s",
              ...rate,
              ratio: rate.median / (rows[0]?.median ?? rate.median),
            },
            {
              name: `overhead, ${count} at once`,
              unit: "ms",
              ...overhead,
              ratio: overhead.median / spread(floors).median,
            },
          );
        }
        return [{ name: "cryptography of a call", unit: "ms", ...spread(floors), ratio: 1 }, ...rows];
      } finally {
        await deployment.stop();
      }
    }),
};

/** Starts some at a time. On a small machine, starting all together would exceed Connect's timeout. */
async function startEnvironments(deployment: Deployment, count: number): Promise<void> {
  while (deployment.environmentCount < count) {
    await concurrentOutcomes(deployment, Math.min(count, deployment.environmentCount + 8));
  }
}

async function callConcurrently(deployment: Deployment, count: number): Promise<void> {
  const failed = (await concurrentOutcomes(deployment, count)).find((outcome) => outcome !== "accepted");
  if (failed)
    throw new Error(`One of ${count} concurrent calls ended with the outcome ${failed}: is this machine busy?`);
}

function concurrentOutcomes(deployment: Deployment, count: number): Promise<string[]> {
  const call = async () => (await deployment.call(new ScriptedKeypad(KEYS), () => {})).outcome;
  return Promise.all(Array.from({ length: count }, call));
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The cryptography that Connect and the function need for one call. */
async function callCryptography(deployed: BenchDeployment): Promise<() => Promise<void>> {
  const { Details } = await deployed.checkEvent();
  const privateKey = createPrivateKey(readFileSync(deployed.keyPairFiles.privateKey));
  const floor = floorOf(decodeMessage(Details.Parameters.cardNumber ?? ""), privateKey);
  return async () => {
    for (let field = 0; field < ENCRYPTED; field++) await deployed.encrypt(INPUTS.cardNumber);
    for (let message = 0; message < DECRYPTED; message++) floor();
  };
}
