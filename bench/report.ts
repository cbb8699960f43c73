import type { Spread } from "./measure";

export interface Row extends Spread {
  name: string;
  unit: "ms" | "KB";
  /** the median, against that of the row it is compared with */
  ratio: number;
  bar?: { says: string; holds: boolean };
}

export interface Benchmark {
  title: string;
  run(options: { short: boolean }): Promise<Row[]>;
}

/** A table of at most 80 columns. */
export function table(title: string, rows: Row[]): string {
  const line = (name: string, cells: string[], bar: string) =>
    `${name.padEnd(24)}${cells.map((cell) => cell.padStart(8)).join("")}  ${bar}`.trimEnd();
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
