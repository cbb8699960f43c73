import { LARGE_FLOWS } from "../__tests__/support/large-flows";
import { validateFlow } from "../flow-validation/validate-flow";
import { measureInTurns } from "./measure";
import { type Benchmark, compared, type Row } from "./report";

/** Of the time for a flow of half the size: 2 is linear. Copies take facts times branches. */
const BAR = 5;

export const lint: Benchmark = {
  title: "Flow linter, flows of half and of the greatest size",
  async run({ short }) {
    const rows: Row[] = [];
    for (const [name, flowOf] of Object.entries(LARGE_FLOWS)) {
      const [half, whole] = [flowOf(0.5), flowOf(1)];
      const spreads = await measureInTurns(
        { half: () => validateFlow(half), whole: () => validateFlow(whole) },
        short ? { rounds: 3, warmUp: 1 } : { rounds: 10, warmUp: 3 },
      );
      rows.push(
        ...compared({ name, spread: spreads.half }, { name: "  twice", spread: spreads.whole, bar: { times: BAR } }),
      );
    }
    return rows;
  },
};
