import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { ParameterStore } from "../../simulator/parameter-store";

const ARN = "arn:aws:ssm:us-east-1:123456789012:parameter";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/k";
const parameter = (name: string) => ({
  name,
  arn: `${ARN}${name}`,
  type: "SecureString",
  keyArn: KEY_ARN,
  value: `value of ${name}`,
});

let parameterStore: ParameterStore;
let ssm: SSMClient;
beforeAll(async () => {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
  parameterStore = await ParameterStore.start(
    [
      parameter("/a"),
      parameter("/forbidden"),
      parameter("/undecryptable"),
      parameter("/denied"),
      { ...parameter("/plain"), type: "String" },
    ],
    {
      arn: "arn:aws:iam::123456789012:role/function",
      statements: [
        {
          Effect: "Allow",
          Action: ["ssm:GetParameter"],
          Resource: [`${ARN}/a`, `${ARN}/plain`, `${ARN}/missing`, `${ARN}/undecryptable`],
        },
        { Effect: "Allow", Action: "ssm:GetParameter", Resource: `${ARN}/denied` },
        { Effect: "Deny", Action: "ssm:GetParameter", Resource: `${ARN}/denied` },
        {
          Effect: "Allow",
          Action: "kms:Decrypt",
          Resource: KEY_ARN,
          Condition: { StringEquals: { "kms:EncryptionContext:PARAMETER_ARN": [`${ARN}/a`] } },
        },
      ],
    },
  );
  ssm = new SSMClient({
    region: "us-east-1",
    endpoint: parameterStore.url,
    credentials: { accessKeyId: parameterStore.accessKeyId, secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(() => parameterStore.stop());

const get = (Name: string, WithDecryption = true) => ssm.send(new GetParameterCommand({ Name, WithDecryption }));
const nameOf = (work: Promise<unknown>) =>
  work.then(
    () => "no error",
    (error) => error.name,
  );

it("responds to the real SDK like AWS", async () => {
  expect((await get("/a")).Parameter).toEqual({
    ARN: `${ARN}/a`,
    DataType: "text",
    LastModifiedDate: expect.any(Date),
    Name: "/a",
    Type: "SecureString",
    Value: "value of /a",
    Version: 1,
  });
  expect((await get(`${ARN}/a`)).Parameter?.Name).toBe("/a");
  expect((await get("/plain")).Parameter?.Value).toBe("value of /plain");
});

it("listens only on this machine, and lets a Deny win", async () => {
  expect(parameterStore.host).toBe("127.0.0.1");
  expect(await nameOf(get("/denied"))).toBe("AccessDeniedException");
});

it("does not return a secret without decryption", async () => {
  expect((await get("/a", false)).Parameter?.Value).not.toContain("value of");
});

it.each([
  ["ParameterNotFound", "/missing"],
  ["AccessDeniedException", "/forbidden"],
  ["AccessDeniedException", "/forbidden-and-missing"],
  ["AccessDeniedException", "/undecryptable"],
  ["ValidationException", ""],
])("sends %s for %j", async (error, name) => {
  expect(await nameOf(get(name))).toBe(error);
});

it("sends AWS's errors for unsupported operations, invalid JSON and unsigned requests", async () => {
  expect(await nameOf(ssm.send(new PutParameterCommand({ Name: "/a", Value: "x", Type: "String" })))).toBe(
    "UnknownOperationException",
  );
  const post = async (body: string, headers: Record<string, string>) => {
    const response = await fetch(parameterStore.url, { method: "POST", body, headers });
    return [response.status, ((await response.json()) as { __type: string }).__type];
  };
  const target = { "x-amz-target": "AmazonSSM.GetParameter" };
  const signed = (accessKeyId: string) => ({
    ...target,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/x`,
  });
  expect(await post("{", signed(parameterStore.accessKeyId))).toEqual([400, "SerializationException"]);
  expect(await post('{"Name":"/a"}', signed("another program's"))).toEqual([400, "UnrecognizedClientException"]);
  expect(await post('{"Name":"/a"}', target)).toEqual([400, "MissingAuthenticationTokenException"]);
});
