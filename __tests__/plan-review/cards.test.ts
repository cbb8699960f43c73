import type { TerraformPlan } from "../../plan-review/terraform-plan";
import { planOf, readPlanFile, reviewed } from "../support/plans";

const dangersOf = (plan: TerraformPlan) => reviewed(plan).dangers;

describe("where cards go", () => {
  /** Dangers of the plan that changes the payment endpoint's address, with other variables of the function. */
  const dangersWith = (edit: (change: { before: Variables; after: Variables; unknown: Variables }) => void) => {
    const plan = readPlanFile("bad-cards");
    for (const { type, change } of plan.resource_changes) {
      if (type !== "aws_lambda_function") continue;
      const variablesOf = (values: unknown) => (values as { environment: { variables: Variables }[] }).environment[0];
      change.after_unknown = { environment: [{ variables: {} }] };
      const [before, after, unknown] = [change.before, change.after, change.after_unknown].map(variablesOf);
      if (before && after && unknown) {
        edit({ before: before.variables, after: after.variables, unknown: unknown.variables });
      }
    }
    return dangersOf(plan);
  };
  type Variables = Record<string, unknown>;
  const turnOff = (variables: Variables) => {
    for (const name of Object.keys(variables)) if (name.startsWith("PAYMENT_")) delete variables[name];
  };
  const later = ["cards: the function sends card data in clear to an address that is known only after the apply"];

  it.each<[string, string[], Parameters<typeof dangersWith>[0]]>([
    [
      "to another host",
      [
        "cards: the function sends card data in clear to https://payments.example.net/tokens instead of https://payments.example.com/tokens",
      ],
      () => {},
    ],
    [
      "to another path",
      [
        "cards: the function sends card data in clear to https://payments.example.com/t instead of https://payments.example.com/tokens",
      ],
      ({ after }) => Object.assign(after, { PAYMENT_URL: "https://payments.example.com/t" }),
    ],
    [
      "to an endpoint for the first time",
      ["cards: the function sends card data in clear to https://payments.example.net/tokens for the first time"],
      ({ before }) => turnOff(before),
    ],
    ["to an unknown address", later, ({ unknown }) => Object.assign(unknown, { PAYMENT_URL: true })],
    ["with an unknown connector", later, ({ unknown }) => Object.assign(unknown, { PAYMENT_CONNECTOR: true })],
    ["no longer to an endpoint", [], ({ after }) => turnOff(after)],
    ["to the same endpoint", [], ({ before, after }) => Object.assign(after, before)],
    [
      "to the same endpoint, while another variable changes",
      [],
      ({ before, after }) => Object.assign(after, before, { STAGE: "other" }),
    ],
    [
      "to the same endpoint, while another variable is unknown",
      [],
      ({ before, after, unknown }) => {
        Object.assign(after, before);
        unknown.PAYMENT_SECRET_PARAMETER = true;
      },
    ],
  ])("%s", (_, dangers, edit) => expect(dangersWith(edit)).toEqual(dangers));

  it("from a function whose variables are all unknown, or sensitive", () => {
    const edited = (rest: object) => {
      const functions = readPlanFile("bad-cards").resource_changes.filter(({ type }) => type === "aws_lambda_function");
      for (const { change } of functions) Object.assign(change, rest);
      return dangersOf(planOf(functions));
    };
    expect(edited({ after_unknown: { environment: [{ variables: true }] } })).toEqual(later);
    expect(edited({ after_unknown: { environment: true } })).toEqual(later);
    expect(edited({ actions: ["create"], before: null })).toContain(
      "cards: the function sends card data in clear to https://payments.example.net/tokens for the first time",
    );
    const [danger] = edited({ after_sensitive: { environment: [{ variables: { PAYMENT_URL: true } }] } });
    expect(danger).toMatch(/^cards: .* sensitive$/);
  });
});
