import { join } from "node:path";
import { ParameterStore } from "../simulator/parameter-store";
import { functionEnvironment, plainEnvironment, withDeployment } from "./deployed";
import { EnvironmentProcess } from "./environments";
import { sampleInTurns } from "./measure";
import { bundlePlainFunction } from "./plain";
import { type Benchmark, compared } from "./report";

const IMPORT_BAR = 0.4;

export const coldStart: Benchmark = {
  title: "Cold start in a new process; ratio to a bundle with esbuild's defaults",
  run: ({ short }) =>
    withDeployment(async (deployed) => {
      const plainFile = join(deployed.folder, "plain.cjs");
      await bundlePlainFunction(plainFile);
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      try {
        const event = await deployed.checkEvent();
        const timeoutMs = deployed.function.timeoutSeconds * 1000;
        const { plain, ours } = await sampleInTurns(
          {
            plain: () => startOnce(plainFile, plainEnvironment(deployed, store), event, timeoutMs),
            ours: () => startOnce(deployed.bundle, functionEnvironment(deployed, store), event, timeoutMs),
          },
          short ? { rounds: 2, warmUp: 1 } : { rounds: 20, warmUp: 2 },
        );
        return [
          ...compared(
            { name: "plain, import", spread: plain.imported },
            { name: "ours, import", spread: ours.imported, bar: { times: IMPORT_BAR } },
          ),
          ...compared(
            { name: "plain, first response", spread: plain.responded },
            { name: "ours, first response", spread: ours.responded },
          ),
        ];
      } finally {
        await store.stop();
      }
    }),
};

/** Measures the import of a bundle, and from then to its first response, in milliseconds. */
async function startOnce(file: string, env: Record<string, string>, event: object, timeoutMs: number) {
  const environment = await EnvironmentProcess.start(file, env);
  try {
    return { imported: environment.importMs, responded: await environment.responseMs(event, timeoutMs) };
  } finally {
    await environment.stop();
  }
}
