import { type AccessRequest, isAllowed, type PolicyStatement, parsePolicy } from "../../simulator/access-policy";

const ACCOUNT = "arn:aws:iam::123456789012";
const ROLE = `${ACCOUNT}:role/function`;
const KEY = "arn:aws:kms:us-east-1:123456789012:key/k";
const REQUEST: AccessRequest = { principal: ROLE, action: "kms:Decrypt", resource: KEY };
const ALLOW: PolicyStatement = { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY };

const allowed = (statement: Partial<PolicyStatement>, context?: Record<string, string>) =>
  isAllowed({ ...REQUEST, ...(context ? { context } : {}) }, [{ ...ALLOW, ...statement }]);

it("denies a request without an Allow, and a request with a Deny", () => {
  expect(isAllowed(REQUEST, [])).toBe(false);
  expect(isAllowed(REQUEST, [ALLOW])).toBe(true);
  expect(isAllowed(REQUEST, [ALLOW, { ...ALLOW, Effect: "Deny" }])).toBe(false);
  expect(isAllowed(REQUEST, [{ ...ALLOW, Effect: "Deny" }, ALLOW])).toBe(false);
});

it.each<[Partial<PolicyStatement>, boolean]>([
  [{ Action: ["kms:Encrypt", "KMS:decrypt"] }, true],
  [{ Action: "kms:D*" }, true],
  [{ Action: "kms:Decryp?" }, true],
  [{ Action: "kms:Decrypt?" }, false],
  [{ Action: "ssm:*" }, false],
  [{ Resource: "*" }, true],
  [{ Resource: "arn:aws:kms:us-east-1:123456789012:key/*" }, true],
  [{ Resource: "arn:aws:kms:us-east-1:123456789012:key/K" }, false],
  [{ Resource: "arn.aws.kms.us-east-1.123456789012.key/k" }, false],
  [{ Resource: ["arn:aws:kms:us-east-1:123456789012:key/other", KEY] }, true],
])("matches actions and resources: %j is %s", (statement, expected) => {
  expect(allowed(statement)).toBe(expected);
});

it.each<[Record<string, Record<string, string | string[]>>, boolean]>([
  [{ StringEquals: { a: "one" } }, true],
  [{ StringEquals: { a: ["zero", "one"] } }, true],
  [{ StringEquals: { a: "o*" } }, false],
  [{ StringLike: { a: "o*" } }, true],
  [{ StringEquals: { a: "one", b: "two" } }, true],
  [{ StringEquals: { a: "one", b: "other" } }, false],
  [{ StringEquals: { missing: "one" } }, false],
  [{ ArnEquals: { arn: "arn:aws:s3:::b*" } }, true],
  [{ ArnLike: { arn: "arn:*:bucket" } }, false],
  [{ ArnEquals: { "aws:PrincipalArn": ROLE } }, true],
  [{ ArnEquals: { "aws:PrincipalArn": `${ROLE}2` } }, false],
  [{ Bool: { yes: "true" } }, true],
  [{ Bool: { yes: "false" } }, false],
  [{ Null: { missing: "true" } }, true],
  [{ Null: { a: "true" } }, false],
  [{ StringEquals: { a: "one" }, Bool: { yes: "false" } }, false],
])("evaluates conditions: %j is %s", (Condition, expected) => {
  const context = { a: "one", b: "two", arn: "arn:aws:s3:::bucket", yes: "true" };
  expect(allowed({ Condition }, context)).toBe(expected);
});

it("takes the principal from the request, not from its context", () => {
  const Condition = { ArnEquals: { "aws:PrincipalArn": `${ACCOUNT}:role/other` } };
  expect(allowed({ Condition }, { "aws:PrincipalArn": `${ACCOUNT}:role/other` })).toBe(false);
});

describe("a resource policy", () => {
  const ofKey = (Principal: PolicyStatement["Principal"], more: Partial<PolicyStatement> = {}): PolicyStatement => ({
    ...ALLOW,
    Resource: "*",
    ...(Principal ? { Principal } : {}),
    ...more,
  });
  const account = { AWS: `${ACCOUNT}:root` };

  it.each<[string, PolicyStatement[], PolicyStatement[], boolean]>([
    ["delegates to the role's policies if it names the account", [ALLOW], [ofKey(account)], true],
    ["delegates, and the role's policies must allow the request", [], [ofKey(account)], false],
    ["allows the request if it names the role", [], [ofKey({ AWS: ROLE })], true],
    ["allows the request if it names everyone", [], [ofKey("*")], true],
    ["denies without a statement", [ALLOW], [], false],
    ["denies if it names another role", [ALLOW], [ofKey({ AWS: `${ACCOUNT}:role/other` })], false],
    ["denies if it names a service", [ALLOW], [ofKey({ Service: "logs.us-east-1.amazonaws.com" })], false],
    ["denies if it names another account", [ALLOW], [ofKey({ AWS: "arn:aws:iam::999999999999:root" })], false],
    ["denies by a Deny", [ALLOW], [ofKey(account), ofKey(account, { Effect: "Deny" })], false],
    ["denies if its condition is not met", [ALLOW], [ofKey(account, { Condition: { Bool: { no: "true" } } })], false],
  ])("%s", (_, identity, resource, expected) => {
    expect(isAllowed(REQUEST, identity, resource)).toBe(expected);
  });
});

describe("rejects what it does not support", () => {
  it.each(["StringNotEquals", "ForAllValues:StringEquals"])("the condition operator %s", (operator) => {
    expect(() => allowed({ Condition: { [operator]: { a: "one" } } }, { a: "two" })).toThrow(
      `The simulator does not support the condition operator ${operator}.`,
    );
  });

  it.each<[object, string]>([
    [{ ...ALLOW, NotAction: "kms:Encrypt" }, "The simulator does not support the policy element NotAction."],
    [{ Effect: "Allow", NotAction: "kms:Encrypt", Resource: "*" }, "the policy element NotAction."],
    [{ Effect: "Allow", Action: "kms:Encrypt" }, "its Statement.0.Resource is missing or wrong."],
  ])("the statement %j", (statement, sentence) => {
    expect(() => parsePolicy(JSON.stringify({ Version: "2012-10-17", Statement: [statement] }))).toThrow(sentence);
  });
});

it("parses a policy with all supported elements", () => {
  const statement = { Sid: "s", ...ALLOW, Principal: { AWS: ROLE }, Condition: { Bool: { yes: "true" } } };
  expect(parsePolicy(JSON.stringify({ Statement: [statement] }))).toEqual([statement]);
});
