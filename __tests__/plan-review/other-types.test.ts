import { type Json, planOf, resourceChange, reviewed, reviewOfChange } from "../support/plans";

const ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";
const OPEN = JSON.stringify({
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Principal: "*", Action: "*", Resource: "*" },
});

describe("a type that this project does not have", () => {
  const created = (type: string, after: Json, rest: Json = {}) =>
    reviewOfChange(`${type}.x`, { before: null, after, ...rest });
  const foreign = (type: string) => `${type}.x has the type ${type}, which this project does not have`;

  it.each<[string, Json, string[]]>([
    [
      "aws_iam_role_policy_attachment",
      { role: "r", policy_arn: ADMINISTRATOR },
      [`can give access: policy_arn ${ADMINISTRATOR}, role r`],
    ],
    [
      "aws_iam_policy_attachment",
      { roles: ["r"], users: ["u"], groups: ["g"], policy_arn: "p" },
      ['can give access: policy_arn p, roles ["r"], users ["u"], groups ["g"]'],
    ],
    ["aws_iam_group_membership", { group: "g", user: "u" }, ["can give access: user u, group g"]],
    ["aws_iam_access_key", { pgp_key: "x" }, ["can give access"]],
    [
      "aws_kms_grant",
      { grantee_principal: "p", operations: ["Decrypt"], key_id: "k" },
      ['can give access: grantee_principal p, operations ["Decrypt"], key_id k'],
    ],
    [
      "aws_kms_key_policy",
      { key_id: "k", policy: OPEN },
      [
        "can give access: key_id k",
        "gives access to everybody in statement number 1",
        "allows * in statement number 1",
      ],
    ],
    [
      "aws_iam_policy",
      { policy: OPEN },
      ["can give access", "gives access to everybody in statement number 1", "allows * on * in statement number 1"],
    ],
    [
      "aws_lambda_function_url",
      { authorization_type: "NONE", function_name: "f" },
      [
        "can give access: authorization_type NONE, function_name f",
        "lets everybody on the internet invoke the function",
      ],
    ],
    [
      "aws_lambda_function_url",
      { function_name: "f" },
      ["can give access: function_name f", "lets everybody on the internet invoke the function"],
    ],
    ["aws_lambda_function_url", { authorization_type: "AWS_IAM" }, ["can give access: authorization_type AWS_IAM"]],
    ["aws_lambda_layer_version_permission", { principal: "*" }, ["can give access: principal *"]],
    ["aws_lambda_event_source_mapping", { enabled: true }, ["can give access"]],
    ["aws_cloudwatch_log_subscription_filter", { destination_arn: "d" }, ["can give access: destination_arn d"]],
    ["aws_cloudwatch_log_destination", { role: "r" }, ["can give access: role r"]],
    [
      "aws_cloudwatch_log_resource_policy",
      { policy_document: OPEN },
      ["can give access", "gives access to everybody in statement number 1", "allows * on * in statement number 1"],
    ],
    ["aws_cloudwatch_log_account_policy", { a: 1 }, ["can give access"]],
    ["aws_cloudwatch_event_target", { a: 1 }, ["can give access"]],
    ["aws_connect_user", { a: 1 }, ["can give access"]],
    ["aws_connect_security_profile", { a: 1 }, ["can give access"]],
    ["aws_connect_instance_storage_config", { a: 1 }, ["can give access"]],
    [
      "aws_s3_bucket_policy",
      { policy: OPEN },
      ["can give access", "gives access to everybody in statement number 1", "allows * on * in statement number 1"],
    ],
    ["aws_sns_topic_data_protection_policy", { a: 1 }, ["can give access"]],
    ["aws_organizations_policy", { a: 1 }, ["can give access"]],
    ["aws_ram_resource_share", { a: 1 }, ["can give access"]],
    ["aws_ssoadmin_permission_set", { a: 1 }, ["can give access"]],
    ["aws_ssm_document", { a: 1 }, ["can give access"]],
    ["aws_ssm_association", { a: 1 }, ["can give access"]],
    ["aws_ssm_resource_data_sync", { a: 1 }, ["can give access"]],
    ["aws_s3_bucket", { bucket: "b" }, []],
    ["aws_connect_queue", { a: 1 }, []],
    ["aws_cloudwatch_log_stream", { a: 1 }, []],
    ["null_resource", { input: '{"Effect":"Allow","Action":' }, ["has a policy that this review cannot read"]],
    ["null_resource", { input: '{"Statement":"x"}' }, ["has a policy that this review cannot read"]],
    ["null_resource", { input: '{"statement": [' }, []],
    ["null_resource", { input: "a Statement" }, []],
    ["toString", { a: 1 }, []],
  ])("%s %j", (type, after, dangers) => {
    expect(created(type, after)).toEqual({
      dangers: dangers.map((text) => `access: ${type}.x ${text}`),
      notUnderstood: [foreign(type)],
    });
  });

  it("gives access only as far as it changes", () => {
    const change = (before: Json, after: Json) => reviewOfChange("aws_iam_policy.x", { before, after });
    expect(change({ policy: OPEN, description: "a" }, { policy: OPEN, description: "b" }).dangers).toEqual([
      "access: aws_iam_policy.x can give access",
    ]);
    expect(change({ role: "a", user: "b" }, { role: "b", user: "b" }).dangers).toEqual([
      "access: aws_iam_policy.x can give access: role b",
    ]);
    expect(change({ role: "a" }, { role: "a" }).dangers).toEqual([]);
    expect(change({ role: "a" }, { role: "" }).dangers).toEqual(["access: aws_iam_policy.x can give access"]);
  });

  it("does not show a sensitive value", () => {
    expect(created("aws_iam_access_key", { user: "hunter2" }, { after_sensitive: { user: true } }).dangers).toEqual([
      "access: aws_iam_access_key.x can give access: user (sensitive)",
    ]);
  });

  it("is not understood either if it is destroyed", () => {
    expect(reviewOfChange("aws_iam_policy.x", { before: { policy: OPEN }, after: null })).toEqual({
      dangers: [],
      notUnderstood: [foreign("aws_iam_policy")],
    });
  });
});

