import { ParameterStore } from "../simulator/parameter-store";
import { CpuLimit } from "./cpu-limit";
import { functionEnvironment, withDeployment } from "./deployed";
import { EnvironmentProcess } from "./environments";
import { sampleInTurns, spread } from "./measure";
import type { Benchmark, Row } from "./report";

/** "At 1,769 MB, a function has the equivalent of one vCPU", and less in proportion. Source: Lambda developer guide. */
const MB_OF_ONE_CORE = 1769;
const SIZES = [128, 256, 512, 1024, MB_OF_ONE_CORE];
const WARM_RESPONSES = 15;
const TIMEOUT_MILLISECONDS = 60_000;

export const memory: Benchmark = {
  title: "Memory sizes, by their share of a core; ratio to 1769 MB",
  run: ({ short }) =>
    withDeployment(async (deployed) => {
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      const limits = SIZES.map((megabytes) => ({ megabytes, limit: new CpuLimit(megabytes / MB_OF_ONE_CORE) }));
      try {
        const events = { check: await deployed.checkEvent(), submit: await deployed.submitEvent() };
        const subjects = limits.map(({ megabytes, limit }) => {
          const subject = () => measure(deployed.bundle, functionEnvironment(deployed, store), limit, events);
          return [`${megabytes} MB`, subject] as const;
        });
        const measured = await sampleInTurns(
          Object.fromEntries(subjects),
          short ? { rounds: 1, warmUp: 0 } : { rounds: 5, warmUp: 0 },
        );
        const base = measured[`${MB_OF_ONE_CORE} MB`];
        return (["import", "first response", "check", "submit"] as const).flatMap((phase) =>
          Object.entries(measured).map(([size, spreads]): Row => {
            const ratio = spreads[phase].median / (base?.[phase].median ?? Number.NaN);
            return { name: `${phase}, ${size}`, unit: "ms", ...spreads[phase], ratio };
          }),
        );
      } finally {
        for (const { limit } of limits) limit.remove();
        await store.stop();
      }
    }),
};

/** Measures a new environment in milliseconds: its import, its first response, and the medians of its warm responses. */
async function measure(
  file: string,
  env: Record<string, string>,
  limit: CpuLimit,
  { check, submit }: { check: object; submit: object },
) {
  const environment = await EnvironmentProcess.start(file, env, { limit });
  const responseMs = (event: object) => environment.responseMs(event, TIMEOUT_MILLISECONDS);
  try {
    const first = await responseMs(check);
    const [checks, submits]: [number[], number[]] = [[], []];
    for (let round = 0; round < WARM_RESPONSES; round++) {
      checks.push(await responseMs(check));
      submits.push(await responseMs(submit));
    }
    return {
      import: environment.importMs,
      "first response": first,
      check: spread(checks).median,
      submit: spread(submits).median,
    };
  } finally {
    await environment.stop();
  }
}
