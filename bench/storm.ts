import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  type ConnectEvent,
  type Deployed,
  environmentOf,
  PROJECT_DIR,
  plainEnvironmentOf,
  withDeployed,
} from "./deployed";
import { EnvironmentProcess } from "./environments";
import { LimitedParameterStore } from "./limited-parameter-store";
import { type Chart, lineCharts } from "./line-chart";
import { buildPlainHandler } from "./plain";

/** Parameter Store's default: GetParameter calls a second, for an account in a Region. */
const PER_SECOND = 40;
const AT_ONCE = [1, 10, 50, 200, 500];
/** From the prepare to the first check: what a prompt and the sixteen digits of a card take. AWS's samples have no prepare. */
const TYPING_SECONDS = 10;
/** A thousand callers within a minute, half of each. */
const STORY = { environments: 500, seconds: 30 };
/**
 * Lambda gives every environment a CPU of its own, and a first answer keeps it busy for 50 to 100 ms. Here a few cores do it
 * for all: so a storm goes in slow motion, in which clocks, timers and the store's rate go so many times slower. Then what
 * callers wait for is the store, and not this machine.
 */
const ENVIRONMENTS_IN_FULL_MOTION = 50;
const SLOWNESS_OF_STORY = 3;
const slownessOf = ({ environments, seconds }: { environments: number; seconds: number }) =>
  seconds === 0 ? Math.ceil(environments / ENVIRONMENTS_IN_FULL_MOTION) : SLOWNESS_OF_STORY;
const STARTED_AT_ONCE = 8;
/** A busy machine gets no further than it has come by then. */
const LIMIT_MINUTES = 25;

const HANDLERS = ["ours", "plain"] as const;
type HandlerName = (typeof HANDLERS)[number];

export interface StormRow {
  handler: HandlerName;
  environments: number;
  /** within which all first checks came; 0: in the same moment */
  seconds: number;
  /** checks; what became of a prepare, no caller hears */
  answered: number;
  errorBranch: number;
  /** of the answers, from the check on */
  slowestMs: number;
  getParameterCalls: number;
  throttles: number;
}

interface Storm extends StormRow {
  /** when each answer came, in seconds from the first check on */
  answers: number[];
}

export async function runStorm({ short, write }: { short: boolean; write: boolean }) {
  const storms = await withDeployed((deployed) => allStorms(deployed, short));
  const file = join(PROJECT_DIR, write ? "docs/img/storm.svg" : "bench/results/storm.svg");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, lineCharts(charts(storms)));
  return { file, rows: storms.map(({ answers, ...row }): StormRow => row) };
}

async function allStorms(deployed: Deployed, short: boolean): Promise<Storm[]> {
  const plainFile = join(deployed.folder, "plain.mjs");
  await buildPlainHandler(plainFile);
  const event = await deployed.checkEvent();
  const atOnce = (short ? [1, 10] : AT_ONCE).map((environments) => ({ environments, seconds: 0 }));
  const planned = [...atOnce, ...(short ? [] : [STORY])];
  const storms: Storm[] = [];
  const begun = performance.now();
  for (const { environments, seconds } of planned) {
    for (const handler of HANDLERS) {
      if (performance.now() - begun > LIMIT_MINUTES * 60_000) {
        process.stderr.write(`stopped after ${LIMIT_MINUTES} minutes: the other storms are left out\n`);
        return storms;
      }
      storms.push(await storm({ deployed, plainFile, event, handler, environments, seconds }));
    }
  }
  return storms;
}

interface StormOptions {
  deployed: Deployed;
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
      ? [deployed.bundle, environmentOf(deployed, store)]
      : [plainFile, plainEnvironmentOf(deployed, store)];
  const started = await startEnvironments(environments, `${handler}, ${environments} environments`, () =>
    EnvironmentProcess.start(file, env, { slowness }),
  );
  try {
    store.open();
    const typingMs = handler === "ours" ? TYPING_SECONDS * 1000 * slowness : 0;
    const firstCheck = performance.now() + typingMs;
    const limit = deployed.function.timeoutSeconds * 1000;
    const answers: number[] = [];
    let slowestMs = 0;
    await Promise.all(
      started.map(async (environment, index) => {
        const check = firstCheck + (index / environments) * seconds * 1000 * slowness;
        if (handler === "ours") {
          await until(check - typingMs);
          // As long as it runs its environment is busy, and the check waits for it.
          await environment.invoke(deployed.prepareEvent(), limit);
        }
        await until(check);
        const { answered } = await environment.invoke(event, limit);
        if (!answered) return;
        const now = performance.now();
        answers.push((now - firstCheck) / 1000 / slowness);
        slowestMs = Math.max(slowestMs, (now - check) / slowness);
      }),
    );
    return {
      handler,
      environments,
      seconds,
      answered: answers.length,
      errorBranch: environments - answers.length,
      slowestMs: Math.round(slowestMs),
      getParameterCalls: store.counts.getParameter,
      throttles: store.counts.throttled,
      answers,
    };
  } finally {
    await Promise.all(started.map((environment) => environment.stop()));
    await store.stop();
  }
}

/** Imported and waiting for their first event, without a key: the store is closed as yet. */
async function startEnvironments(
  count: number,
  what: string,
  start: () => Promise<EnvironmentProcess>,
): Promise<EnvironmentProcess[]> {
  const started: EnvironmentProcess[] = [];
  while (started.length < count) {
    const some = Math.min(STARTED_AT_ONCE, count - started.length);
    started.push(...(await Promise.all(Array.from({ length: some }, start))));
    process.stderr.write(`\r${what}: ${started.length} started`);
  }
  process.stderr.write("\n");
  return started;
}

/** @param moment by `performance.now()` */
const until = (moment: number) => new Promise((resolve) => setTimeout(resolve, moment - performance.now()));

/** A table of at most 80 columns. */
export function stormTable(rows: StormRow[]): string {
  const line = (cells: (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(26) : String(cell).padStart(10))).join("");
  return [
    `The storm: Parameter Store answers ${PER_SECOND} GetParameter a second`,
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
      yLabel: "callers answered, percent",
      // A busy machine may not even have invoked all of them in the first second.
      xMaximum: Math.ceil(Math.max(seconds, ...some.map(({ answers }) => answers.at(-1) ?? 0))),
      yMaximum: 100,
      lines: some.map((storm) => ({
        name: `${storm.handler}: ${storm.answered} of ${storm.environments} answered`,
        color: COLORS[counts.indexOf(storm.environments) % COLORS.length] as string,
        dashed: storm.handler === "plain",
        points: storm.answers.map((x, index) => ({ x, y: ((index + 1) / storm.environments) * 100 })),
      })),
    };
  };
  const atOnce = storms.filter(({ seconds }) => seconds === 0);
  const story = storms.filter(({ seconds }) => seconds > 0);
  return [
    chartOf(`Environments whose callers come at once, ${PER_SECOND} GetParameter a second`, 7, atOnce),
    ...(story.length > 0
      ? [chartOf(`${STORY.environments} environments within ${STORY.seconds} s`, STORY.seconds + 5, story)]
      : []),
  ];
}
