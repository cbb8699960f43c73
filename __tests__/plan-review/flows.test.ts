import { captureFlowOf, KEY_ID } from "../support/capture-flow";
import { smallKeyPair } from "../support/key-pairs";
import { EXISTING, type Json, OWN, planOf, resourceChange, reviewed } from "../support/plans";

const FLOW = "aws_connect_contact_flow.capture_flow_A1930241";
const MODULE = "aws_connect_contact_flow_module.capture_module_A1930241";

interface Action {
  Identifier: string;
  Type: string;
  Parameters: Json;
  Transitions: Json;
}

let pair: Awaited<ReturnType<typeof smallKeyPair>>;
let other: typeof pair;
let flow: { StartAction: string; Actions: Action[] };
beforeAll(async () => {
  pair = await smallKeyPair();
  other = await smallKeyPair();
  const text = JSON.stringify(captureFlowOf());
  const content = JSON.parse(text);
  for (const { Parameters } of content.Actions) {
    if (Parameters.InputEncryption) Parameters.InputEncryption.Key = pair.certificate;
    if (Parameters.LambdaFunctionARN) Parameters.LambdaFunctionARN = OWN.function;
  }
  flow = content;
});

const securityKey = (keyId = KEY_ID, publicKey = pair.publicKey): Json => {
  const values = {
    desired_state: JSON.stringify({ InstanceId: OWN.instance, Key: "x" }),
    properties: JSON.stringify({ AssociationId: keyId, Key: publicKey }),
  };
  return resourceChange("aws_cloudcontrolapi_resource.key-pair-primary_security-key_D376B2AD", {
    before: values,
    after: values,
    actions: ["no-op"],
  });
};

/** The flow with some of its actions changed. */
function changed(edit: (actions: Record<string, Action>) => void): string {
  const content = structuredClone(flow);
  edit(Object.fromEntries(content.Actions.map((action) => [action.Identifier, action])));
  return JSON.stringify(content);
}

function action(actions: Record<string, Action>, name: string): Action {
  const found = actions[name];
  if (!found) throw new Error(`no action ${name}: ${Object.keys(actions)}`);
  return found;
}

const parametersOf = (actions: Record<string, Action>, name: string): Json => action(actions, name).Parameters;

const review = (
  before: string | null,
  after: string | undefined,
  { address = FLOW, keys = [securityKey()], ...rest }: { address?: string; keys?: Json[] } & Json = {},
) =>
  reviewed(
    planOf([
      resourceChange(address, {
        before: before === null ? null : { content: before },
        after: after === undefined ? {} : { content: after },
        ...rest,
      }),
      ...EXISTING.filter((existing) => existing.address !== FLOW),
      ...keys,
    ]),
  );
const fine = { dangers: [], notUnderstood: [] };
const input = "cardNumber-input";

it("a flow of this project has no danger, new or not", () => {
  const content = JSON.stringify(flow);
  expect(review(null, content)).toEqual(fine);
  expect(review(null, content, { address: MODULE })).toEqual({ dangers: [], notUnderstood: [] });
  expect(
    review(
      changed(() => {}),
      content,
    ),
  ).toEqual(fine);
  const prompt = changed((actions) => {
    parametersOf(actions, "say-accepted").Text = "Hello";
    delete parametersOf(actions, "say-accepted").SSML;
  });
  expect(review(content, prompt)).toEqual(fine);
});

it("content that is known only after the apply is not understood", () => {
  const unknown = (address: string) => review("{}", undefined, { address, after_unknown: { content: true } });
  expect(unknown(FLOW).notUnderstood).toEqual(["the flow has content that is known only after the apply"]);
  expect(unknown(MODULE).notUnderstood).toEqual(["the flow module has content that is known only after the apply"]);
  expect(unknown(FLOW).dangers).toEqual([]);
});

it.each([
  "nothing",
  "{}",
  '{"Version":"2019-10-30","StartAction":"a","Actions":[null]}',
  `{"Actions":${"[".repeat(20_000)}${"]".repeat(20_000)}}`,
])("the content %.80s is a danger", (content) => {
  expect(review(null, content)).toEqual({
    dangers: ["encryption: the flow has content in which this review finds no step"],
    notUnderstood: [],
  });
  expect(review(JSON.stringify(flow), content).dangers).toHaveLength(1);
});

it("a flow that is destroyed is not read", () => {
  expect(
    reviewed(planOf([resourceChange(FLOW, { before: { content: JSON.stringify(flow) }, after: null })])).dangers,
  ).toEqual(["calls: the flow is destroyed"]);
});