describe("a resource that this project does not create", () => {
  const KEY = "aws_kms_key.encryption-key_B3391E8B";
  const after = { description: "a" };

  it.each<[string, Json, string]>([
    ["another name", resourceChange("aws_kms_key.other", { before: {}, after }), "aws_kms_key.other"],
    [
      "another name that begins in the same way",
      resourceChange("aws_kms_key.encryption-key_x", { before: {}, after }),
      "aws_kms_key.encryption-key_x",
    ],
    [
      "a name around it",
      resourceChange("aws_kms_key.my-encryption-key", { before: {}, after }),
      "aws_kms_key.my-encryption-key",
    ],
    ["an index", { ...resourceChange(KEY, { before: {}, after }), address: `${KEY}[0]`, index: 0 }, `${KEY}[0]`],
    [
      "a module",
      { ...resourceChange(KEY, { before: {}, after }), address: `module.a.${KEY}`, module_address: "module.a" },
      `module.a.${KEY}`,
    ],
  ])("has %s", (_, change, name) => {
    expect(reviewed(planOf([change]))).toEqual({
      dangers: [],
      notUnderstood: [`${name} is not a resource that this project creates`],
    });
  });

  it("has the same arguments", () => {
    const { dangers } = reviewOfChange("aws_kms_key.other", {
      before: { is_enabled: true },
      after: { is_enabled: false },
    });
    expect(dangers).toEqual(["key: aws_kms_key.other is disabled: what is encrypted under it cannot be decrypted"]);
  });
});

describe("other parts of a change", () => {
  const KEY = "aws_kms_key.encryption-key_B3391E8B";
  const change = (rest: Json, of: Json = {}) =>
    reviewed(
      planOf([
        { ...resourceChange(KEY, { before: { description: "a" }, after: { description: "b" }, ...of }), ...rest },
      ]),
    );

  it("by the AWS provider are understood", () => {
    expect(
      change(
        { provider_name: "registry.terraform.io/hashicorp/aws", action_reason: "x" },
        { replace_paths: [], before_identity: {}, after_identity: {}, generated_config: "", before_sensitive: {} },
      ),
    ).toEqual({ dangers: [], notUnderstood: [] });
    expect(change({ deposed: "x" })).toEqual({ dangers: [], notUnderstood: [] });
  });

  it("are not understood", () => {
    expect(change({ other: 1 }, { another: 1 })).toEqual({
      dangers: [],
      notUnderstood: ["the KMS key has the part other in the plan", "the KMS key has the part another in the plan"],
    });
  });

  it("by Terraform's own provider are understood for terraform_data only", () => {
    const BUILT_IN = "terraform.io/builtin/terraform";
    const record = resourceChange("terraform_data.deployment_record_0F24F804", { before: {}, after: { input: "a" } });
    expect(reviewed(planOf([{ ...record, provider_name: BUILT_IN }]))).toEqual({ dangers: [], notUnderstood: [] });
    expect(
      reviewed(planOf([{ ...record, provider_name: "registry.terraform.io/hashicorp/aws" }])).dangers,
    ).toHaveLength(1);
    expect(change({ provider_name: BUILT_IN }).dangers).toEqual([`code: the provider ${BUILT_IN} manages ${KEY}`]);
  });

  it("by another provider are a danger", () => {
    expect(change({ provider_name: "registry.terraform.io/evil/aws" }).dangers).toEqual([
      `code: the provider registry.terraform.io/evil/aws manages ${KEY}`,
    ]);
  });

  it.each([
    [["read"], "the KMS key has the action read"],
    [["open", "close"], "the KMS key has the action open, close"],
    [[], "the KMS key has the action "],
  ])("the actions %j are not understood", (actions, text) => {
    expect(change({}, { actions, after: { is_enabled: false } })).toEqual({ dangers: [], notUnderstood: [text] });
  });

  it.each([
    ["data", ["read"], `${KEY} is read during the apply`],
    ["data", ["create"], `${KEY} is of the mode data`],
    ["ephemeral", ["read"], `${KEY} is of the mode ephemeral`],
  ])("the mode %s with %j is not understood", (mode, actions, text) => {
    expect(change({ mode }, { actions })).toEqual({ dangers: [], notUnderstood: [text] });
  });

  it("of a resource that does not change are not read", () => {
    expect(change({ other: 1, provider_name: "evil" }, { actions: ["no-op"], after: { is_enabled: false } })).toEqual({
      dangers: [],
      notUnderstood: [],
    });
  });
});
