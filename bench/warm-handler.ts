import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { decodeMessage } from "../encryption/message";
import { ParameterStore } from "../simulator/parameter-store";
import { environmentOf, withDeployed } from "./deployed";
import { alternate, WARM_UP } from "./measure";
import { type Benchmark, compared } from "./report";
import { floorOf } from "./subjects";

/** What the handler may take beside its cryptography. */
const bar = { milliseconds: 1.5 };
const FIELDS = 3;

type Handler = (event: object, context: object) => Promise<{ outcome: string }>;

export const warmHandler: Benchmark = {
  title: "Warm handler, event to answer; ratio to the floor of as many messages",
  run: ({ short }) =>
    withDeployed(async (deployed) => {
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      const restore = standIn(environmentOf(deployed, store));
      try {
        const { handler }: { handler: Handler } = await import(pathToFileURL(deployed.bundle).href);
        const answer = async (event: object) => {
          const { outcome } = await handler(event, { getRemainingTimeInMillis: () => 7000 });
          if (outcome !== "accepted") throw new Error(`The function answered ${outcome}.`);
        };
        const check = await deployed.checkEvent();
        const submit = await deployed.submitEvent();
        const floor = floorOf(
          decodeMessage(check.Details.Parameters.cardNumber ?? ""),
          createPrivateKey(readFileSync(deployed.keyPairFiles.privateKey)),
        );
        const floors = () => {
          for (let field = 0; field < FIELDS; field++) floor();
        };
        const measured = await alternate(
          { floor, one: () => answer(check), floors, three: () => answer(submit) },
          short ? { rounds: 5, warmUp: 2 } : { rounds: 200, warmUp: WARM_UP },
        );
        return [
          ...compared(
            { name: "floor, one message", spread: measured.floor },
            { name: "check of one field", spread: measured.one, bar },
          ),
          ...compared(
            { name: "floor, three messages", spread: measured.floors },
            { name: "submit of three fields", spread: measured.three, bar },
          ),
        ];
      } finally {
        restore();
        await store.stop();
      }
    }),
};

/** Makes this process the function's: its environment, and a log that nobody reads. Answers with the way back. */
function standIn(environment: Record<string, string>): () => void {
  const [env, write] = [process.env, process.stdout.write];
  process.env = { ...env, ...environment };
  process.stdout.write = () => true;
  return () => {
    process.env = env;
    process.stdout.write = write;
  };
}
