import { parseBootstrapSettings } from "../../settings/bootstrap-settings";

const VALID = {
  repository: "example/ivr",
  bucket: "example-ivr-state",
  environment: ["production"],
  branch: "main",
  region: ["us-east-1"],
};

it("accepts the options, with a local state by default", () => {
  expect(parseBootstrapSettings(VALID)).toEqual({ ...VALID, stateInBucket: false });
});

it.each([
  [{ repository: "example" }, /^--repository must be OWNER\/REPOSITORY, or .*\.$/],
  [{ repository: "example/ivr:*" }, /^--repository must be OWNER\/REPOSITORY, or .*\.$/],
  [{ repository: "*/ivr" }, /^--repository must be /],
  [{ bucket: "Upper" }, /^--bucket must be the name of an S3 bucket\.$/],
  [{ environment: ["prod:main"] }, /^--environment must be a name of letters, digits, dots, dashes and underscores\.$/],
  [{ environment: ["a", "a"] }, /^--environment must not repeat a name\.$/],
  [{ branch: "ma*n" }, /^--branch must be the name of a branch\.$/],
  [{ region: ["mars"] }, /^--region must be an AWS Region such as us-east-1\.$/],
  [{ region: ["us-east-1", "us-east-1"] }, /^--region must not repeat a Region\.$/],
  [
    { oidcProviderArn: "arn:aws:iam::1:oidc-provider/x" },
    /^--oidc-provider-arn must be the ARN of the provider, such as /,
  ],
  [{ permissionsBoundary: "boundary" }, /^--permissions-boundary must be the ARN of a policy, such as .*\.$/],
  [{ codeSigningBucket: "_" }, /^--code-signing-bucket must be the name of an S3 bucket\.$/],
  [
    { bucket: "_", region: ["x", "y"] },
    /^--bucket must be the name of an S3 bucket; --region must be an AWS Region such as us-east-1\.$/,
  ],
])("rejects %j in one sentence", (options, sentence) => {
  expect(() => parseBootstrapSettings({ ...VALID, ...options })).toThrow(sentence);
});
