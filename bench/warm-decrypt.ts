import { measureInTurns, WARM_UP } from "./measure";
import { type Benchmark, compared } from "./report";
import { waysToDecrypt } from "./subjects";

const BAR = 1.4;

export const warmDecrypt: Benchmark = {
  title: "Warm decryption of one 16-digit message, RSA-4096; ratio to the floor",
  async run({ short }) {
    const { floor, ours, sdk } = await measureInTurns(
      await waysToDecrypt(4096),
      short ? { rounds: 5, warmUp: 1 } : { rounds: 200, warmUp: WARM_UP },
    );
    return compared(
      { name: "floor", spread: floor },
      { name: "ours", spread: ours, bar: { times: BAR } },
      { name: "SDK as in samples", spread: sdk },
    );
  },
};
