import type { PlannedStatement } from "../../plan-review/policies";
import { covers, entriesOf, globCovers, principalsOf, relaxedConditions } from "../../plan-review/policy-access";

it.each([
  ["ssm:GetParameter", "ssm:GetParameter", true],
  ["ssm:GetParameter", "ssm:GetParameters", false],
  ["ssm:GetParameters", "ssm:GetParameter", false],
  ["*", "anything", true],
  ["*", "", true],
  ["**", "*", true],
  ["*", "**", true],
  ["", "", true],
  ["", "a", false],
  ["?", "", false],
  ["a*", "a", true],
  ["a?", "a", false],
  ["a?", "ab", true],
  ["a?", "a?", true],
  ["a?", "a*", false],
  ["a*", "a?", true],
  ["ab", "a?", false],
  ["ab", "a*", false],
  ["a*b", "ab", true],
  ["a*b", "acb", true],
  ["a*b", "acbc", false],
  ["a*b", "a*cb", true],
  ["a*bc", "abbbc", true],
  ["a*b*c", "axbxxc", true],
  ["a*b*c", "axcxb", false],
  ["ssm:Get*", "ssm:GetParameter", true],
  ["ssm:Get*", "ssm:?*", false],
  ["ssm:?*", "ssm:Get*", true],
  ["*a", "ba", true],
  ["*a", "bab", false],
  ["x${a}*", "x${a}b", false],
  ["x${a}", "x${a}", true],
  ["a\\*", "ab", false],
])("the pattern %j covers %j: %s", (wide, narrow, covered) => expect(globCovers(wide, narrow)).toBe(covered));

it("does not compare patterns that are far too long", () => {
  const long = `${"a*".repeat(1000)}b`;
  expect(globCovers(long, long)).toBe(true);
  expect(globCovers(long, `${long}b`)).toBe(false);
  expect(globCovers("a*", `a${"b".repeat(1000)}`)).toBe(true);
});

it("lists the entries of each form of a part", () => {
  expect(entriesOf(undefined)).toEqual([]);
  expect(entriesOf("a")).toEqual(["a"]);
  expect(entriesOf(true)).toEqual(["true"]);
  expect(entriesOf(["a", 1])).toEqual(["a", "1"]);
  expect(entriesOf({ AWS: ["a", "b"], Service: "c" })).toEqual(["AWS a", "AWS b", "Service c"]);
});

it("lists principals in one form", () => {
  expect(principalsOf("*")).toEqual(["AWS *"]);
  expect(principalsOf({ AWS: ["123456789012", "*"], Service: "123456789012" })).toEqual([
    "AWS arn:aws:iam::123456789012:root",
    "AWS *",
    "Service 123456789012",
  ]);
  expect(principalsOf(undefined)).toEqual([]);
});

