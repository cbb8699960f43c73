import type { PlannedStatement } from "../../plan-review/policies";
import { OWN, readPlanFile, reviewOfChange } from "../support/plans";

const KEY = "aws_kms_key.encryption-key_B3391E8B";
const ALARM_KEY = "aws_kms_key.monitoring_topic_key_51BE73A6";
const FUNCTION_ROLE = "aws_iam_role.decrypt-function_role_38FB9D99";
const FUNCTION_POLICY = "aws_iam_role_policy.decrypt-function_policy_D66F065E";
const REMINDER_POLICY = "aws_iam_role_policy.monitoring_expiry-reminders_policy_06D3C644";
const TOPIC_POLICY = "aws_sns_topic_policy.monitoring_topic_policy_D7E45924";
const TOPIC = "aws_sns_topic.monitoring_topic_DC51B990";
const ROOT = { AWS: "arn:aws:iam::123456789012:root" };
const PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/CONNECT_INPUT_DECRYPTION_KEY/1b2c";

const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });

/** What an update of a policy is reported as. */
const updated = (address: string, before: object[], after: object[], argument = "policy") =>
  reviewOfChange(address, { before: { [argument]: policy(...before) }, after: { [argument]: policy(...after) } });

describe("a statement of a KMS key's policy", () => {
  const STATEMENT: PlannedStatement = {
    Sid: "A",
    Effect: "Allow",
    Principal: { AWS: "one" },
    Action: ["kms:Encrypt", "kms:Describe*"],
    Resource: "*",
    Condition: { StringEquals: { k: ["1", "2"] }, StringNotEquals: { n: ["1", "2"] } },
  };
  const everybody = "access: the KMS key gives access to everybody in statement A";

  it.each<[string, object, string[]]>([
    [
      "one more action",
      { Action: ["kms:Encrypt", "kms:Describe*", "kms:Decrypt"] },
      ["access: the KMS key allows kms:Decrypt in statement A"],
    ],
    [
      "two more actions",
      { Action: ["kms:Decrypt", "kms:*"] },
      ["access: the KMS key allows kms:Decrypt, kms:* in statement A"],
    ],
    ["a wider action", { Action: ["kms:?*"] }, ["access: the KMS key allows kms:?* in statement A"]],
    ["a wildcard at the beginning", { Action: "*Key" }, ["access: the KMS key allows *Key in statement A"]],
    ["two wildcards", { Action: "**" }, ["access: the KMS key allows ** in statement A"]],
    ["an action of its pattern", { Action: ["kms:DescribeKey"] }, []],
    [
      "one more principal",
      { Principal: { AWS: ["one", "two"] } },
      ["access: the KMS key gives access to AWS two in statement A"],
    ],
    [
      "another type of principal",
      { Principal: { Service: "one" } },
      ["access: the KMS key gives access to Service one in statement A"],
    ],
    [
      "a federated principal",
      { Principal: { AWS: "one", Federated: "f" } },
      ["access: the KMS key gives access to Federated f in statement A"],
    ],
    ["everybody", { Principal: "*" }, [everybody]],
    ["everybody in an object", { Principal: { AWS: "*" } }, [everybody]],
    ["everybody in a list", { Principal: { AWS: ["one", "*"] } }, [everybody]],
    [
      "another account",
      { Principal: { AWS: "999999999999" } },
      ["access: the KMS key gives access to AWS arn:aws:iam::999999999999:root in statement A"],
    ],
    [
      "all but one principal",
      { Principal: undefined, NotPrincipal: { AWS: "x" } },
      ["access: the KMS key allows everything but the values of NotPrincipal in statement A"],
    ],
    [
      "all but one action",
      { Action: undefined, NotAction: "kms:Decrypt" },
      ["access: the KMS key allows everything but the values of NotAction in statement A"],
    ],
    [
      "all but one resource",
      { Resource: undefined, NotResource: "x" },
      ["access: the KMS key allows everything but the values of NotResource in statement A"],
    ],
    [
      "no condition",
      { Condition: undefined },
      [
        "access: the KMS key relaxes the condition StringEquals k in statement A",
        "access: the KMS key relaxes the condition StringNotEquals n in statement A",
      ],
    ],
    [
      "one value more",
      { Condition: { ...STATEMENT.Condition, StringEquals: { k: ["1", "2", "3"] } } },
      ["access: the KMS key relaxes the condition StringEquals k in statement A"],
    ],
    [
      "one value fewer of a negated condition",
      { Condition: { ...STATEMENT.Condition, StringNotEquals: { n: "1" } } },
      ["access: the KMS key relaxes the condition StringNotEquals n in statement A"],
    ],
    [
      "IfExists",
      { Condition: { StringEqualsIfExists: { k: ["1", "2"] }, StringNotEquals: { n: ["1", "2"] } } },
      ["access: the KMS key relaxes the condition StringEquals k in statement A"],
    ],
    ["one value fewer", { Condition: { ...STATEMENT.Condition, StringEquals: { k: "1" } } }, []],
    ["one more condition", { Condition: { ...STATEMENT.Condition, Bool: { b: true } } }, []],
    ["no action", { Action: [] }, []],
    ["no other", {}, []],
    ["another Sid", { Sid: "B" }, []],
    [
      "a Deny in its place",
      { Effect: "Deny" },
      ["calls: the KMS key denies kms:Encrypt, kms:Describe* in statement A"],
    ],
    ["another resource", { Resource: "x" }, []],
  ])("with %s", (_, change, dangers) => {
    expect(updated(KEY, [STATEMENT], [{ ...STATEMENT, ...change }])).toEqual({ dangers, notUnderstood: [] });
  });

  it.each<[string, object[], string[]]>([
    [
      "a second statement with the same Sid",
      [STATEMENT, { ...STATEMENT, Principal: "*" }],
      [
        "access: the KMS key gives access to everybody in statement A (number 2)",
        "access: the KMS key allows kms:Encrypt, kms:Describe* in statement A (number 2)",
      ],
    ],
    [
      "a second statement in front of it",
      [{ ...STATEMENT, Action: "kms:*" }, STATEMENT],
      [
        "access: the KMS key gives access to AWS one in statement A (number 1)",
        "access: the KMS key allows kms:* in statement A (number 1)",
      ],
    ],
    ["the same statement twice", [STATEMENT, STATEMENT], []],
    ["a narrower second statement", [STATEMENT, { ...STATEMENT, Sid: "B", Action: "kms:Encrypt" }], []],
    [
      "a Deny",
      [STATEMENT, { Effect: "Deny", Principal: "*", Action: "kms:Decrypt", Resource: "*" }],
      ["calls: the KMS key denies kms:Decrypt in statement number 2"],
    ],
    [
      "a Deny of all but one action",
      [STATEMENT, { Effect: "Deny", Principal: "*", NotAction: "kms:Decrypt", Resource: "*" }],
      ["calls: the KMS key denies more than before in statement number 2"],
    ],
    ["nothing", [], []],
  ])("and %s", (_, after, dangers) => {
    expect(updated(KEY, [STATEMENT], after)).toEqual({ dangers, notUnderstood: [] });
  });

  it("names at most six of many actions", () => {
    const actions = (count: number) => Array.from({ length: count }, (_, index) => `kms:A${index}`);
    const allowed = (count: number) => updated(KEY, [STATEMENT], [{ ...STATEMENT, Action: actions(count) }]).dangers;
    expect(allowed(6)).toEqual([
      "access: the KMS key allows kms:A0, kms:A1, kms:A2, kms:A3, kms:A4, kms:A5 in statement A",
    ]);
    expect(allowed(8)).toEqual([
      "access: the KMS key allows kms:A0, kms:A1, kms:A2, kms:A3, kms:A4, kms:A5 and 2 more in statement A",
    ]);
  });
});

