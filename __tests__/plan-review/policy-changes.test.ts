import { openings, policyChanges } from "../../plan-review/policy-changes";

const WAS = {
  Sid: "A",
  Effect: "Allow",
  Principal: { AWS: "one" },
  Action: "kms:Encrypt",
  Condition: { StringEquals: { k: ["1", "2"] } },
};
const opened = (change: object) =>
  policyChanges(JSON.stringify({ Statement: [WAS] }), JSON.stringify({ Statement: [{ ...WAS, ...change }] })).flatMap(
    (statement) => openings(statement, true),
  );

it.each([
  [{ Action: ["kms:Encrypt", "kms:Decrypt"] }, ["allows kms:Decrypt by A"]],
  [{ Principal: { AWS: ["one", "two"] } }, ["lets AWS two in by A"]],
  [{ Principal: "*" }, ["lets anybody in by A"]],
  [{ Condition: undefined }, ["loosens the condition StringEquals k of A"]],
  [{ Condition: { StringEquals: { k: ["1", "2", "3"] } } }, ["loosens the condition StringEquals k of A"]],
  [{ Condition: { StringEquals: { k: "1" } } }, []],
  [{ Action: [] }, []],
])("tells what %j opens", (change, openings) => expect(opened(change)).toEqual(openings));
