import fc from "fast-check";
import { reachable, stepsByName } from "../../flow-validation/graph";
import { branchesPastChecks, type ResponseCheck } from "../../flow-validation/past-checks";
import type { Branch, Flow, FlowStep } from "../../flow-validation/read-flow";

const STEPS = 7;
const LATER = ["s1", "s2", "s3", "s4", "s5", "s6"];
const name = fc.integer({ min: 0, max: STEPS - 1 }).map((index) => `s${index}`);
const branch = fc.record({ kind: fc.constantFrom("next", "condition", "error"), path: fc.constant(""), to: name });
const steps = fc
  .array(fc.array(branch, { maxLength: 3 }), { minLength: STEPS, maxLength: STEPS })
  .map((lists) =>
    lists.map((branches, index) => ({ name: `s${index}`, branches: branches as Branch[] }) as unknown as FlowStep),
  );

/** The definition, branch by branch: each error branch is followed on its own. */
function definedBranches(flow: Flow, { name, to }: ResponseCheck, handlesInput: (step: FlowStep) => boolean): Branch[] {
  const byName = stepsByName(flow);
  const withoutErrorOrAcceptance = (step: FlowStep) =>
    step.branches.filter((each) => each.kind !== "error" && !(step.name === name && each.to === to));
  const before = reachable(flow.start, byName, withoutErrorOrAcceptance);
  const isBehind = (step: string) => !before.has(step) && handlesInput(byName.get(step) as FlowStep);
  const behind = [...reachable(to, byName, withoutErrorOrAcceptance)].filter(isBehind);
  return flow.steps
    .filter((step) => before.has(step.name))
    .flatMap((step) => step.branches)
    .filter(({ kind }) => kind === "error")
    .filter((error) => {
      const reached = reachable(error.to, byName, withoutErrorOrAcceptance);
      return (error.to === to && !before.has(to)) || behind.some((step) => reached.has(step));
    });
}

it("finds the branches of the definition in any flow", () => {
  let found = 0;
  fc.assert(
    fc.property(steps, fc.array(name, { maxLength: 3 }), fc.subarray(LATER), (steps, compared, handling) => {
      const flow: Flow = { content: {}, start: "s0", steps };
      const handlesInput = (step: FlowStep) => handling.includes(step.name);
      const checks = steps
        .filter((step) => compared.includes(step.name))
        .flatMap(({ name, branches }) =>
          branches.filter(({ kind }) => kind !== "error").map(({ to }) => ({ name, to })),
        );
      const branches = branchesPastChecks(flow, checks, { handlesInput, continues: () => true });
      expect(branches).toEqual(new Set(checks.flatMap((check) => definedBranches(flow, check, handlesInput))));
      found += branches.size;
    }),
    { numRuns: 3000 },
  );
  expect(found).toBeGreaterThan(50);
});
