import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { decodeMessage } from "../encryption/message";
import { Deployment } from "../simulator/deployment";
import { ScriptedKeypad } from "../simulator/scripted-keypad";
import { type Deployed, TYPED, withDeployed } from "./deployed";
import { spread } from "./measure";
import type { Benchmark, Row } from "./report";
import { floorOf } from "./subjects";

const KEYS = Object.values(TYPED)
  .map((typed) => `${typed}#`)
  .join(" ");
/** Each field is encrypted once. Each is decrypted for its check, the card number for that of the security code, too; all for the submit. */
const [ENCRYPTED, DECRYPTED] = [3, 7];

export const simulatedCalls: Benchmark = {
  title:
    "Simulated calls of three fields; ratio of the rate to one at once, of overhead\n(a core's time beside its cryptography) to a call's cryptography",
  run: ({ short }) =>
    withDeployed(async (deployed) => {
      const cryptography = await cryptographyOfACall(deployed);
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
            const calls = await milliseconds(() => callAtOnce(deployment, count));
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

/** A few at a time: all at once would take longer to start, on a small machine, than Connect waits for a function. */
async function startEnvironments(deployment: Deployment, count: number): Promise<void> {
  while (deployment.environmentCount < count) {
    await outcomesAtOnce(deployment, Math.min(count, deployment.environmentCount + 8));
  }
}

async function callAtOnce(deployment: Deployment, count: number): Promise<void> {
  const wrong = (await outcomesAtOnce(deployment, count)).find((outcome) => outcome !== "accepted");
  if (wrong) throw new Error(`Of ${count} calls at once one ended ${wrong}: is this machine busy?`);
}

function outcomesAtOnce(deployment: Deployment, count: number): Promise<string[]> {
  const call = async () => (await deployment.call(new ScriptedKeypad(KEYS), () => {})).outcome;
  return Promise.all(Array.from({ length: count }, call));
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** What Connect's and the function's parts of a call need of it at least. */
async function cryptographyOfACall(deployed: Deployed): Promise<() => Promise<void>> {
  const { Details } = await deployed.checkEvent();
  const privateKey = createPrivateKey(readFileSync(deployed.keyPairFiles.privateKey));
  const floor = floorOf(decodeMessage(Details.Parameters.cardNumber ?? ""), privateKey);
  return async () => {
    for (let field = 0; field < ENCRYPTED; field++) await deployed.encrypt(TYPED.cardNumber);
    for (let message = 0; message < DECRYPTED; message++) floor();
  };
}