describe("a Deny", () => {
  const DENY: PlannedStatement = {
    Sid: "D",
    Effect: "Deny",
    Principal: "*",
    Action: ["kms:*", "a:b"],
    Resource: "*",
    Condition: { Bool: { a: "true" } },
  };
  const changed = ["access: the KMS key changes the Deny statement D"];

  it.each<[string, object[], string[]]>([
    ["removed", [], changed],
    ["with fewer actions", [{ ...DENY, Action: "a:b" }], changed],
    ["with fewer principals", [{ ...DENY, Principal: { AWS: "x" } }], changed],
    ["with one more condition", [{ ...DENY, Condition: { ...DENY.Condition, StringEquals: { b: "c" } } }], changed],
    [
      "turned into an Allow",
      [{ ...DENY, Effect: "Allow" }],
      [
        ...changed,
        "access: the KMS key gives access to everybody in statement D",
        "access: the KMS key allows kms:*, a:b in statement D",
      ],
    ],
    ["that stays", [DENY], []],
    ["with another Sid", [{ ...DENY, Sid: "E" }], []],
    ["within a wider one", [{ ...DENY, Sid: "E", Action: "*" }], ["calls: the KMS key denies * in statement E"]],
    [
      "without a condition",
      [{ ...DENY, Condition: undefined }],
      ["calls: the KMS key denies kms:*, a:b in statement D"],
    ],
  ])("%s", (_, after, dangers) => expect(updated(KEY, [DENY], after)).toEqual({ dangers, notUnderstood: [] }));

  it("in monitoring could hide a problem", () => {
    expect(updated(ALARM_KEY, [], [DENY]).dangers).toEqual([
      "monitoring: the KMS key of the alarm topic denies kms:*, a:b in statement D",
    ]);
  });
});

