import { ParameterStore } from "../simulator/parameter-store";
import { CpuLimit } from "./cpu-limit";
import { environmentOf, withDeployed } from "./deployed";
import { EnvironmentProcess } from "./environments";
import { sampleInTurns, spread } from "./measure";
import type { Benchmark, Row } from "./report";

/** "At 1,769 MB, a function has the equivalent of one vCPU", and of less in proportion: Lambda's developer guide. */
const MB_OF_ONE_CORE = 1769;
const SIZES = [128, 256, 512, 1024, MB_OF_ONE_CORE];
const WARM_ANSWERS = 15;

export const memory: Benchmark = {
  title: "Memory size, by its share of a core; ratio to 1769 MB",
  run: ({ short }) =>
    withDeployed(async (deployed) => {
      const store = await ParameterStore.start(deployed.parameters, deployed.function.role);
      const limits = SIZES.map((megabytes) => ({ megabytes, limit: new CpuLimit(megabytes / MB_OF_ONE_CORE) }));
      try {
        const events = { check: await deployed.checkEvent(), submit: await deployed.submitEvent() };
        const subjects = limits.map(({ megabytes, limit }) => {
          const subject = () => measure(deployed.bundle, environmentOf(deployed, store), limit, events);
          return [`${megabytes} MB`, subject] as const;
        });
        const measured = await sampleInTurns(
          Object.fromEntries(subjects),
          short ? { rounds: 1, warmUp: 0 } : { rounds: 5, warmUp: 0 },
        );
        const base = measured[`${MB_OF_ONE_CORE} MB`];
        return (["import", "first answer", "check", "submit"] as const).flatMap((what) =>
          Object.entries(measured).map(([size, spreads]): Row => {
            const ratio = spreads[what].median / (base?.[what].median ?? Number.NaN);
            return { name: `${what}, ${size}`, unit: "ms", ...spreads[what], ratio };
          }),
        );
      } finally {
        for (const { limit } of limits) limit.remove();
        await store.stop();
      }
    }),
};

/** One environment: its start, its first answer, and of the warm ones the medians; milliseconds. */
async function measure(
  file: string,
  env: Record<string, string>,
  limit: CpuLimit,
  { check, submit }: { check: object; submit: object },
) {
  const environment = await EnvironmentProcess.start(file, env, { limit });
  const answerMs = async (event: object) => {
    const { answered, milliseconds, error } = await environment.invoke(event, 60_000);
    if (!answered) throw new Error(`The function did not answer: ${error}`);
    return milliseconds;
  };
  try {
    const first = await answerMs(check);
    const [checks, submits]: [number[], number[]] = [[], []];
    for (let round = 0; round < WARM_ANSWERS; round++) {
      checks.push(await answerMs(check));
      submits.push(await answerMs(submit));
    }
    return {
      import: environment.importMs,
      "first answer": first,
      check: spread(checks).median,
      submit: spread(submits).median,
    };
  } finally {
    await environment.stop();
  }
}
