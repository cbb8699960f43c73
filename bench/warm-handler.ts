import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { decodeMessage } from "../encryption/message";
import { ParameterStore } from "../simulator/parameter-store";
import { functionEnvironment, withDeployment } from "./deployed";
import { measureInTurns, WARM_UP } from "./measure";
import { type Benchmark, compared } from "./report";
import { floorOf } from "./subjects";

/** Milliseconds in addition to the floor. */
const [CHECK_BAR, SUBMIT_BAR] = [3, 4];
const FIELDS = 3;

type BundledHandler = (event: object, context: object) => Promise<{ outcome: string }>;

export const warmHandler: Benchmark = {
  title: "Warm handler, event to response; ratio to the floor of as many messages",
  run: ({ short }) =>
    withDeployment(async (deployed) => {
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      const restore = useEnvironment(functionEnvironment(deployed, store));
      try {
        const { handler }: { handler: BundledHandler } = await import(pathToFileURL(deployed.bundle).href);
        const invoke = async (event: object) => {
          const { outcome } = await handler(event, { getRemainingTimeInMillis: () => 7000 });
          if (outcome !== "accepted") throw new Error(`The function returned the outcome ${outcome}.`);
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
        const measured = await measureInTurns(
          { floor, check: () => invoke(check), floors, submit: () => invoke(submit) },
          short ? { rounds: 5, warmUp: 2 } : { rounds: 200, warmUp: WARM_UP },
        );
        return [
          ...compared(
            { name: "floor, one message", spread: measured.floor },
            { name: "check of one field", spread: measured.check, bar: { milliseconds: CHECK_BAR } },
          ),
          ...compared(
            { name: "floor, three messages", spread: measured.floors },
            { name: "submit of three fields", spread: measured.submit, bar: { milliseconds: SUBMIT_BAR } },
          ),
        ];
      } finally {
        restore();
        await store.stop();
      }
    }),
};

/** Gives this process the function's environment, and discards its log. Returns a function that undoes both. */
function useEnvironment(environment: Record<string, string>): () => void {
  const [env, write] = [process.env, process.stdout.write];
  process.env = { ...env, ...environment };
  process.stdout.write = () => true;
  return () => {
    process.env = env;
    process.stdout.write = write;
  };
}
