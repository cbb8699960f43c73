import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type BenchDeployment,
  type ConnectEvent,
  functionEnvironment,
  PROJECT_DIR,
  plainEnvironment,
  withDeployment,
} from "./deployed";
import { EnvironmentProcess } from "./environments";
import { LimitedParameterStore } from "./limited-parameter-store";
import { type Chart, lineCharts } from "./line-chart";
import { bundlePlainHandler } from "./plain";

/** Parameter Store's default quota: GetParameter calls per second, for an account in a Region. */
const PER_SECOND = 40;
const AT_ONCE = [1, 10, 50, 200, 500];
/** From the prepare to the first check: a prompt, and entering sixteen digits. AWS's samples have no prepare. */
const ENTRY_SECONDS = 10;
/** Half of a thousand callers, within half of a minute. */
const GRADUAL_STORM = { environments: 500, seconds: 30 };
/**
 * In Lambda each environment has its own CPU, which a first response uses for 50 to 100 ms. On this machine, all environments
 * share a few cores. So clocks, timers and the store's rate are slowed down, until callers wait for the store and not for
 * this machine.
 */
const ENVIRONMENTS_AT_FULL_SPEED = 50;
const GRADUAL_STORM_SLOWNESS = 3;
const slownessOf = ({ environments, seconds }: { environments: number; seconds: number }) =>
  seconds === 0 ? Math.ceil(environments / ENVIRONMENTS_AT_FULL_SPEED) : GRADUAL_STORM_SLOWNESS;
const STARTED_AT_ONCE = 8;
/** After this time no further storm is started. */
const LIMIT_MINUTES = 25;

const HANDLERS = ["ours", "plain"] as const;
type HandlerName = (typeof HANDLERS)[number];

export interface StormRow {
  handler: HandlerName;
  environments: number;
  /** time between the first and the last first check; 0: all at the same moment */
  seconds: number;
  /** checks with a response; failed prepares do not count, because callers do not notice them */
  answered: number;
  errorBranch: number;
  /** of the responses, from the check */
  slowestMs: number;
  getParameterCalls: number;
  throttles: number;
}

interface Storm extends StormRow {
  /** time of each response, in seconds from the first check */
  responses: number[];
}

export async function runStorm({ short, write }: { short: boolean; write: boolean }) {
  const storms = await withDeployment((deployed) => allStorms(deployed, short));
  const file = join(PROJECT_DIR, write ? "docs/img/storm.svg" : "bench/results/storm.svg");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lineCharts(charts(storms)));
  return { file, rows: storms.map(({ responses, ...row }): StormRow => row) };
}

async function allStorms(deployed: BenchDeployment, short: boolean): Promise<Storm[]> {
  const plainFile = join(deployed.folder, "plain.mjs");
  await bundlePlainHandler(plainFile);
  const event = await deployed.checkEvent();
  const atOnce = (short ? [1, 10] : AT_ONCE).map((environments) => ({ environments, seconds: 0 }));
  const planned = [...atOnce, ...(short ? [] : [GRADUAL_STORM])];
  const storms: Storm[] = [];
  const started = performance.now();
  for (const { environments, seconds } of planned) {
    for (const handler of HANDLERS) {
      if (performance.now() - started > LIMIT_MINUTES * 60_000) {
        process.stderr.write(`stopped after ${LIMIT_MINUTES} minutes, before the remaining storms\n`);
        return storms;
      }
      storms.push(await storm({ deployed, plainFile, event, handler, environments, seconds }));
    }
  }
  return storms;
}

interface StormOptions {
  deployed: BenchDeployment;
  plainFile: string;
  event: ConnectEvent;
  handler: HandlerName;
  environments: number;
  seconds: number;
}