describe("a changed step", () => {
  it.each<[string, (actions: Record<string, Action>) => void, string[], string[]?]>([
    [
      "stores input without encryption",
      (actions) => {
        delete parametersOf(actions, input).InputEncryption;
      },
      [`encryption: the step ${input} stores input without encryption`],
    ],
    [
      "stores no input",
      (actions) => {
        Object.assign(parametersOf(actions, input), { StoreInput: "False" });
        delete parametersOf(actions, input).InputEncryption;
      },
      [],
    ],
    [
      "turns flow logging on",
      (actions) => {
        parametersOf(actions, "stop-logging").FlowLoggingBehavior = "Enabled";
      },
      ["encryption: the step stop-logging turns flow logging on"],
    ],
    [
      "turns recording on",
      (actions) => {
        parametersOf(actions, "restore-recording").RecordingBehavior = {
          RecordedParticipants: [],
          IVRRecordingBehavior: "Enabled",
        };
      },
      ["encryption: the step restore-recording turns recording on"],
    ],
    [
      "records a participant",
      (actions) => {
        parametersOf(actions, "restore-recording").RecordingBehavior = {
          RecordedParticipants: ["Agent"],
          IVRRecordingBehavior: "Disabled",
        };
      },
      ["encryption: the step restore-recording turns recording on"],
    ],
    [
      "invokes another function",
      (actions) => {
        parametersOf(actions, "prepare").LambdaFunctionARN = "arn:other";
      },
      ["cards: the step prepare invokes another function: arn:other"],
    ],
    [
      "encrypts under another key id",
      (actions) => {
        parametersOf(actions, input).InputEncryption = { EncryptionKeyId: "other", Key: pair.certificate };
      },
      [`encryption: the step ${input} encrypts under the key id other, which no security key of this plan has`],
    ],
    [
      "encrypts for another certificate",
      (actions) => {
        parametersOf(actions, input).InputEncryption = { EncryptionKeyId: KEY_ID, Key: other.certificate };
      },
      [
        `cards: the step ${input} encrypts for another key pair than its key id names: somebody else may decrypt the input`,
      ],
    ],
  ])("%s", (_, edit, dangers) => {
    const found = review(JSON.stringify(flow), changed(edit));
    expect(found.dangers.filter((text) => !/flow logging may be on/.test(text))).toEqual(dangers);
    expect(review(changed(edit), JSON.stringify(flow)).dangers).toEqual([]);
    expect(review(changed(edit), changed(edit)).dangers).toEqual([]);
    expect(review(null, changed(edit)).dangers.filter((text) => !/flow logging may be on/.test(text))).toEqual(dangers);
  });

  it("that the linter finds wrong is not understood", () => {
    const edit = (actions: Record<string, Action>) => {
      parametersOf(actions, "say-accepted").SSML = "";
    };
    expect(review(JSON.stringify(flow), changed(edit)).notUnderstood).toContainEqual(
      expect.stringMatching(/^the step say-accepted breaks the rule empty-text: Parameters\.SSML /),
    );
  });

  it("of a type that this project's flow does not use is not understood", () => {
    const edit = (actions: Record<string, Action>) => {
      action(actions, "say-accepted").Type = "TransferParticipantToThirdParty";
    };
    expect(review(JSON.stringify(flow), changed(edit)).notUnderstood).toContain(
      "the step say-accepted has the type TransferParticipantToThirdParty, which this project's flow does not use",
    );
    expect(
      review(
        changed(edit),
        changed((actions) => {
          edit(actions);
          delete parametersOf(actions, "prepare").ResponseValidation;
        }),
      ).notUnderstood.filter((text) => text.includes("does not use")),
    ).toEqual([]);
  });

  it("records no more than before", () => {
    const recording = (participants: string[]) =>
      changed((actions) => {
        parametersOf(actions, "restore-recording").RecordingBehavior = {
          RecordedParticipants: participants,
          IVRRecordingBehavior: "Disabled",
        };
      });
    expect(review(recording(["Agent"]), recording(["Agent", "Customer"])).dangers).toHaveLength(1);
    expect(review(recording(["Agent", "Customer"]), recording(["Agent"])).dangers).toEqual([]);
    expect(review(recording(["Agent"]), recording(["Customer"])).dangers).toEqual([]);
  });
});

it("reports input that is logged, and input that is kept", () => {
  const logged = changed((actions) => {
    parametersOf(actions, "stop-logging").FlowLoggingBehavior = "Enabled";
  });
  expect(review(JSON.stringify(flow), logged).dangers.length).toBeGreaterThan(1);
  expect(review(JSON.stringify(flow), logged).dangers).toContainEqual(
    expect.stringMatching(/^encryption: the step \S+-input /),
  );
});

it("reads the public key from what the security key is to be, if Connect has not returned it", () => {
  const values = (Key: string) => ({
    before: null,
    after: {
      desired_state: JSON.stringify({ InstanceId: OWN.instance, Key }),
      properties: JSON.stringify({ AssociationId: KEY_ID }),
    },
  });
  const address = "aws_cloudcontrolapi_resource.key-pair-primary_security-key_D376B2AD";
  const content = JSON.stringify(flow);
  const withKey = (key: string) =>
    review(null, content, { keys: [resourceChange(address, { ...values(key), actions: ["no-op"] })] });
  expect(withKey(pair.publicKey)).toEqual(fine);
  expect(withKey(other.publicKey).dangers.length).toBeGreaterThan(0);
  expect(withKey("x").notUnderstood).toContain(
    `the step ${input} has a certificate or a security key that cannot be read`,
  );
  expect(withKey("x").dangers).toEqual([]);
});

it("does not understand a certificate that cannot be read", () => {
  const broken = changed((actions) => {
    parametersOf(actions, input).InputEncryption = { EncryptionKeyId: KEY_ID, Key: "x" };
  });
  expect(review(JSON.stringify(flow), broken).notUnderstood).toContain(
    `the step ${input} has a certificate or a security key that cannot be read`,
  );
});

it("a function of the plan, or its alias, may be invoked", () => {
  const alias = resourceChange("aws_lambda_alias.decrypt-function_provisioned_alias_B12C6A82", {
    before: { arn: "arn:alias" },
    after: { arn: "arn:alias" },
    actions: ["no-op"],
  });
  const toAlias = changed((actions) => {
    for (const { Parameters } of Object.values(actions))
      if (Parameters.LambdaFunctionARN) Parameters.LambdaFunctionARN = "arn:alias";
  });
  expect(review(JSON.stringify(flow), toAlias, { keys: [securityKey(), alias] })).toEqual(fine);
  expect(review(JSON.stringify(flow), toAlias).dangers.length).toBeGreaterThan(1);
});