describe("a statement", () => {
  const STATEMENT: PlannedStatement = {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::123456789012:root" },
    Action: ["kms:Decrypt", "kms:Get*"],
    Resource: ["arn:aws:kms:*:*:key/*", "exact"],
    Condition: { StringEquals: { "aws:SourceAccount": ["1", "2"] } },
  };

  it.each<[string, Partial<PlannedStatement>, boolean]>([
    ["the same", {}, true],
    ["another effect, which is not compared", { Effect: "Deny" }, true],
    ["another Sid", { Sid: "B" }, true],
    ["the account's id", { Principal: { AWS: "123456789012" } }, true],
    ["another account", { Principal: { AWS: "arn:aws:iam::999999999999:root" } }, false],
    ["the same name as another type", { Principal: { Service: "arn:aws:iam::123456789012:root" } }, false],
    ["everybody", { Principal: "*" }, false],
    ["everybody in a list", { Principal: { AWS: ["*"] } }, false],
    ["no principal", { Principal: undefined }, false],
    ["all but one principal", { Principal: undefined, NotPrincipal: { AWS: "x" } }, false],
    ["one of the actions", { Action: "kms:Decrypt" }, true],
    ["an action in other letters", { Action: "KMS:decrypt" }, true],
    ["an action of the pattern", { Action: "kms:GetKeyPolicy" }, true],
    ["a narrower pattern", { Action: "kms:GetKey*" }, true],
    ["a wider pattern", { Action: "kms:G*" }, false],
    ["another action", { Action: ["kms:Decrypt", "kms:Encrypt"] }, false],
    ["no action", { Action: [] }, true],
    ["all but one action", { Action: undefined, NotAction: "kms:Decrypt" }, false],
    ["a resource of the pattern", { Resource: "arn:aws:kms:us-east-1:1:key/a" }, true],
    ["a resource in other letters", { Resource: "EXACT" }, false],
    ["any resource", { Resource: "*" }, false],
    ["a wider resource", { Resource: "arn:aws:kms:*:*:*" }, false],
    ["no resource", { Resource: undefined }, false],
    ["all but one resource", { Resource: undefined, NotResource: "x" }, false],
    ["a stricter condition", { Condition: { StringEquals: { "aws:SourceAccount": "1" } } }, true],
    ["a looser condition", { Condition: { StringEquals: { "aws:SourceAccount": ["1", "3"] } } }, false],
    ["no condition", { Condition: undefined }, false],
  ])("covers one with %s: %j: %s", (_, change, covered) =>
    expect(covers(STATEMENT, { ...STATEMENT, ...change })).toBe(covered),
  );

  it.each<[string, Partial<PlannedStatement>, Partial<PlannedStatement>, boolean]>([
    ["everybody covers an account", { Principal: "*" }, { Principal: { AWS: "x" } }, true],
    ["everybody does not cover a service", { Principal: "*" }, { Principal: { Service: "x" } }, false],
    ["everybody covers everybody", { Principal: { AWS: "*" } }, { Principal: "*" }, true],
    ["all but one covers all but this and more", { NotAction: "a" }, { NotAction: ["b", "a"] }, true],
    ["all but one does not cover all but another", { NotAction: "a" }, { NotAction: "b" }, false],
    ["all but two does not cover all but one", { NotAction: ["a", "b"] }, { NotAction: "a" }, false],
    ["all but one does not cover an action", { NotAction: "a" }, { Action: "b" }, false],
    ["an action does not cover all but one", { Action: "*" }, { NotAction: "b" }, false],
    ["all but none does not cover an action", { NotAction: [] }, { Action: "b" }, false],
    [
      "all but one resource covers the same",
      { Action: "a", NotResource: "a" },
      { Action: "a", NotResource: "a" },
      true,
    ],
    ["all but one principal covers the same", { NotPrincipal: { AWS: "a" } }, { NotPrincipal: { AWS: "a" } }, true],
    ["no principals cover no principals", { Action: "a" }, { Action: "a" }, true],
    ["no principal does not cover all but one", { Action: "a" }, { Action: "a", NotPrincipal: { AWS: "a" } }, false],
    ["no resource does not cover all but one", { Action: "a" }, { Action: "a", NotResource: "a" }, false],
    ["conditions of none cover any", {}, { Condition: { Bool: { a: true } } }, true],
  ])("%s: %j, %j: %s", (_, wide, narrow, covered) =>
    expect(covers({ Effect: "Allow", ...wide }, { Effect: "Allow", ...narrow })).toBe(covered),
  );
});

it("compares only equal entries if there are far too many", () => {
  const many = (prefix: string) => Array.from({ length: 400 }, (_, index) => `${prefix}${index}*`);
  const statement = (Action: string[]): PlannedStatement => ({ Effect: "Allow", Action });
  expect(covers(statement(many("a")), statement(many("a")))).toBe(true);
  expect(covers(statement(many("a")), statement(["a1b", "a2b"]))).toBe(true);
  expect(covers(statement(many("a")), statement([...many("a"), "a1b"]))).toBe(false);
});

