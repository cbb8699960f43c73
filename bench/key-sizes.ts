import { measureInTurns, WARM_UP } from "./measure";
import { type Benchmark, compared, type Row } from "./report";
import { waysToDecrypt } from "./subjects";

export const keySizes: Benchmark = {
  title: "Key sizes; ratio to the floor of the same size",
  async run({ short }) {
    const rows: Row[] = [];
    for (const bits of [2048, 3072, 4096]) {
      const { floor, ours } = await waysToDecrypt(bits);
      const measured = await measureInTurns(
        { floor, ours },
        short ? { rounds: 5, warmUp: 1 } : { rounds: 100, warmUp: WARM_UP },
      );
      rows.push(
        ...compared(
          { name: `RSA-${bits} floor`, spread: measured.floor },
          { name: `RSA-${bits} ours`, spread: measured.ours },
        ),
      );
    }
    return rows;
  },
};
