import { type AccessRequest, isAllowed, type PolicyStatement } from "../../simulator/access-policy";

const ACCOUNT = "arn:aws:iam::123456789012";
const ROLE = `${ACCOUNT}:role/function`;
const KEY = "arn:aws:kms:us-east-1:123456789012:key/k";
const REQUEST: AccessRequest = { principal: ROLE, action: "kms:Decrypt", resource: KEY };
const ALLOW: PolicyStatement = { Effect: "Allow", Action: "kms:Decrypt", Resource: KEY };

const allowed = (statement: Partial<PolicyStatement>, context?: Record<string, string>) =>
  isAllowed({ ...REQUEST, ...(context ? { context } : {}) }, [{ ...ALLOW, ...statement }]);

it("denies what nothing allows, and what anything denies", () => {
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
])("meets conditions: %j is %s", (Condition, expected) => {
  const context = { a: "one", b: "two", arn: "arn:aws:s3:::bucket", yes: "true" };
  expect(allowed({ Condition }, context)).toBe(expected);
});

it("lets nobody claim to be somebody else", () => {
  const Condition = { ArnEquals: { "aws:PrincipalArn": `${ACCOUNT}:role/other` } };
  expect(allowed({ Condition }, { "aws:PrincipalArn": `${ACCOUNT}:role/other` })).toBe(false);
});

describe("a resource's own policy", () => {
  const ofKey = (Principal: PolicyStatement["Principal"], more: Partial<PolicyStatement> = {}): PolicyStatement => ({
    ...ALLOW,
    Resource: "*",
    ...(Principal ? { Principal } : {}),
    ...more,
  });
  const account = { AWS: `${ACCOUNT}:root` };

  it.each<[string, PolicyStatement[], PolicyStatement[], boolean]>([
    ["leaves it to IAM by naming the account", [ALLOW], [ofKey(account)], true],
    ["which must allow it, too", [], [ofKey(account)], false],
    ["allows by naming the role, whatever IAM says", [], [ofKey({ AWS: ROLE })], true],
    ["and everyone", [], [ofKey("*")], true],
    ["has to take part", [ALLOW], [], false],
    ["and not for somebody else", [ALLOW], [ofKey({ AWS: `${ACCOUNT}:role/other` })], false],
    ["nor for a service", [ALLOW], [ofKey({ Service: "logs.us-east-1.amazonaws.com" })], false],
    ["nor for another account", [ALLOW], [ofKey({ AWS: "arn:aws:iam::999999999999:root" })], false],
    ["denies", [ALLOW], [ofKey(account), ofKey(account, { Effect: "Deny" })], false],
    ["under its conditions", [ALLOW], [ofKey(account, { Condition: { Bool: { no: "true" } } })], false],
  ])("%s", (_, identity, resource, expected) => {
    expect(isAllowed(REQUEST, identity, resource)).toBe(expected);
  });
});

it.each<[Record<string, unknown>, string]>([
  [{ NotAction: "kms:Encrypt" }, "policy element NotAction"],
  [{ Condition: { StringNotEquals: { a: "one" } } }, "condition operator StringNotEquals"],
  [{ Condition: { "ForAllValues:StringEquals": { a: "one" } } }, "condition operator ForAllValues:StringEquals"],
])("says that it does not know %j", (statement, expected) => {
  expect(() => allowed(statement as Partial<PolicyStatement>, { a: "two" })).toThrow(expected);
});
