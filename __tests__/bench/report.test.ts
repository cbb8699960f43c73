import { measureInTurns, sampleInTurns, spread } from "../../bench/measure";
import { compared, markdownTable, table } from "../../bench/report";

it("computes the median, for an even count as the mean of the middle two", () => {
  expect(spread([9, 1, 4])).toEqual({ minimum: 1, median: 4, maximum: 9 });
  expect(spread([10, 1, 2, 4])).toEqual({ minimum: 1, median: 3, maximum: 10 });
  expect(spread([7])).toEqual({ minimum: 7, median: 7, maximum: 7 });
});

it("measures in turns, and does not count warm-up rounds", async () => {
  const order: string[] = [];
  const subject = (name: string) => async () => {
    order.push(name);
    return { number: order.length };
  };
  const measured = await sampleInTurns({ a: subject("a"), b: subject("b") }, { rounds: 2, warmUp: 1 });
  expect(order.join("")).toBe("ababab");
  expect(measured).toEqual({
    a: { number: { minimum: 3, median: 4, maximum: 5 } },
    b: { number: { minimum: 4, median: 5, maximum: 6 } },
  });
});

it("waits for the end of an asynchronous subject", async () => {
  let ended = 0;
  const { slow } = await measureInTurns(
    {
      slow: async () => {
        await new Promise(setImmediate);
        ended++;
      },
    },
    { rounds: 3, warmUp: 0 },
  );
  expect(ended).toBe(3);
  expect(slow.minimum).toBeGreaterThan(0);
});

const exactly = (median: number) => ({ minimum: median, median, maximum: median });

it.each([
  ["a ratio", { times: 1.25 }, 5, "≤ 1.25: holds"],
  ["a missed ratio", { times: 1.25 }, 5.1, "≤ 1.25: MISSED"],
  ["milliseconds", { milliseconds: 1.5 }, 5.5, "≤ +1.5 ms: holds"],
  ["missed milliseconds", { milliseconds: 1.5 }, 5.6, "≤ +1.5 ms: MISSED"],
])("compares a row with its bar: %s", (_, bar, median, says) => {
  const rows = compared({ name: "floor", spread: exactly(4) }, { name: "ours", spread: exactly(median), bar });
  expect(rows.map(({ ratio }) => ratio)).toEqual([1, median / 4]);
  expect(table("Title", rows).split("\n").at(-2)).toMatch(new RegExp(`${says.replace("+", "\\+")}$`));
});

it("fits into 80 columns, and is valid JSON", () => {
  const rows = compared(
    { name: "floor, three messages", spread: exactly(12345.678) },
    { name: "submit of three fields", spread: exactly(23456.789), bar: { milliseconds: 1.5 } },
  );
  for (const line of table("Title", rows).split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(JSON.parse(JSON.stringify(rows))).toEqual(rows);
});

it("writes the same as Markdown, with the machine", () => {
  const rows = compared(
    { name: "floor", spread: exactly(4) },
    { name: "ours", spread: { minimum: 4, median: 5, maximum: 9 }, bar: { times: 1.25 } },
  );
  expect(markdownTable(rows, "2 × CPU, Node 24.0.0, 2026-11-25").split("\n")).toEqual([
    "2 × CPU, Node 24.0.0, 2026-11-25",
    "",
    "|  | min | median | max | ratio | bar |",
    "| --- | ---: | ---: | ---: | ---: | --- |",
    "| floor, ms | 4.00 | 4.00 | 4.00 | 1.00 |  |",
    "| ours, ms | 4.00 | 5.00 | 9.00 | 1.25 | ≤ 1.25: holds |",
    "",
  ]);
});
