import { evaluateTemplate, type Scope } from "../../simulator/terraform-expression";

const scope: Scope = {
  reference: (path) => {
    const name = path.join(".");
    if (name === "aws_thing.a-b_C1.arn") return "arn:thing";
    if (name === "terraform.applying") return true;
    if (name === "data.aws_x.y.list") return ["first", "second"];
    if (name === "aws_thing.a.properties") return '{"AssociationId":"the id","deep":{"x":1}}';
    throw new Error(`asked for ${name}`);
  },
  functions: {
    jsondecode: (text) => JSON.parse(String(text)),
    join: (by, list) => (list as string[]).join(String(by)),
    fail: () => {
      throw new Error("must not be called");
    },
  },
};
const evaluate = (template: string) => evaluateTemplate(template, scope);

it.each<[string, unknown]>([
  ["", ""],
  ["no expression", "no expression"],
  ["${aws_thing.a-b_C1.arn}", "arn:thing"],
  ["a ${aws_thing.a-b_C1.arn} b ${ aws_thing.a-b_C1.arn }", "a arn:thing b arn:thing"],
  ["$${literal}", "${literal}"],
  ["$$${literal} %%{ if true } %%%{", "$${literal} %{ if true } %%{"],
  ['${"$${literal} %%{"}', "${literal} %{"],
  ["$.External.brand costs $5", "$.External.brand costs $5"],
  ["${terraform.applying}", true],
  ['${terraform.applying ? "yes" : fail()}', "yes"],
  ['${terraform.applying == false ? fail() : "no"}', "no"],
  ['${"a" != "b" ? ("a") : "b"}', "a"],
  ["${jsondecode(aws_thing.a.properties).AssociationId}", "the id"],
  ['${jsondecode(aws_thing.a.properties)["deep"].x}', 1],
  ["${data.aws_x.y.list[1]}", "second"],
  ['${join(", ", data.aws_x.y.list)}', "first, second"],
  ['${"say \\"${aws_thing.a-b_C1.arn}\\""}', 'say "arn:thing"'],
  ["${-1.5}", -1.5],
])("%j", (template, value) => {
  expect(evaluate(template)).toEqual(value);
});

it.each([
  ["100 %{ if true }", /cannot read the Terraform expression .* character 5 is unexpected/],
  ["${", /cannot read the Terraform expression/],
  ["${aws_thing.a-b_C1.arn", /cannot read the Terraform expression .* character 23 is unexpected/],
  ["${[for x in y : x]}", /cannot read the Terraform expression/],
  ["${unheard_of(1)}", /does not support the Terraform function unheard_of\(\)/],
  ["${jsondecode(aws_thing.a.properties).Other}", /refers to "Other", which does not exist/],
])("rejects %j with one sentence", (template, sentence) => {
  expect(() => evaluate(template)).toThrow(sentence);
});
