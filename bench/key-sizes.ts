import { alternate } from "./measure";
import type { Benchmark, Row } from "./report";
import { waysToDecrypt } from "./subjects";

export const keySizes: Benchmark = {
  title: "Key sizes; ratio to the floor of the same size",
  async run({ short }) {
    const rows: Row[] = [];
    for (const bits of [2048, 3072, 4096]) {
      const { floor, ours } = await waysToDecrypt(bits);
      const measured = await alternate({ floor, ours }, short ? { rounds: 5, warmUp: 1 } : { rounds: 100, warmUp: 20 });
      rows.push(
        { name: `RSA-${bits} floor`, unit: "ms", ...measured.floor, ratio: 1 },
        {
          name: `RSA-${bits} ours`,
          unit: "ms",
          ...measured.ours,
          ratio: measured.ours.median / measured.floor.median,
        },
      );
    }
    return rows;
  },
};
