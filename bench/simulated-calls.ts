import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { decodeMessage } from "../encryption/message";
import { Deployment } from "../simulator/deployment";
import { ScriptedKeypad } from "../simulator/scripted-keypad";
import { type Deployed, TYPED, withDeployed } from "./deployed";
import { alternate, type Spread, spread } from "./measure";
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
      const cryptography = await cryptographyOfACall(deployed, short ? 3 : 30);
      const rows: Row[] = [{ name: "cryptography of a call", unit: "ms", ...cryptography, ratio: 1 }];
      const deployment = new Deployment();
      const atOnce = short ? [1, 4] : [1, 4, 16, 64];
      try {
        await deployment.deploy(deployed.stackDir);
        let rateOfOne = 0;
        for (const count of atOnce) {
          await startEnvironments(deployment, count);
          const seconds: number[] = [];
          for (let round = short ? 1 : Math.max(3, Math.ceil(32 / count)); round > 0; round--) {
            const started = performance.now();
            const wrong = (await callAtOnce(deployment, count)).find((outcome) => outcome !== "accepted");
            if (wrong) throw new Error(`Of ${count} calls at once one ended ${wrong}: is this machine busy?`);
            seconds.push((performance.now() - started) / 1000);
          }
          const rate = spread(seconds.map((each) => count / each));
          rateOfOne ||= rate.median;
          const cores = Math.min(count, availableParallelism());
          const overhead = spread(seconds.map((each) => (each * 1000 * cores) / count - cryptography.median));
          rows.push(
            { name: `${count} at once`, unit: "calls/s", ...rate, ratio: rate.median / rateOfOne },
            { name: "  overhead", unit: "ms", ...overhead, ratio: overhead.median / cryptography.median },
          );
        }
        return rows;
      } finally {
        await deployment.stop();
      }
    }),
};

/** A few at a time: all at once would take longer to start, on a small machine, than Connect waits for a function. */
async function startEnvironments(deployment: Deployment, count: number): Promise<void> {
  while (deployment.environmentCount < count) {
    await callAtOnce(deployment, Math.min(count, deployment.environmentCount + 8));
  }
}

/** Answers with the outcomes. */
function callAtOnce(deployment: Deployment, count: number): Promise<string[]> {
  const call = async () => (await deployment.call(new ScriptedKeypad(KEYS), () => {})).outcome;
  return Promise.all(Array.from({ length: count }, call));
}

/** What Connect's and the function's parts of a call need of it at least. */
async function cryptographyOfACall(deployed: Deployed, rounds: number): Promise<Spread> {
  const { Details } = await deployed.checkEvent();
  const privateKey = createPrivateKey(readFileSync(deployed.keyPairFiles.privateKey));
  const floor = floorOf(decodeMessage(Details.Parameters.cardNumber ?? ""), privateKey);
  const { cryptography } = await alternate(
    {
      cryptography: async () => {
        for (let field = 0; field < ENCRYPTED; field++) await deployed.encrypt(TYPED.cardNumber);
        for (let message = 0; message < DECRYPTED; message++) floor();
      },
    },
    { rounds, warmUp: 3 },
  );
  return cryptography;
}
