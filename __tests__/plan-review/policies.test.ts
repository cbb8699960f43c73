import { type PlannedStatement, readPolicy, statementChanges } from "../../plan-review/policies";

const ALLOW: PlannedStatement = { Effect: "Allow", Action: "a", Resource: "*" };
const DENY: PlannedStatement = { Effect: "Deny", Action: "a", Resource: "*" };
const policy = (...Statement: unknown[]) => JSON.stringify({ Version: "2012-10-17", Statement });

it.each([undefined, null, ""])("there is no policy in %j", (text) =>
  expect(readPolicy(text)).toEqual({ version: undefined, statements: [] }),
);

it.each<[string, string, object]>([
  ["a list of statements", policy(ALLOW, DENY), { version: "2012-10-17", statements: [ALLOW, DENY] }],
  [
    "one statement",
    JSON.stringify({ Version: "2012-10-17", Statement: ALLOW }),
    { version: "2012-10-17", statements: [ALLOW] },
  ],
  ["no version", JSON.stringify({ Id: "x", Statement: [] }), { version: "2008-10-17", statements: [] }],
  [
    "all parts",
    policy({
      Sid: "A",
      Effect: "Allow",
      NotPrincipal: { AWS: ["x"] },
      NotAction: ["a"],
      NotResource: "b",
      Condition: { Bool: { c: [true, "false", 1] } },
    }),
    {
      version: "2012-10-17",
      statements: [
        {
          Sid: "A",
          Effect: "Allow",
          NotPrincipal: { AWS: ["x"] },
          NotAction: ["a"],
          NotResource: "b",
          Condition: { Bool: { c: [true, "false", 1] } },
        },
      ],
    },
  ],
  ["100 statements", policy(...Array(100).fill(ALLOW)), { version: "2012-10-17", statements: Array(100).fill(ALLOW) }],
])("a policy can have %s", (_, text, parsed) => expect(readPolicy(text)).toEqual(parsed));

it.each<[string, unknown]>([
  ["is not a text", { Statement: [] }],
  ["is not JSON", "nothing"],
  ["has no statement", "{}"],
  ["has a statement that is null", policy(null)],
  ["has a list in a list", policy([ALLOW])],
  ["has an unknown effect", policy({ ...ALLOW, Effect: "Permit" })],
  ["has an effect in other letters", policy({ ...ALLOW, Effect: "allow" })],
  ["has an unknown part", JSON.stringify({ Statement: [], Extra: 1 })],
  ["has a statement with an unknown part", policy({ ...ALLOW, action: "b" })],
  ["has a statement without an action", policy({ Effect: "Allow", Resource: "*" })],
  ["has a statement with Action and NotAction", policy({ ...ALLOW, NotAction: "b" })],
  ["has a statement with Resource and NotResource", policy({ ...ALLOW, NotResource: "b" })],
  ["has a statement with Principal and NotPrincipal", policy({ ...ALLOW, Principal: "*", NotPrincipal: "b" })],
  ["has an action that is null", policy({ ...ALLOW, Action: null })],
  ["has a list of principals", policy({ ...ALLOW, Principal: ["*"] })],
  ["has a condition without keys", policy({ ...ALLOW, Condition: { Bool: {} } })],
  ["has a condition without operators", policy({ ...ALLOW, Condition: {} })],
  ["has a condition without values", policy({ ...ALLOW, Condition: { Bool: { a: [] } } })],
  ["has the same key twice", '{"Statement":[],"Statement":[{"Effect":"Allow","Action":"*"}]}'],
  ["has the same part of a statement twice", '{"Statement":[{"Effect":"Allow","Action":"*","Action":"a"}]}'],
  ["is nested too deep", `{"Statement":${"[".repeat(20_000)}${"]".repeat(20_000)}}`],
  ["has 101 statements", policy(...Array(101).fill(ALLOW))],
  ["has more than 50,000 characters", `${policy(ALLOW)}${" ".repeat(50_000)}`],
])("a policy cannot be read that %s", (_, text) => expect(readPolicy(text)).toBeUndefined());

it("reads a policy of 50,000 characters, with texts that contain colons, quotes and keys", () => {
  const statement = { ...ALLOW, Sid: 'a": "b', Resource: ['"Effect":', "\\"] };
  expect(readPolicy(policy(statement).padEnd(50_000))?.statements).toEqual([statement]);
});

describe("the differing statements of two policies", () => {
  const [a, b, c] = ["A", "B", "C"].map((Sid) => ({ ...ALLOW, Sid }));
  const other = { ...ALLOW, Action: "b" };
  if (!a || !b || !c) throw new Error("no statements");

  it.each<[string, PlannedStatement[], PlannedStatement[], object[]]>([
    ["none, in another order", [a, b, ALLOW], [ALLOW, b, a], []],
    ["none, with keys in another order", [a], [{ Resource: "*", Action: "a", Effect: "Allow", Sid: "A" }], []],
    ["added", [a], [a, b], [{ kind: "added", statement: "B", after: b }]],
    ["removed", [a, b], [b], [{ kind: "removed", statement: "A", before: a }]],
    [
      "changed",
      [a, b],
      [b, { ...a, Action: "b" }],
      [{ kind: "changed", statement: "A", before: a, after: { ...a, Action: "b" } }],
    ],
    [
      "without a Sid",
      [ALLOW, b],
      [b, other],
      [{ kind: "changed", statement: "number 1", before: ALLOW, after: other }],
    ],
    ["without a Sid, added", [b], [b, other], [{ kind: "added", statement: "number 2", after: other }]],
    [
      "with another effect",
      [a],
      [{ ...a, Effect: "Deny" }],
      [
        { kind: "removed", statement: "A", before: a },
        { kind: "added", statement: "A", after: { ...a, Effect: "Deny" } },
      ],
    ],
    [
      "with the same Sid: a second one hides nothing",
      [a],
      [{ ...a, Action: "*" }, a],
      [{ kind: "added", statement: "A (number 1)", after: { ...a, Action: "*" } }],
    ],
    [
      "with the same Sid twice before and after",
      [a, { ...a, Action: "b" }],
      [
        { ...a, Action: "c" },
        { ...a, Action: "d" },
      ],
      [
        { kind: "changed", statement: "A (number 1)", before: a, after: { ...a, Action: "c" } },
        { kind: "changed", statement: "A (number 2)", before: { ...a, Action: "b" }, after: { ...a, Action: "d" } },
      ],
    ],
    ["one of two equal ones", [a, a], [a], [{ kind: "removed", statement: "A (number 2)", before: a }]],
    ["one more that is equal", [a], [a, a], [{ kind: "added", statement: "A (number 2)", after: a }]],
    [
      "with another Sid",
      [a],
      [c],
      [
        { kind: "removed", statement: "A", before: a },
        { kind: "added", statement: "C", after: c },
      ],
    ],
  ])("%s", (_, before, after, changes) => expect(statementChanges(before, after)).toEqual(changes));
});