describe("conditions", () => {
  const one = (operator: string, values: string | string[] | boolean | number, key = "k") => ({
    [operator]: { [key]: values },
  });

  it.each<[string, PlannedStatement["Condition"], PlannedStatement["Condition"], string[]]>([
    ["that stay", one("StringEquals", "1"), one("StringEquals", "1"), []],
    ["that are removed", one("StringEquals", "1"), undefined, ["StringEquals k"]],
    ["that are added", undefined, one("StringEquals", "1"), []],
    ["of another key", one("StringEquals", "1"), one("StringEquals", "1", "other"), ["StringEquals k"]],
    ["of the same key in other letters", one("StringEquals", "1"), one("StringEquals", "1", "K"), []],
    ["as a list with one value", one("StringEquals", ["1"]), one("StringEquals", "1"), []],
    ["as a boolean", one("Bool", "true"), one("Bool", true), []],
    ["as a number", one("NumericEquals", "1"), one("NumericEquals", 1), []],
    [
      "one of two",
      { ...one("StringEquals", "1"), ...one("Bool", true, "b") },
      one("Bool", true, "b"),
      ["StringEquals k"],
    ],
    ["a wildcard is a plain character", one("StringEquals", "a*"), one("StringEquals", "ab"), ["StringEquals k"]],
    ["StringLike a", one("StringLike", "a*"), one("StringLike", "ab"), []],
    ["StringLike *", one("StringLike", "ab"), one("StringLike", "a*"), ["StringLike k"]],
    ["StringNotLike a", one("StringNotLike", "ab"), one("StringNotLike", "a*"), []],
    ["StringNotLike *", one("StringNotLike", "a*"), one("StringNotLike", "ab"), ["StringNotLike k"]],
    ["ArnLike", one("ArnLike", "arn:a:b:c:d:e*"), one("ArnLike", "arn:a:b:c:d:ef:g"), []],
    ["ArnEquals", one("ArnEquals", "arn:a:b:c:d:e"), one("ArnEquals", "arn:a:b:c:d:e*"), ["ArnEquals k"]],
    ["ArnNotLike", one("ArnNotLike", "arn:a:b:c:d:ef"), one("ArnNotLike", "arn:a:b:c:d:e*"), []],
    [
      "a wildcard stays in its part of an ARN",
      one("ArnLike", "arn:*:c:d:e:f"),
      one("ArnLike", "arn:a:b:c:d:e:f"),
      ["ArnLike k"],
    ],
    ["a wildcard is not an ARN", one("ArnLike", "*"), one("ArnLike", "arn:a:b:c:d:e"), ["ArnLike k"]],
    ["the same text that is not an ARN", one("ArnLike", "x"), one("ArnLike", "x"), []],
    ["IfExists is added", one("StringEquals", "1"), one("StringEqualsIfExists", "1"), ["StringEquals k"]],
    ["IfExists is removed", one("StringEqualsIfExists", "1"), one("StringEquals", "1"), []],
    ["IfExists stays", one("StringEqualsIfExists", "1"), one("StringEqualsIfExists", "1"), []],
    ["IfExists with fewer values", one("StringEqualsIfExists", ["1", "2"]), one("StringEqualsIfExists", "1"), []],
    [
      "IfExists with more values",
      one("StringEqualsIfExists", "1"),
      one("StringEqualsIfExists", ["1", "2"]),
      ["StringEqualsIfExists k"],
    ],
    ["ForAnyValue is added", one("StringEquals", "1"), one("ForAnyValue:StringEquals", "1"), ["StringEquals k"]],
    [
      "ForAnyValue is removed",
      one("ForAnyValue:StringEquals", "1"),
      one("StringEquals", "1"),
      ["ForAnyValue:StringEquals k"],
    ],
    [
      "ForAnyValue with more values",
      one("ForAnyValue:StringEquals", "1"),
      one("ForAnyValue:StringEquals", ["1", "2"]),
      ["ForAnyValue:StringEquals k"],
    ],
    [
      "ForAnyValue with fewer values",
      one("ForAnyValue:StringEquals", ["1", "2"]),
      one("ForAnyValue:StringEquals", "2"),
      [],
    ],
    [
      "ForAllValues in place of ForAnyValue",
      one("ForAnyValue:StringLike", "1"),
      one("ForAllValues:StringLike", "1"),
      ["ForAnyValue:StringLike k"],
    ],
    [
      "ForAllValues, negated, with fewer",
      one("ForAllValues:StringNotEquals", ["1", "2"]),
      one("ForAllValues:StringNotEquals", "1"),
      ["ForAllValues:StringNotEquals k"],
    ],
    ["another operator", one("StringEquals", "1"), one("StringLike", "1"), ["StringEquals k"]],
    [
      "an unknown operator with the same values",
      one("NumericLessThan", ["1", "2"]),
      one("NumericLessThan", ["2", "1"]),
      [],
    ],
    [
      "an unknown operator with fewer values",
      one("NumericLessThan", ["1", "2"]),
      one("NumericLessThan", "1"),
      ["NumericLessThan k"],
    ],
    [
      "an unknown operator with more values",
      one("DateGreaterThan", "1"),
      one("DateGreaterThan", ["1", "2"]),
      ["DateGreaterThan k"],
    ],
  ])("%s", (_, before, after, relaxed) => expect(relaxedConditions(before, after)).toEqual(relaxed));

  it.each([
    ...["StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress", "Bool", "Null"],
    ...["NumericEquals", "DateEquals", "BinaryEquals"],
  ])("%s is stricter with fewer values", (operator) => {
    expect(relaxedConditions(one(operator, ["1", "2"]), one(operator, "1"))).toEqual([]);
    expect(relaxedConditions(one(operator, "1"), one(operator, ["1", "2"]))).toEqual([`${operator} k`]);
  });

  it.each([
    ...["StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike", "NotIpAddress"],
    ...["NumericNotEquals", "DateNotEquals"],
  ])("%s is stricter with more values", (operator) => {
    expect(relaxedConditions(one(operator, "1"), one(operator, ["1", "2"]))).toEqual([]);
    expect(relaxedConditions(one(operator, ["1", "2"]), one(operator, "1"))).toEqual([`${operator} k`]);
  });
});
