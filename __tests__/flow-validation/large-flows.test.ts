import { operationCounter } from "../support/count-operations";
import { assertWithinLimits, LARGE_FLOWS } from "../support/large-flows";

/** What a machine does in less than a second. The slowest of these flows needs 54 million. */
const MAX_OPERATIONS = 100_000_000;

const operations = operationCounter("flow-validation", (): typeof import("../../flow-validation/validate-flow") =>
  require("../../flow-validation/validate-flow"),
);

it.each(Object.entries(LARGE_FLOWS))("checks a large flow with few operations: %s", (_, flowOf) => {
  const flow = flowOf(1);
  assertWithinLimits(flow);
  const count = operations(({ validateFlow }) => validateFlow(flow));
  expect(count).toBeGreaterThan(1000);
  expect(count).toBeLessThan(MAX_OPERATIONS);
});
