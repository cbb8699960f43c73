import { UNDERSTOOD_TYPES } from "../../plan-review/dangers/understood-types";
import { projectNameOf } from "../../plan-review/resource-names";
import { readPlan } from "../../plan-review/terraform-plan";
import type { IvrConfig } from "../../settings/settings";
import { ALL_OPTIONS } from "../support/all-options";
import { smallKeyPair } from "../support/key-pairs";
import { ACCOUNT, INSTANCE_ID, planOfNewStack } from "../support/planned-stack";
import { reviewed } from "../support/plans";
import { temporaryFolder } from "../support/project";
import { readStack, type Synthesized, synthesizeWith } from "../support/stack";

const folder = temporaryFolder();
const instance = { id: INSTANCE_ID };
const CARDS = "cards: the function sends card data in clear to https://payments.example.com/tokens for the first time";

const CONFIGURATIONS: [string, IvrConfig, string[]][] = [
  ["no options", { instance }, []],
  [
    "all options",
    {
      ...ALL_OPTIONS,
      ...{ instance, stage: "prod", region: "eu-west-2" },
      payment: { connector: "https", url: "https://payments.example.com/tokens" },
      phoneNumber: { countryCode: "US", type: "TOLL_FREE" },
      alarms: { emails: ["ops@example.com"] },
      deployers: [`arn:aws:iam::${ACCOUNT}:role/deploy`, `arn:aws:iam::${ACCOUNT}:user/team/refresh`],
    },
    [CARDS],
  ],
  ["a module", { instance, flowKind: "module" }, []],
];

let stacks: Map<string, Synthesized>;
beforeAll(async () => {
  const pair = await smallKeyPair();
  stacks = new Map();
  for (const [name, config] of CONFIGURATIONS) stacks.set(name, readStack(await synthesizeWith(folder, pair, config)));
});

const planOfStack = (name: string, edit: (stack: Synthesized) => void = () => {}) => {
  const stack = stacks.get(name);
  if (!stack) throw new Error(name);
  const copy = structuredClone(stack);
  edit(copy);
  return readPlan(JSON.stringify(planOfNewStack(copy)), "the test's plan");
};

it.each(CONFIGURATIONS)("a first deployment with %s has only documented dangers", (name, _, dangers) => {
  const found = reviewed(planOfStack(name));
  expect(found.dangers).toEqual(dangers);
  // What is known only after the apply, and the code.
  for (const text of found.notUnderstood) {
    expect(text).toMatch(
      /has content that is known only after the apply$|gets its policy only during the apply$|which this review does not read$|^values from this project's resources that are known only after the apply: /,
    );
  }
  expect(found.notUnderstood).toHaveLength(6);
});

it("each resource of a stack has a name and a type that the review understands", () => {
  const resources = CONFIGURATIONS.flatMap(([name]) => planOfStack(name).resource_changes);
  expect(resources.filter((resource) => projectNameOf(resource) === undefined)).toEqual([]);
  expect([...new Set(resources.map(({ type }) => type))].sort()).toEqual(Object.keys(UNDERSTOOD_TYPES).sort());
});

/** The names of all resources: two resources with one name could be mistaken for each other. */
it("each resource has another name", () => {
  for (const [configuration] of CONFIGURATIONS) {
    const names = planOfStack(configuration).resource_changes.map((resource) => projectNameOf(resource));
    expect(new Set(names).size).toBe(names.length);
  }
});

it.each<[string, (stack: Synthesized) => void, string[]]>([
  [
    "a policy for everybody",
    ({ resource }) => {
      const [key] = Object.values(resource.aws_kms_key ?? {});
      if (key) key.policy = String(key.policy).replace(/arn:\$\{[^}]*\}:iam::\$\{[^}]*\}:root/, "*");
    },
    [
      "access: the KMS key gives access to everybody in statement AccountAdministers",
      expect.stringMatching(
        /^access: the KMS key allows kms:CancelKeyDeletion, .* and 9 more in statement AccountAdministers$/,
      ),
    ],
  ],
  [
    "an attached policy",
    ({ resource }) => {
      resource.aws_iam_role_policy_attachment = {
        x: { role: "r", policy_arn: "arn:aws:iam::aws:policy/AdministratorAccess" },
      };
    },
    [
      "access: aws_iam_role_policy_attachment.x can give access: policy_arn arn:aws:iam::aws:policy/AdministratorAccess, role r",
    ],
  ],
  [
    "a second policy of the function's role",
    ({ resource }) => {
      Object.assign(resource.aws_iam_role_policy ?? {}, {
        x: {
          role: "secure-ivr-dev-us-east-1-function",
          policy:
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/a"}]}',
        },
      });
    },
    ["access: aws_iam_role_policy.x allows s3:GetObject on arn:aws:s3:::b/a in statement number 1"],
  ],
  [
    "an environment variable",
    ({ resource }) => {
      for (const block of Object.values(resource.aws_lambda_function ?? {})) {
        Object.assign((block.environment as { variables: object }).variables, { NODE_OPTIONS: "--require=/opt/x.js" });
      }
    },
    [expect.stringMatching(/^code: the function has the environment variable NODE_OPTIONS, /)],
  ],
  [
    "another provider argument",
    ({ provider }) => {
      Object.assign(provider.aws[0] ?? {}, { endpoints: [{ ssm: "https://evil.example" }] });
    },
    ["access: the provider aws has the argument endpoints: it can use other credentials or another address"],
  ],
])("a first deployment with %s has a danger", (_, edit, dangers) => {
  expect(reviewed(planOfStack("no options", edit)).dangers).toEqual(dangers);
});
