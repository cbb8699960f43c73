import { type ChangeOptions, EXISTING, type Json, planOf, resourceChange, reviewed } from "../support/plans";

const FLOW = "aws_connect_contact_flow.capture_flow_A1930241";
const PARAMETER = "aws_ssm_parameter.key-pair-primary_private-key_331320A3";
const SECURITY_KEY = "aws_cloudcontrolapi_resource.key-pair-primary_security-key_D376B2AD";
const content = (keyId: string) =>
  JSON.stringify({
    Version: "2019-10-30",
    StartAction: "a",
    Actions: [
      {
        Identifier: "a",
        Type: "GetParticipantInput",
        Parameters: { InputEncryption: { EncryptionKeyId: keyId } },
        Transitions: {},
      },
    ],
  });
const flow = (before: string, after = before) =>
  resourceChange(FLOW, {
    before: { content: content(before) },
    after: { content: content(after) },
    actions: ["no-op"],
  });
const values = (address: string, keyId: string): Json =>
  address === PARAMETER
    ? { name: `/CONNECT_INPUT_DECRYPTION_KEY/${keyId}` }
    : { properties: JSON.stringify({ AssociationId: keyId }) };

const dangersOf = (address: string, change: ChangeOptions, others: Json[] = [], rest: Json = {}) =>
  reviewed(planOf([{ ...resourceChange(address, change), ...rest }, ...others])).dangers;
const destroyed = (address: string, before: Json = {}, others: Json[] = []) =>
  dangersOf(address, { before, after: null }, others);
const replaced = (address: string, before: Json = {}) =>
  dangersOf(address, { before, after: before, actions: ["delete", "create"] });

it.each<[string, string, string, string?]>([
  [
    "aws_kms_key.encryption-key_B3391E8B",
    "key",
    "the KMS key",
    ": data that is encrypted under it can never be decrypted again",
  ],
  ["aws_kms_key.other", "key", "aws_kms_key.other", ": data that is encrypted under it can never be decrypted again"],
  [FLOW, "calls", "the flow"],
  ["aws_connect_contact_flow_module.capture_module_A1930241", "calls", "the flow module"],
  ["aws_lambda_function.decrypt-function_B286534F", "calls", "the function"],
  ["aws_lambda_alias.decrypt-function_provisioned_alias_B12C6A82", "calls", "the function's alias"],
  [
    "aws_lambda_permission.decrypt-function_connect-may-invoke_742848F1",
    "calls",
    "Connect's permission to invoke the function",
  ],
  [
    "aws_lambda_permission.decrypt-function_provisioned_connect-may-invoke_742848F1",
    "calls",
    "Connect's permission to invoke the function's alias",
  ],
  [
    "aws_connect_lambda_function_association.decrypt-function_association_2E7C9108",
    "calls",
    "the function's association with Connect",
  ],
  [
    "aws_connect_phone_number_contact_flow_association.capture_phone-number-flow_E37A8FF6",
    "calls",
    "the phone number's association with the flow",
  ],
  [
    "aws_connect_phone_number.capture_phone-number_C68957D2",
    "calls",
    "the phone number",
    ": its number is released, and somebody else can get it",
  ],
  ["aws_iam_role.decrypt-function_role_38FB9D99", "calls", "the function's role"],
  ["aws_iam_role_policy.decrypt-function_policy_D66F065E", "calls", "the policy of the function's role"],
  ["aws_cloudwatch_log_group.decrypt-function_logs_7A5580B0", "monitoring", "the function's log group"],
  ["aws_cloudwatch_metric_alarm.monitoring_alarms_throttles_221362D9", "monitoring", "the alarm throttles"],
  ["aws_sns_topic.monitoring_topic_DC51B990", "monitoring", "the alarm topic"],
  ["aws_sns_topic_policy.monitoring_topic_policy_D7E45924", "monitoring", "the policy of the alarm topic"],
  ["aws_sns_topic_subscription.monitoring_topic_email-a_0A23DB55", "monitoring", "a subscription to the alarm topic"],
])("%s: destroying it is a danger (%s)", (address, kind, name, consequence = "") => {
  expect(destroyed(address)).toEqual([`${kind}: ${name} is destroyed${consequence}`]);
  expect(replaced(address)).toContain(`${kind}: ${name} is replaced${consequence}`);
  expect(dangersOf(address, { before: {}, after: null }, [], { deposed: "a1" })).toEqual([
    `${kind}: ${name} (left over from an earlier apply) is destroyed${consequence}`,
  ]);
});