async function storm({ deployed, plainFile, event, handler, environments, seconds }: StormOptions): Promise<Storm> {
  const slowness = slownessOf({ environments, seconds });
  const store = await LimitedParameterStore.start(deployed.parameters, PER_SECOND / slowness, PER_SECOND);
  const [file, env] =
    handler === "ours"
      ? [deployed.bundle, functionEnvironment(deployed, store)]
      : [plainFile, plainEnvironment(deployed, store)];
  const running = await startEnvironments(environments, `${handler}, ${environments} environments`, () =>
    EnvironmentProcess.start(file, env, { slowness }),
  );
  try {
    store.open();
    const entryMs = handler === "ours" ? ENTRY_SECONDS * 1000 * slowness : 0;
    const firstCheck = performance.now() + entryMs;
    const timeoutMs = deployed.function.timeoutSeconds * 1000;
    const responses: number[] = [];
    let slowestMs = 0;
    await Promise.all(
      running.map(async (environment, index) => {
        const check = firstCheck + (index / environments) * seconds * 1000 * slowness;
        if (handler === "ours") {
          await until(check - entryMs);
          // An environment runs one invocation at a time, so the check waits for the prepare.
          await environment.invoke(deployed.prepareEvent(), timeoutMs);
        }
        await until(check);
        const { responded } = await environment.invoke(event, timeoutMs);
        if (!responded) return;
        const now = performance.now();
        responses.push((now - firstCheck) / 1000 / slowness);
        slowestMs = Math.max(slowestMs, (now - check) / slowness);
      }),
    );
    return {
      handler,
      environments,
      seconds,
      answered: responses.length,
      errorBranch: environments - responses.length,
      slowestMs: Math.round(slowestMs),
      getParameterCalls: store.counts.getParameter,
      throttles: store.counts.throttled,
      responses,
    };
  } finally {
    await Promise.all(running.map((environment) => environment.stop()));
    await store.stop();
  }
}

/** Starts environments that have imported the function and wait for their first event. They have no key yet. */
async function startEnvironments(
  count: number,
  label: string,
  start: () => Promise<EnvironmentProcess>,
): Promise<EnvironmentProcess[]> {
  const started: EnvironmentProcess[] = [];
  while (started.length < count) {
    const some = Math.min(STARTED_AT_ONCE, count - started.length);
    started.push(...(await Promise.all(Array.from({ length: some }, start))));
    process.stderr.write(`\r${label}: ${started.length} started`);
  }
  process.stderr.write("\n");
  return started;
}

/** @param moment as `performance.now()` returns it */
const until = (moment: number) => new Promise((resolve) => setTimeout(resolve, moment - performance.now()));

/** A table of at most 80 columns. */
export function stormTable(rows: StormRow[]): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(26) : String(cell).padStart(10))).join("");
  return [
    `Storm: Parameter Store accepts ${PER_SECOND} GetParameter calls per second`,
    line(["", "answered", "Error", "slowest", "Get-", "throttled"]),
    line(["", "", "branch", "ms", "Parameter", ""]),
    ...rows.map((row) =>
      line([nameOf(row), row.answered, row.errorBranch, row.slowestMs, row.getParameterCalls, row.throttles]),
    ),
    "",
  ].join("\n");
}

const nameOf = ({ handler, environments, seconds }: StormRow) =>
  `${handler}, ${environments}${seconds === 0 ? " at once" : ` in ${seconds} s`}`;

const COLORS = ["#0072b2", "#009e73", "#e69f00", "#d55e00", "#7b3fa0"];

function charts(storms: Storm[]): Chart[] {
  const chartOf = (title: string, seconds: number, some: Storm[]): Chart => {
    const counts = [...new Set(some.map(({ environments }) => environments))];
    return {
      title,
      xLabel: "seconds since the first check",
      yLabel: "callers with a response, percent",
      // On a busy machine even the invocations may take longer than the planned time.
      xMaximum: Math.ceil(Math.max(seconds, ...some.map(({ responses }) => responses.at(-1) ?? 0))),
      yMaximum: 100,
      lines: some.map((storm) => ({
        name: `${storm.handler}: ${storm.answered} of ${storm.environments} with a response`,
        color: COLORS[counts.indexOf(storm.environments) % COLORS.length] as string,
        dashed: storm.handler === "plain",
        points: storm.responses.map((x, index) => ({ x, y: ((index + 1) / storm.environments) * 100 })),
      })),
    };
  };
  const atOnce = storms.filter(({ seconds }) => seconds === 0);
  const gradual = storms.filter(({ seconds }) => seconds > 0);
  return [
    chartOf(`Environments whose callers start at once, ${PER_SECOND} GetParameter calls per second`, 7, atOnce),
    ...(gradual.length > 0
      ? [
          chartOf(
            `${GRADUAL_STORM.environments} environments within ${GRADUAL_STORM.seconds} s`,
            GRADUAL_STORM.seconds + 5,
            gradual,
          ),
        ]
      : []),
  ];
}
