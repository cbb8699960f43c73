import type { Spread } from "./measure";

export interface Row extends Spread {
  name: string;
  unit: "ms" | "KB" | "calls/s";
  /** the median, against that of the row it is compared with */
  ratio: number;
  bar?: { says: string; holds: boolean };
}

export interface Benchmark {
  title: string;
  run(options: { short: boolean }): Promise<Row[]>;
}

export interface Compared {
  name: string;
  spread: Spread;
  /** how much of the measure it may take: times, or milliseconds beyond it */
  bar?: { times: number } | { milliseconds: number };
}

/** A row of milliseconds, and those that it is the measure of. */
export function compared(measure: Compared, ...others: Compared[]): Row[] {
  const base = measure.spread.median;
  return [measure, ...others].map(({ name, spread, bar }) => {
    const row: Row = { name, unit: "ms", ...spread, ratio: spread.median / base };
    if (!bar) return row;
    const inTime = "milliseconds" in bar;
    const [says, most] = inTime
      ? [`≤ +${bar.milliseconds} ms`, base + bar.milliseconds]
      : [`≤ ${bar.times}`, base * bar.times];
    return { ...row, bar: { says, holds: spread.median <= most } };
  });
}

/** A table of at most 80 columns. */
export function table(title: string, rows: Row[]): string {
  const line = (name: string, cells: string[], bar: string) =>
    `${name.padEnd(26)}${cells.map((cell) => cell.padStart(8)).join("")}  ${bar}`.trimEnd();
  return [
    title,
    line("", ["min", "median", "max", "ratio"], "bar"),
    ...rows.map(({ name, unit, minimum, median, maximum, ratio, bar }) =>
      line(
        `${name}, ${unit}`,
        [minimum, median, maximum, ratio].map((number) => number.toFixed(2)),
        bar ? `${bar.says}: ${bar.holds ? "holds" : "MISSED"}` : "",
      ),
    ),
    "",
  ].join("\n");
}