it.each([
  "aws_cloudwatch_metric_alarm.monitoring_alarms_key-usage-primary_C3FB99DF",
  "aws_cloudwatch_dashboard.monitoring_dashboard_CB3271E2",
  "aws_scheduler_schedule.monitoring_expiry-reminders_primary-7-days_5B29BBE7",
  "aws_iam_role.monitoring_expiry-reminders_role_9806CF47",
  "aws_kms_alias.encryption-key_alias_EA42CC1F",
  "aws_ssm_parameter.payment-secret_9C98796C",
])("%s: destroying it is no danger", (address) => expect(destroyed(address)).toEqual([]));

it("names the phone number that is released", () => {
  expect(destroyed("aws_connect_phone_number.capture_phone-number_C68957D2", { phone_number: "+18005550100" })).toEqual(
    ["calls: the phone number is destroyed: +18005550100 is released, and somebody else can get it"],
  );
});

describe.each([
  [PARAMETER, "the parameter with the private key of the key pair primary"],
  [SECURITY_KEY, "the security key (public key in Connect) of the key pair primary"],
])("%s", (address, name) => {
  const danger = [`key: ${name} is destroyed while the flow uses this key pair`];

  it("is needed by a flow that encrypts under it, before or after", () => {
    expect(destroyed(address, values(address, "used"), [flow("used")])).toEqual(danger);
    expect(destroyed(address, values(address, "used"), [flow("used", "other")])).toEqual(danger);
    expect(destroyed(address, values(address, "used"), [flow("other", "used")])).toEqual(danger);
    expect(destroyed(address, values(address, "old"), [flow("used", "other")])).toEqual([]);
    expect(destroyed(address, values(address, "old"))).toEqual([]);
  });

  it("may be needed if its key id is unknown", () => {
    expect(destroyed(address, {}, [flow("used")])).toEqual(danger);
    expect(replaced(address, {})).toContain(`key: ${name} is replaced while the flow uses this key pair`);
  });

  it("is a danger if it is forgotten, used or not", () => {
    const forgotten = (actions: string[], after: Json | null) =>
      dangersOf(address, { before: values(address, "old"), after, actions });
    const text = `key: ${name} is forgotten: it stays in AWS, and Terraform no longer manages it`;
    expect(forgotten(["forget"], null)).toEqual([text]);
    expect(forgotten(["create", "forget"], values(address, "old"))[0]).toBe(text);
  });
});

it.each<[string, string[], string[]]>([
  ["aws_kms_key.encryption-key_B3391E8B", ["key: the KMS key"], []],
  ["aws_ssm_parameter.payment-secret_9C98796C", ["key: the parameter with the payment secret"], []],
  ["aws_iam_role.decrypt-function_role_38FB9D99", ["access: the function's role"], []],
  ["aws_kms_alias.encryption-key_alias_EA42CC1F", ["access: the alias of the KMS key"], []],
  [
    "aws_lambda_permission.decrypt-function_connect-may-invoke_742848F1",
    ["access: Connect's permission to invoke the function"],
    [],
  ],
  ["aws_sns_topic_policy.monitoring_topic_policy_D7E45924", ["access: the policy of the alarm topic"], []],
  ["aws_cloudwatch_dashboard.monitoring_dashboard_CB3271E2", [], ["the dashboard"]],
  ["aws_lambda_function.decrypt-function_B286534F", [], ["the function"]],
])("forgetting %s leaves it in AWS", (address, dangers, notUnderstood) => {
  const text = (owner: string) => `${owner} is forgotten: it stays in AWS, and Terraform no longer manages it`;
  expect(reviewed(planOf([resourceChange(address, { before: {}, after: null, actions: ["forget"] })]))).toEqual({
    dangers: dangers.map(text),
    notUnderstood: notUnderstood.map(text),
  });
});

it("a resource that stays is no danger", () => {
  for (const existing of EXISTING) expect(reviewed(planOf([existing]))).toEqual({ dangers: [], notUnderstood: [] });
});
