import { type Json, planOf, reviewed } from "../support/plans";

const AWS = "registry.terraform.io/hashicorp/aws";
const review = (configuration: Json) => reviewed(planOf([], { configuration }));
const fine = { dangers: [], notUnderstood: [] };
const provider = (rest: Json) => ({ provider_config: { aws: { name: "aws", full_name: AWS, ...rest } } });
const resource = (rest: Json) => ({
  root_module: { resources: [{ address: "a.b", mode: "managed", type: "a", name: "b", ...rest }] },
});

it("the AWS provider with this project's arguments is expected", () => {
  expect(review({})).toEqual(fine);
  expect(review({ root_module: {} })).toEqual(fine);
  expect(review(provider({}))).toEqual(fine);
  expect(review(provider({ version_constraint: "6.0", expressions: { region: {}, default_tags: [] } }))).toEqual(fine);
  const settings = { allowed_account_ids: {}, profile: {}, assume_role: [{ role_arn: {} }] };
  expect(review(provider({ expressions: settings }))).toEqual(fine);
  const builtIn = { name: "terraform", full_name: "terraform.io/builtin/terraform" };
  expect(review({ provider_config: { terraform: builtIn } })).toEqual(fine);
});

it.each([
  ...["endpoints", "access_key", "secret_key", "token", "http_proxy", "insecure", "toString"],
  ...["custom_ca_bundle", "shared_credentials_files", "skip_requesting_account_id"],
])("the provider's argument %s is a danger", (argument) => {
  expect(review(provider({ expressions: { region: {}, [argument]: {} } }))).toEqual({
    dangers: [`access: the provider aws has the argument ${argument}: it can use other credentials or another address`],
    notUnderstood: [],
  });
});

it("another provider is a danger", () => {
  const found = (name: string) => ({
    dangers: [`code: Terraform runs the provider ${name}, which this project does not use`],
    notUnderstood: [],
  });
  expect(
    review({ provider_config: { null: { name: "null", full_name: "registry.terraform.io/hashicorp/null" } } }),
  ).toEqual(found("registry.terraform.io/hashicorp/null"));
  expect(review({ provider_config: { aws: { name: "aws", full_name: "evil.example/hashicorp/aws" } } })).toEqual(
    found("evil.example/hashicorp/aws"),
  );
  expect(review({ provider_config: { aws: { name: "aws" } } })).toEqual(found("aws"));
});

it("a provisioner is a danger", () => {
  expect(
    review(
      resource({ provisioners: [{ type: "local-exec", expressions: { command: { constant_value: "curl evil" } } }] }),
    ).dangers,
  ).toEqual(["code: a.b runs the provisioner local-exec: curl evil"]);
  expect(
    review(resource({ provisioners: [{ type: "file" }, { type: "remote-exec", expressions: { inline: {} } }] })),
  ).toEqual({
    dangers: ["code: a.b runs the provisioner file", "code: a.b runs the provisioner remote-exec"],
    notUnderstood: [],
  });
  expect(review(resource({ provisioners: [] }))).toEqual(fine);
});

it.each(["aws_caller_identity", "aws_partition", "aws_connect_instance", "aws_iam_session_context", "aws_s3_objects"])(
  "the data source %s is expected",
  (type) => expect(review(resource({ mode: "data", type }))).toEqual(fine),
);

it.each(["external", "http"])("the data source %s is a danger", (type) => {
  expect(review(resource({ mode: "data", type }))).toEqual({
    dangers: ["code: a.b runs a program or sends a request on the machine that plans"],
    notUnderstood: [],
  });
  expect(review(resource({ type }))).toEqual(fine);
});

it("other data sources and modes are not understood", () => {
  expect(review(resource({ mode: "data", type: "aws_ssm_parameter" }))).toEqual({
    dangers: [],
    notUnderstood: ["a.b is a data source that this project does not have"],
  });
  expect(review(resource({ mode: "ephemeral" }))).toEqual({
    dangers: [],
    notUnderstood: ["a.b has the mode ephemeral, which this review does not know"],
  });
});

it("modules are not part of this project, and what they contain is reviewed", () => {
  const call = (source: string | undefined, module: Json = {}) =>
    review({ root_module: { module_calls: { m: { source, module } } } });
  expect(call("./m")).toEqual({ dangers: [], notUnderstood: ["the module m is not part of this project"] });
  expect(call("../m")).toEqual({ dangers: [], notUnderstood: ["the module m is not part of this project"] });
  expect(call("git::https://evil.example/m")).toEqual({
    dangers: ["code: Terraform uses the module m from git::https://evil.example/m"],
    notUnderstood: [],
  });
  expect(call("x./m").dangers).toEqual(["code: Terraform uses the module m from x./m"]);
  expect(call(undefined).dangers).toEqual(["code: Terraform uses the module m from an unknown source"]);
  const inner = {
    module_calls: { n: { source: "./n", module: resource({ mode: "data", type: "http" }).root_module } },
  };
  expect(call("./m", inner)).toEqual({
    dangers: ["code: a.b runs a program or sends a request on the machine that plans"],
    notUnderstood: ["the module m is not part of this project", "the module n is not part of this project"],
  });
});
