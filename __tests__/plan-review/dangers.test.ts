import { accessAdded } from "../../plan-review/dangers/access";
import { readPolicy, statementChanges } from "../../plan-review/policies";
import { summaryOf } from "../../plan-review/summary";
import type { TerraformPlan } from "../../plan-review/terraform-plan";
import { planOfChange, readPlanFile } from "../support/plans";

const dangersOf = (plan: TerraformPlan) => summaryOf(plan).dangers.map(({ kind, text }) => `${kind}: ${text}`);

it.each([
  ["first-deployment", []],
  ["nothing-to-do", []],
  ["prompt-changed", []],
  ["field-added", []],
  ["rotation-add", []],
  ["rotation-switch", []],
  ["rotation-remove", []],
  ["bad-key", ["key"]],
  ["bad-kms", ["key"]],
  ["bad-flow", ["calls"]],
  ["bad-open", ["access"]],
  ["bad-off", ["encryption"]],
  ["bad-cards", ["cards"]],
])("the plan %s has dangers of the kinds %j", (name, kinds) => {
  expect([...new Set(summaryOf(readPlanFile(name)).dangers.map(({ kind }) => kind))]).toEqual(kinds);
});

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
      return dangersOf({ resource_changes: functions });
    };
    expect(edited({ after_unknown: { environment: [{ variables: true }] } })).toEqual(later);
    expect(edited({ after_unknown: { environment: true } })).toEqual(later);
    expect(edited({ actions: ["create"], before: null })).toHaveLength(1);
    const [danger] = edited({ after_sensitive: { environment: [{ variables: { PAYMENT_URL: true } }] } });
    expect(danger).toMatch(/^cards: .* sensitive$/);
  });
});

describe("a changed policy", () => {
  const STATEMENT = {
    Sid: "A",
    Effect: "Allow",
    Principal: { AWS: "one" },
    Action: "kms:Encrypt",
    Condition: { StringEquals: { k: ["1", "2"] } },
  };
  const read = (statement: object) => readPolicy(JSON.stringify({ Statement: [statement] })) ?? [];

  it.each([
    [{ Action: ["kms:Encrypt", "kms:Decrypt"] }, ["allows kms:Decrypt in statement A"]],
    [{ Principal: { AWS: ["one", "two"] } }, ["gives access to AWS two in statement A"]],
    [{ Principal: "*" }, ["gives access to everybody in statement A"]],
    [{ Condition: undefined }, ["relaxes the condition StringEquals k in statement A"]],
    [{ Condition: { StringEquals: { k: ["1", "2", "3"] } } }, ["relaxes the condition StringEquals k in statement A"]],
    [{ Condition: { StringEquals: { k: "1" } } }, []],
    [{ Action: [] }, []],
  ])("with %j: %j", (change, added) => {
    const changes = statementChanges(read(STATEMENT), read({ ...STATEMENT, ...change }));
    expect(changes).toHaveLength(1);
    expect(changes.flatMap((statement) => accessAdded(statement, { ofResource: true }))).toEqual(added);
  });

  it.each([
    ["no JSON", "nothing"],
    ["no statement", "{}"],
    ["a statement that is null", '{"Statement":[null]}'],
    ["an unknown effect", '{"Statement":[{"Effect":"Permit","Action":"*"}]}'],
  ])("that has %s is a danger", (_, policy) => {
    const before = { policy: JSON.stringify({ Statement: [] }) };
    const plan = planOfChange("aws_kms_key.encryption-key_B3391E8B", { before, after: { policy } });
    expect(dangersOf(plan)).toEqual(["access: the KMS key has a policy that this review cannot read"]);
  });

  it("that cannot be read is shown as a value", () => {
    const plan = planOfChange("aws_kms_key.a", { before: { policy: "nothing" }, after: { policy: "something" } });
    const [change] = summaryOf(plan).changes;
    expect(change?.values).toEqual([{ what: "policy", before: "nothing", after: "something" }]);
  });
});

it.each(["nothing", "{}", '{"Version":"2019-10-30","StartAction":"a","Actions":[null]}'])(
  "a flow with the content %s is a danger",
  (content) => {
    const plan = planOfChange("aws_connect_contact_flow.capture_flow_A1930241", {
      before: null,
      after: { content },
      actions: ["create"],
    });
    expect(dangersOf(plan)).toEqual(["encryption: the flow has content in which this review finds no step"]);
  },
);
