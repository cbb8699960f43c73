import type { Spread } from "./measure";

export interface Row extends Spread {
  name: string;
  unit: "ms" | "KB" | "calls/s";
  /** the median divided by the median of the base row */
  ratio: number;
  /** a limit that the median should not exceed; `says` is its text in the table */
  bar?: { says: string; holds: boolean };
}

export interface Benchmark {
  title: string;
  run(options: { short: boolean }): Promise<Row[]>;
}

export interface ComparedSubject {
  name: string;
  spread: Spread;
  /** a limit for the median: a multiple of the base, or milliseconds in addition to it */
  bar?: { times: number } | { milliseconds: number };
}

/** Rows of milliseconds. The first row is the base of the others. */
export function compared(base: ComparedSubject, ...others: ComparedSubject[]): Row[] {
  return [base, ...others].map(({ name, spread, bar }) => {
    const row: Row = { name, unit: "ms", ...spread, ratio: spread.median / base.spread.median };
    if (!bar) return row;
    const [says, limit] =
      "milliseconds" in bar
        ? [`≤ +${bar.milliseconds} ms`, base.spread.median + bar.milliseconds]
        : [`≤ ${bar.times}`, base.spread.median * bar.times];
    return { ...row, bar: { says, holds: spread.median <= limit } };
  });
}

/** For a README: all measurements with their bars, and the machine. */
export function markdownTable(rows: Row[], machine: string): string {
  const line = (cells: string[]) => `| ${cells.join(" | ")} |`;
  return [
    machine,
    "",
    line(["", "min", "median", "max", "ratio", "bar"]),
    line(["---", "---:", "---:", "---:", "---:", "---"]),
    ...rows.map((row) => line([`${row.name.trim()}, ${row.unit}`, ...numbers(row), barText(row)])),
    "",
  ].join("\n");
}

/** A table of at most 80 columns. */
export function table(title: string, rows: Row[]): string {
  const line = (name: string, cells: string[], bar: string) =>
    `${name.padEnd(26)}${cells.map((cell) => cell.padStart(8)).join("")}  ${bar}`.trimEnd();
  return [
    title,
    line("", ["min", "median", "max", "ratio"], "bar"),
    ...rows.map((row) => line(`${row.name}, ${row.unit}`, numbers(row), barText(row))),
    "",
  ].join("\n");
}

const numbers = ({ minimum, median, maximum, ratio }: Row) =>
  [minimum, median, maximum, ratio].map((number) => number.toFixed(2));

const barText = ({ bar }: Row) => (bar ? `${bar.says}: ${bar.holds ? "holds" : "MISSED"}` : "");
