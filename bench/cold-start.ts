import { join } from "node:path";
import { ParameterStore } from "../simulator/parameter-store";
import { environmentOf, plainEnvironmentOf, withDeployed } from "./deployed";
import { EnvironmentProcess } from "./environments";
import { sampleInTurns } from "./measure";
import { buildPlainly } from "./plain";
import { type Benchmark, compared } from "./report";

const IMPORT_BAR = 0.4;

export const coldStart: Benchmark = {
  title: "Cold start in a fresh process; ratio to a bundle made plainly",
  run: ({ short }) =>
    withDeployed(async (deployed) => {
      const plainFile = join(deployed.folder, "plain.cjs");
      await buildPlainly(plainFile);
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      try {
        const event = await deployed.checkEvent();
        const limit = deployed.function.timeoutSeconds * 1000;
        const { plain, ours } = await sampleInTurns(
          {
            plain: () => startOnce(plainFile, plainEnvironmentOf(deployed, store), event, limit),
            ours: () => startOnce(deployed.bundle, environmentOf(deployed, store), event, limit),
          },
          short ? { rounds: 2, warmUp: 1 } : { rounds: 20, warmUp: 2 },
        );
        return [
          ...compared(
            { name: "plain, import", spread: plain.imported },
            { name: "ours, import", spread: ours.imported, bar: { times: IMPORT_BAR } },
          ),
          ...compared(
            { name: "plain, first answer", spread: plain.answered },
            { name: "ours, first answer", spread: ours.answered },
          ),
        ];
      } finally {
        await store.stop();
      }
    }),
};

/** Milliseconds to import a bundle, and from then to its first answer. */
async function startOnce(file: string, env: Record<string, string>, event: object, limit: number) {
  const environment = await EnvironmentProcess.start(file, env);
  try {
    const { answered, milliseconds, error } = await environment.invoke(event, limit);
    if (!answered) throw new Error(`The function did not answer: ${error}`);
    return { imported: environment.importMs, answered: milliseconds };
  } finally {
    await environment.stop();
  }
}