describe("a role's policy names resources", () => {
  const STATEMENT = { Sid: "A", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::one/*" };
  const owner = "access: the policy of the function's role";

  it.each<[string, object[], string[]]>([
    [
      "one more resource",
      [{ ...STATEMENT, Resource: ["arn:aws:s3:::one/*", "arn:aws:s3:::two/*"] }],
      [`${owner} allows s3:GetObject on arn:aws:s3:::two/* in statement A`],
    ],
    [
      "a wider resource",
      [{ ...STATEMENT, Resource: "arn:aws:s3:::*" }],
      [`${owner} allows s3:GetObject on arn:aws:s3:::* in statement A`],
    ],
    ["a narrower resource", [{ ...STATEMENT, Resource: "arn:aws:s3:::one/two" }], []],
    [
      "one more action",
      [{ ...STATEMENT, Action: ["s3:GetObject", "s3:PutObject"] }],
      [`${owner} allows s3:PutObject on arn:aws:s3:::one/* in statement A`],
    ],
    [
      "one more action and resource",
      [{ ...STATEMENT, Action: ["s3:*"], Resource: "*" }],
      [`${owner} allows s3:* on * in statement A`],
    ],
    [
      "a new statement",
      [STATEMENT, { Effect: "Allow", Action: "ssm:Get*", Resource: "arn:aws:ssm:*:*:parameter/*" }],
      [`${owner} allows ssm:Get* on arn:aws:ssm:*:*:parameter/* in statement number 2`],
    ],
    [
      "all but one resource",
      [{ Sid: "A", Effect: "Allow", Action: "s3:GetObject", NotResource: "x" }],
      [`${owner} allows everything but the values of NotResource in statement A`],
    ],
    [
      "a wider NotAction",
      [{ Sid: "A", Effect: "Allow", NotAction: "x", Resource: "*" }],
      [`${owner} allows everything but the values of NotAction in statement A`],
    ],
  ])("%s", (_, after, dangers) =>
    expect(updated(FUNCTION_POLICY, [STATEMENT], after)).toEqual({ dangers, notUnderstood: [] }),
  );

  it("a smaller NotAction allows more, a larger one less", () => {
    const not = (...NotAction: string[]) => [{ Sid: "A", Effect: "Allow", NotAction, Resource: "*" }];
    expect(updated(FUNCTION_POLICY, not("a", "b"), not("a")).dangers).toEqual([
      `${owner} allows everything but the values of NotAction in statement A`,
    ]);
    expect(updated(FUNCTION_POLICY, not("a"), not("a", "b")).dangers).toEqual([]);
  });
});

it.each([
  [KEY, "policy", "the KMS key"],
  [FUNCTION_ROLE, "assume_role_policy", "the function's role"],
  [FUNCTION_POLICY, "policy", "the policy of the function's role"],
  [TOPIC_POLICY, "policy", "the policy of the alarm topic"],
  [TOPIC, "policy", "the alarm topic"],
])("the policy of %s is reviewed", (address, argument, owner) => {
  const open = { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };
  const { dangers } = updated(address, [], [open], argument);
  expect(dangers[0]).toBe(`access: ${owner} gives access to everybody in statement number 1`);
  expect(
    reviewOfChange(address, { before: { [argument]: policy() }, after: { [argument]: "nothing" } }).dangers,
  ).toEqual([`access: ${owner} has a policy that this review cannot read`]);
  expect(
    reviewOfChange(address, { before: { [argument]: policy() }, after: {}, after_unknown: { [argument]: true } }),
  ).toEqual({
    dangers: [],
    notUnderstood: [`${owner} gets its ${argument} only during the apply`],
  });
  const sensitive = reviewOfChange(address, {
    before: { [argument]: policy() },
    after: { [argument]: policy(open) },
    after_sensitive: { [argument]: true },
  });
  expect(sensitive.dangers[0]).toBe(`access: ${owner} has another ${argument}, whose value is sensitive`);
  expect(JSON.stringify(sensitive)).not.toContain("everybody");
});

it.each([
  ["2012-10-17", "2012-10-17", []],
  ["2008-10-17", "2008-10-17", []],
  ["2008-10-17", "2012-10-17", []],
  ["2012-10-17", "2008-10-17", ["the KMS key has a policy of the version 2008-10-17"]],
  ["2012-10-17", undefined, ["the KMS key has a policy of the version 2008-10-17"]],
])("a policy's version from %s to %s", (was, is, notUnderstood) => {
  const statement = { Effect: "Allow", Principal: ROOT, Action: "kms:Get*", Resource: "*" };
  const text = (Version: string | undefined, ...more: object[]) => ({
    policy: JSON.stringify({ Version, Statement: [statement, ...more] }),
  });
  const narrower = { ...statement, Action: "kms:GetKeyPolicy" };
  expect(reviewOfChange(KEY, { before: text(was), after: text(is, narrower) })).toEqual({ dangers: [], notUnderstood });
});

describe("the policies that this project creates", () => {
  const first = readPlanFile("first-deployment").resource_changes;
  const statementsOf = (address: string, argument = "policy"): PlannedStatement[] =>
    JSON.parse(String(first.find((change) => change.address === address)?.change.after?.[argument])).Statement;
  const created = (address: string, statements: object[]) => {
    const argument = address.startsWith("aws_iam_role.") ? "assume_role_policy" : "policy";
    return reviewOfChange(address, { before: null, after: { [argument]: policy(...statements), ...REST[address] } });
  };
  const REST: Record<string, object> = {
    [KEY]: { enable_key_rotation: true },
    [ALARM_KEY]: { enable_key_rotation: true },
    [FUNCTION_POLICY]: { role: "secure-ivr-dev-decrypt-customer-input" },
    [REMINDER_POLICY]: { role: "secure-ivr-dev-expiry-reminders" },
    [TOPIC_POLICY]: { arn: OWN.topic },
  };
  const FUNCTION_STATEMENTS: PlannedStatement[] = [
    { Sid: "ReadPrivateKeys", Effect: "Allow", Action: "ssm:GetParameter", Resource: [PARAMETER] },
    {
      Sid: "DecryptPrivateKeys",
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: OWN.key,
      Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": [PARAMETER] } },
    },
    {
      Sid: "WriteOwnLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/secure-ivr-dev-decrypt-customer-input:*",
    },
  ];
  const PAYMENT = "arn:aws:ssm:us-east-1:123456789012:parameter/secure-ivr/dev/payment-secret";
  const VPC = { Action: ["ec2:CreateNetworkInterface", "ec2:DescribeSubnets"], Resource: "*" };
  const DENY_VPC = {
    Sid: "FunctionItselfDoesNot",
    Effect: "Deny",
    ...VPC,
    Condition: { ArnEquals: { "lambda:SourceFunctionArn": OWN.function } },
  };
  const REMINDERS = [
    { Sid: "PublishReminders", Effect: "Allow", Action: "sns:Publish", Resource: OWN.topic },
    {
      Sid: "EncryptReminders",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: OWN.alarmKey,
    },
  ];
  const ALARMS = {
    Sid: "AlarmsOfThisStack",
    Effect: "Allow",
    Principal: { Service: "cloudwatch.amazonaws.com" },
    Action: "sns:Publish",
    Resource: OWN.topic,
    Condition: {
      StringEquals: { "aws:SourceAccount": "123456789012" },
      ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:us-east-1:123456789012:alarm:secure-ivr-dev-*" },
    },
  };

  it.each<[string, string, object[]]>([
    ["the KMS key", KEY, statementsOf(KEY)],
    ["the alarm topic's KMS key", ALARM_KEY, statementsOf(ALARM_KEY)],
    ["the function's role", FUNCTION_ROLE, statementsOf(FUNCTION_ROLE, "assume_role_policy")],
    [
      "the function's role, with a condition",
      FUNCTION_ROLE,
      [
        {
          ...statementsOf(FUNCTION_ROLE, "assume_role_policy")[0],
          Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
        },
      ],
    ],
    [
      "the reminders' role",
      "aws_iam_role.monitoring_expiry-reminders_role_9806CF47",
      statementsOf("aws_iam_role.monitoring_expiry-reminders_role_9806CF47", "assume_role_policy"),
    ],
    ["the function's policy", FUNCTION_POLICY, FUNCTION_STATEMENTS],
    [
      "the function's policy with fewer actions",
      FUNCTION_POLICY,
      [{ ...FUNCTION_STATEMENTS[2], Action: "logs:PutLogEvents" }],
    ],
    [
      "the payment secret",
      FUNCTION_POLICY,
      [
        { Sid: "ReadPaymentSecret", Effect: "Allow", Action: "ssm:GetParameter", Resource: [PAYMENT] },
        {
          Sid: "DecryptPaymentSecret",
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: OWN.key,
          Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": PAYMENT } },
        },
      ],
    ],
    [
      "traces",
      FUNCTION_POLICY,
      [
        {
          Sid: "SendTraces",
          Effect: "Allow",
          Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
          Resource: "*",
        },
      ],
    ],
    ["a VPC", FUNCTION_POLICY, [{ Sid: "LambdaConnectsToVpc", Effect: "Allow", ...VPC }, DENY_VPC]],
    ["the reminders' policy", REMINDER_POLICY, REMINDERS],
    ["the topic's policy", TOPIC_POLICY, [ALARMS]],
  ])("have no danger: %s", (_, address, statements) =>
    expect(created(address, statements)).toEqual({ dangers: [], notUnderstood: [] }),
  );

  const keyStatement = (Sid: string): PlannedStatement => {
    const found = statementsOf(KEY).find((statement) => statement.Sid === Sid);
    if (!found) throw new Error(Sid);
    return found;
  };
  const administers = keyStatement("AccountAdministers");
  const decrypts = keyStatement("FunctionDecryptsParameters");
  const deployers = keyStatement("DeployersWriteAndReadBack");
  const withPrincipal = (statement: PlannedStatement, arn: string) => ({
    ...statement,
    Condition: { ...statement.Condition, ArnEquals: { "aws:PrincipalArn": arn } },
  });
  const gives = (owner: string, who: string, actions: string, statement: string) => [
    `access: ${owner} gives access to ${who} in statement ${statement}`,
    `access: ${owner} allows ${actions} in statement ${statement}`,
  ];
  const root = "AWS arn:aws:iam::123456789012:root";

  it.each<[string, string, object[], string[]]>([
    [
      "another account",
      KEY,
      [{ ...decrypts, Principal: { AWS: "arn:aws:iam::999999999999:root" } }],
      gives("the KMS key", "AWS arn:aws:iam::999999999999:root", "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "everybody",
      KEY,
      [{ ...decrypts, Principal: "*" }],
      gives("the KMS key", "everybody", "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "another role",
      KEY,
      [withPrincipal(decrypts, "arn:aws:iam::123456789012:role/other")],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "any role",
      KEY,
      [withPrincipal(deployers, "arn:aws:iam::123456789012:role/*")],
      gives("the KMS key", root, "kms:Encrypt, kms:Decrypt, kms:GenerateDataKey*", "DeployersWriteAndReadBack"),
    ],
    [
      "any character",
      KEY,
      [withPrincipal(deployers, "arn:aws:iam::123456789012:role/?")],
      gives("the KMS key", root, "kms:Encrypt, kms:Decrypt, kms:GenerateDataKey*", "DeployersWriteAndReadBack"),
    ],
    [
      "a role of another account",
      KEY,
      [withPrincipal(deployers, "arn:aws:iam::999999999999:role/a")],
      gives("the KMS key", root, "kms:Encrypt, kms:Decrypt, kms:GenerateDataKey*", "DeployersWriteAndReadBack"),
    ],
    [
      "one more service",
      KEY,
      [
        {
          ...decrypts,
          Condition: {
            ...decrypts.Condition,
            StringEquals: { "kms:ViaService": ["ssm.us-east-1.amazonaws.com", "s3.us-east-1.amazonaws.com"] },
          },
        },
      ],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "another Region",
      KEY,
      [
        {
          ...decrypts,
          Condition: { ...decrypts.Condition, StringEquals: { "kms:ViaService": "ssm.eu-west-1.amazonaws.com" } },
        },
      ],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "a text that only looks like the service",
      KEY,
      [
        {
          ...decrypts,
          Condition: { ...decrypts.Condition, StringEquals: { "kms:ViaService": "ssm.us-east-1xamazonaws.com" } },
        },
      ],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "no condition",
      KEY,
      [{ ...decrypts, Condition: undefined }],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "one condition of two",
      KEY,
      [{ ...decrypts, Condition: { ArnEquals: decrypts.Condition?.ArnEquals } }],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "a negated condition",
      KEY,
      [
        {
          ...decrypts,
          Condition: { ...decrypts.Condition, ArnEquals: undefined, ArnNotEquals: decrypts.Condition?.ArnEquals },
        },
      ],
      gives("the KMS key", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "one more action",
      KEY,
      [{ ...administers, Action: ["kms:Get*", "kms:Decrypt"] }],
      gives("the KMS key", root, "kms:Get*, kms:Decrypt", "AccountAdministers"),
    ],
    [
      "an action in other letters is read as another",
      KEY,
      [{ ...administers, Action: "KMS:Get*" }],
      gives("the KMS key", root, "KMS:Get*", "AccountAdministers"),
    ],
    [
      "all but one action",
      KEY,
      [{ ...administers, Action: undefined, NotAction: "kms:Decrypt" }],
      [
        `access: the KMS key gives access to ${root} in statement AccountAdministers`,
        "access: the KMS key allows everything but the values of NotAction in statement AccountAdministers",
      ],
    ],
    [
      "a grant for anyone",
      KEY,
      [{ ...administers, Action: "kms:CreateGrant" }],
      gives("the KMS key", root, "kms:CreateGrant", "AccountAdministers"),
    ],
    ["another Sid", KEY, [{ ...decrypts, Sid: "A" }], gives("the KMS key", root, "kms:Decrypt", "A")],
    [
      "the statement of another key",
      ALARM_KEY,
      [decrypts],
      gives("the KMS key of the alarm topic", root, "kms:Decrypt", "FunctionDecryptsParameters"),
    ],
    [
      "a trusted account",
      FUNCTION_ROLE,
      [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: ROOT }],
      gives("the function's role", root, "sts:AssumeRole", "number 1"),
    ],
    [
      "another trusted service",
      FUNCTION_ROLE,
      [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "ec2.amazonaws.com" } }],
      gives("the function's role", "Service ec2.amazonaws.com", "sts:AssumeRole", "number 1"),
    ],
    [
      "all parameters",
      FUNCTION_POLICY,
      [
        {
          ...FUNCTION_STATEMENTS[0],
          Resource: "arn:aws:ssm:us-east-1:123456789012:parameter/CONNECT_INPUT_DECRYPTION_KEY/*",
        },
      ],
      [
        "access: the policy of the function's role allows ssm:GetParameter on arn:aws:ssm:us-east-1:123456789012:parameter/CONNECT_INPUT_DECRYPTION_KEY/* in statement ReadPrivateKeys",
      ],
    ],
    [
      "another parameter",
      FUNCTION_POLICY,
      [{ ...FUNCTION_STATEMENTS[0], Resource: [PARAMETER, "arn:aws:ssm:us-east-1:123456789012:parameter/other"] }],
      [
        `access: the policy of the function's role allows ssm:GetParameter on ${PARAMETER}, arn:aws:ssm:us-east-1:123456789012:parameter/other in statement ReadPrivateKeys`,
      ],
    ],
    [
      "decrypting without a context",
      FUNCTION_POLICY,
      [{ ...FUNCTION_STATEMENTS[1], Condition: undefined }],
      [`access: the policy of the function's role allows kms:Decrypt on ${OWN.key} in statement DecryptPrivateKeys`],
    ],
    [
      "a VPC without its Deny",
      FUNCTION_POLICY,
      [{ Sid: "LambdaConnectsToVpc", Effect: "Allow", ...VPC }],
      [
        "access: the policy of the function's role allows ec2:CreateNetworkInterface, ec2:DescribeSubnets on * in statement LambdaConnectsToVpc",
      ],
    ],
    [
      "a VPC with another Deny",
      FUNCTION_POLICY,
      [
        { Sid: "LambdaConnectsToVpc", Effect: "Allow", ...VPC },
        { ...DENY_VPC, Condition: { ArnEquals: { "lambda:SourceFunctionArn": `${OWN.function}-2` } } },
      ],
      [
        "access: the policy of the function's role allows ec2:CreateNetworkInterface, ec2:DescribeSubnets on * in statement LambdaConnectsToVpc",
        "calls: the policy of the function's role denies ec2:CreateNetworkInterface, ec2:DescribeSubnets in statement FunctionItselfDoesNot",
      ],
    ],
    [
      "no source account",
      TOPIC_POLICY,
      [{ ...ALARMS, Condition: { ArnLike: ALARMS.Condition.ArnLike } }],
      [
        "access: the policy of the alarm topic gives access to Service cloudwatch.amazonaws.com in statement AlarmsOfThisStack",
        `access: the policy of the alarm topic allows sns:Publish on ${OWN.topic} in statement AlarmsOfThisStack`,
      ],
    ],
    [
      "all topics",
      REMINDER_POLICY,
      [{ ...REMINDERS[0], Resource: "*" }],
      ["access: the policy of the reminders' role allows sns:Publish on * in statement PublishReminders"],
    ],
  ])("have a danger with %s", (_, address, statements, dangers) =>
    expect(created(address, statements)).toEqual({ dangers, notUnderstood: [] }),
  );

  it("name deployers freely only when the key is created", () => {
    expect(created(KEY, [withPrincipal(deployers, "arn:aws:iam::123456789012:role/new")]).dangers).toEqual([]);
    expect(
      updated(KEY, [administers], [administers, withPrincipal(deployers, "arn:aws:iam::123456789012:role/new")])
        .dangers,
    ).toEqual(
      gives("the KMS key", root, "kms:Encrypt, kms:Decrypt, kms:GenerateDataKey*", "DeployersWriteAndReadBack"),
    );
    expect(updated(KEY, [deployers], [withPrincipal(deployers, "arn:aws:iam::123456789012:role/new")]).dangers).toEqual(
      ["access: the KMS key relaxes the condition ArnEquals aws:PrincipalArn in statement DeployersWriteAndReadBack"],
    );
    const both = ["arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b"];
    const listed = (arns: string[]) => ({ ...deployers, Condition: { ArnEquals: { "aws:PrincipalArn": arns } } });
    expect(updated(KEY, [listed(both)], [listed(both.slice(1))]).dangers).toEqual([]);
  });

  it("can be added to an existing policy", () => {
    const payment = { Sid: "ReadPaymentSecret", Effect: "Allow", Action: "ssm:GetParameter", Resource: [PAYMENT] };
    expect(updated(FUNCTION_POLICY, FUNCTION_STATEMENTS, [...FUNCTION_STATEMENTS, payment]).dangers).toEqual([]);
    const second = { ...FUNCTION_STATEMENTS[0], Resource: [PARAMETER, PARAMETER.replace("1b2c", "3d4e")] };
    expect(updated(FUNCTION_POLICY, FUNCTION_STATEMENTS, [second, ...FUNCTION_STATEMENTS.slice(1)]).dangers).toEqual(
      [],
    );
  });

  it("are needed by calls", () => {
    expect(updated(FUNCTION_POLICY, FUNCTION_STATEMENTS, FUNCTION_STATEMENTS.slice(1)).dangers).toEqual([
      "calls: the policy of the function's role no longer allows ssm:GetParameter",
    ]);
    expect(updated(FUNCTION_POLICY, FUNCTION_STATEMENTS, FUNCTION_STATEMENTS.slice(0, 2)).dangers).toEqual([]);
    expect(updated(KEY, [decrypts], [administers]).dangers).toEqual([
      "calls: the KMS key no longer allows kms:Decrypt",
    ]);
    const trust = statementsOf(FUNCTION_ROLE, "assume_role_policy");
    expect(updated(FUNCTION_ROLE, trust, [], "assume_role_policy").dangers).toEqual([
      "calls: the function's role no longer allows sts:AssumeRole",
    ]);
    const wider = { ...FUNCTION_STATEMENTS[0], Resource: "*" };
    expect(updated(FUNCTION_POLICY, FUNCTION_STATEMENTS, [wider, ...FUNCTION_STATEMENTS.slice(1)]).dangers).toEqual([
      "access: the policy of the function's role allows ssm:GetParameter on * in statement ReadPrivateKeys",
    ]);
  });

  it("are known only for the plan's own account", () => {
    const { dangers } = reviewOfChange(
      KEY,
      { before: null, after: { policy: policy(administers), enable_key_rotation: true } },
      {
        prior_state: {
          values: {
            root_module: {
              resources: [{ mode: "data", type: "aws_caller_identity", values: { account_id: "999999999999" } }],
            },
          },
        },
      },
    );
    expect(dangers).toEqual(
      gives(
        "the KMS key",
        root,
        `${administers.Action?.slice(0, 6).toString().replaceAll(",", ", ")} and 9 more`,
        "AccountAdministers",
      ),
    );
  });
});

describe("a role", () => {
  const ROLE = FUNCTION_ROLE;
  const inline = (statement: object) => [{ name: "p", policy: policy(statement) }];
  const logs = {
    Sid: "WriteOwnLogs",
    Effect: "Allow",
    Action: "logs:PutLogEvents",
    Resource: "arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/secure-ivr-dev-decrypt-customer-input:*",
  };

  it.each<[string, object, object, string[], string[]?]>([
    [
      "gets a managed policy",
      { managed_policy_arns: ["a"] },
      { managed_policy_arns: ["a", "arn:aws:iam::aws:policy/AdministratorAccess"] },
      ["access: the function's role gets the policy arn:aws:iam::aws:policy/AdministratorAccess"],
    ],
    ["loses a managed policy", { managed_policy_arns: ["a", "b"] }, { managed_policy_arns: ["a"] }, []],
    [
      "has managed policies that cannot be read",
      {},
      { managed_policy_arns: "a" },
      [],
      ["the function's role has managed_policy_arns = a"],
    ],
    [
      "gets an inline policy",
      {},
      { inline_policy: inline({ Effect: "Allow", Action: "*", Resource: "*" }) },
      ["access: the function's role allows * on * in statement number 1"],
    ],
    ["has its own policy in the state", {}, { inline_policy: inline(logs) }, []],
    [
      "keeps an inline policy",
      { inline_policy: inline({ Effect: "Allow", Action: "*", Resource: "*" }) },
      { inline_policy: [...inline({ Effect: "Allow", Action: "*", Resource: "*" }), ...inline(logs)] },
      [],
    ],
    [
      "gets an inline policy that cannot be read",
      {},
      { inline_policy: [{ name: "p", policy: "nothing" }] },
      ["access: the function's role has a policy that this review cannot read"],
    ],
    [
      "has inline policies that cannot be read",
      {},
      { inline_policy: "a" },
      [],
      ["the function's role has inline_policy = a"],
    ],
    [
      "loses its boundary",
      { permissions_boundary: "a" },
      { permissions_boundary: null },
      ["access: the function's role loses its permissions boundary"],
    ],
    [
      "gets another boundary",
      { permissions_boundary: "a" },
      { permissions_boundary: "b" },
      ["access: the function's role gets another permissions boundary: b"],
    ],
    ["gets a boundary", {}, { permissions_boundary: "b" }, []],
  ])("%s", (_, before, after, dangers, ...[notUnderstood]) =>
    expect(reviewOfChange(ROLE, { before: before as never, after: after as never })).toEqual({
      dangers,
      notUnderstood: notUnderstood ?? [],
    }),
  );

  it("can be created with a boundary", () => {
    const trust = { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } };
    const after = {
      assume_role_policy: policy(trust),
      permissions_boundary: "b",
      name: "n",
      path: "/",
      max_session_duration: 3600,
    };
    expect(reviewOfChange(ROLE, { before: null, after })).toEqual({ dangers: [], notUnderstood: [] });
  });
});
