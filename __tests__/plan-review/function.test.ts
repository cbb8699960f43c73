import { type Json, reviewOfChange } from "../support/plans";

const FUNCTION = "aws_lambda_function.decrypt-function_B286534F";
const VARIABLES = {
  DECRYPTION_KEY_PARAMETER_PREFIX: "/CONNECT_INPUT_DECRYPTION_KEY/",
  SECRET_CACHE_SECONDS: "300",
  STAGE: "dev",
  FIELDS: "[]",
  TIME_ZONE: "UTC",
};
const environment = (variables: Json | null) => ({ environment: [{ variables }] });
const review = (variables: Json, rest: Json = {}) =>
  reviewOfChange(FUNCTION, {
    before: environment(VARIABLES),
    after: environment({ ...VARIABLES, ...variables }),
    ...rest,
  });
const fine = { dangers: [], notUnderstood: [] };
const foreign = (name: string) => ({
  dangers: [
    `code: the function has the environment variable ${name}, which this project does not use and which can change what the function runs`,
  ],
  notUnderstood: [],
});
const notUnderstood = (text: string) => ({ dangers: [], notUnderstood: [`the function ${text}`] });

describe("an environment variable", () => {
  it.each([
    ...["NODE_OPTIONS", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM", "LD_PRELOAD", "AWS_LAMBDA_EXEC_WRAPPER"],
    ...["NODE_EXTRA_CA_CERTS", "HTTPS_PROXY", "POWERTOOLS_LOG_LEVEL", "stage", "toString", "X"],
  ])("%s is a danger", (name) => {
    expect(review({ [name]: "x" })).toEqual(foreign(name));
    expect(review({}, { after_unknown: { environment: [{ variables: { [name]: true } }] } })).toEqual(foreign(name));
    const existing = { before: environment({ ...VARIABLES, [name]: "x" }) };
    expect(review({ [name]: "y" }, existing)).toEqual(foreign(name));
    expect(review({ [name]: "x" }, existing)).toEqual(fine);
    expect(review({}, existing)).toEqual(fine);
    const sensitive = { after_sensitive: { environment: [{ variables: { [name]: true } }] } };
    expect(review({ [name]: "x" }, sensitive)).toEqual(foreign(name));
  });

  it.each([
    [{ STAGE: "prod" }, fine],
    [{ FIELDS: '[{"kind":"cardNumber"}]' }, fine],
    [{ TIME_ZONE: "Asia/Tokyo" }, fine],
    [{ SECRET_CACHE_SECONDS: "1" }, fine],
    [{ SECRET_CACHE_SECONDS: "999" }, fine],
    [{ SECRET_CACHE_SECONDS: "1000" }, notUnderstood("has the environment variable SECRET_CACHE_SECONDS = 1000")],
    [{ SECRET_CACHE_SECONDS: "0" }, notUnderstood("has the environment variable SECRET_CACHE_SECONDS = 0")],
    [{ SECRET_CACHE_SECONDS: "9x" }, notUnderstood("has the environment variable SECRET_CACHE_SECONDS = 9x")],
    [{ SECRET_CACHE_SECONDS: "x9" }, notUnderstood("has the environment variable SECRET_CACHE_SECONDS = x9")],
    [
      { DECRYPTION_KEY_PARAMETER_PREFIX: "/x/" },
      { dangers: ["key: the function reads private keys from other parameters: /x/"], notUnderstood: [] },
    ],
    [{ PAYMENT_CONNECTOR: "none" }, fine],
    [{ PAYMENT_SECRET_PARAMETER: "/secure-ivr/dev/payment-secret" }, fine],
    [
      { PAYMENT_SECRET_PARAMETER: "/x/secure-ivr/dev/payment-secret" },
      notUnderstood("has the environment variable PAYMENT_SECRET_PARAMETER = /x/secure-ivr/dev/payment-secret"),
    ],
    [
      { PAYMENT_SECRET_PARAMETER: "/secure-ivr/dev/payment-secret/x" },
      notUnderstood("has the environment variable PAYMENT_SECRET_PARAMETER = /secure-ivr/dev/payment-secret/x"),
    ],
  ])("%j", (variables, result) => expect(review(variables)).toEqual(result));

  it("an unknown payment connector is not understood, and could send cards elsewhere", () => {
    expect(review({ PAYMENT_CONNECTOR: "ftp", PAYMENT_URL: "x" })).toEqual({
      dangers: ["cards: the function sends card data in clear to x for the first time"],
      notUnderstood: ["the function has the environment variable PAYMENT_CONNECTOR = ftp"],
    });
  });

  it("that the function needs must not be missing", () => {
    const { FIELDS: _, STAGE: __, ...rest } = VARIABLES;
    const change = (after: Json) => reviewOfChange(FUNCTION, { before: environment(VARIABLES), after });
    const lost = (names: string) => ({
      dangers: [`calls: the function does not have the environment variables ${names}`],
      notUnderstood: [],
    });
    expect(change(environment(rest))).toEqual(lost("STAGE, FIELDS"));
    const all = "DECRYPTION_KEY_PARAMETER_PREFIX, SECRET_CACHE_SECONDS, STAGE, FIELDS, TIME_ZONE";
    expect(change({})).toEqual(lost(all));
    expect(change(environment(null))).toEqual(lost(all));
    expect(change({ environment: [{}] })).toEqual(lost(all));
  });

  it("can be known only after the apply", () => {
    const unknown = (mark: unknown) => review({}, { after_unknown: mark as Json });
    const later = "cards: the function sends card data in clear to an address that is known only after the apply";
    expect(unknown({ environment: [{ variables: { STAGE: true } }] })).toEqual(
      notUnderstood("has the environment variable STAGE, which is known only after the apply"),
    );
    expect(unknown({ environment: [{ variables: { STAGE: false } }] })).toEqual(fine);
    expect(unknown({ environment: [{ variables: { PAYMENT_URL: true } }] })).toEqual({
      dangers: [later],
      notUnderstood: [],
    });
    expect(unknown({ environment: [{ variables: { PAYMENT_CONNECTOR: true } }] })).toEqual({
      dangers: [later],
      notUnderstood: [],
    });
    for (const mark of [{ environment: true }, { environment: [{ variables: true }] }, { environment: [true] }]) {
      expect(unknown(mark)).toEqual({
        dangers: [later],
        notUnderstood: ["the function gets its environment only during the apply"],
      });
    }
  });

  it.each([
    ["two blocks", [{ variables: VARIABLES }, { variables: { NODE_OPTIONS: "x" } }]],
    ["another argument", [{ variables: VARIABLES, other: 1 }]],
    ["a text", "x"],
  ])("is not understood in %s", (_, value) => {
    const { notUnderstood: texts } = reviewOfChange(FUNCTION, {
      before: environment(VARIABLES),
      after: { environment: value },
    });
    expect(texts).toEqual([expect.stringMatching(/^the function has environment = /)]);
  });

  it("does not show a sensitive value", () => {
    const secret = { SECRET_CACHE_SECONDS: "hunter2", DECRYPTION_KEY_PARAMETER_PREFIX: "hunter2" };
    expect(review(secret, { after_sensitive: { environment: true } })).toEqual({
      dangers: ["key: the function reads private keys from other parameters: (sensitive)"],
      notUnderstood: ["the function has the environment variable SECRET_CACHE_SECONDS = (sensitive)"],
    });
  });

  it("of a function whose earlier variables cannot be read is new", () => {
    expect(review({ X: "x" }, { before: { environment: "x" } }).dangers).toEqual(foreign("X").dangers);
  });
});

describe("the function's code", () => {
  const hash = (byte: number) => Buffer.alloc(32, byte).toString("base64");
  const [one, two] = [Buffer.alloc(32, 1).toString("hex"), Buffer.alloc(32, 2).toString("hex")];
  const code = (before: Json | null, after: Json, rest: Json = {}, parts: Json = {}) =>
    reviewOfChange(FUNCTION, { before, after, ...rest }, parts).notUnderstood;
  const text = (what: string) => [`the function changes its code (${what}), which this review does not read`];

  it.each<[Json, Json, string]>([
    [{ source_code_hash: hash(1) }, { source_code_hash: hash(2) }, `SHA-256 ${one} → ${two}`],
    [{ code_sha256: hash(1) }, { code_sha256: hash(2) }, `SHA-256 ${one} → ${two}`],
    [
      { source_code_hash: hash(1), filename: "a" },
      { source_code_hash: hash(2), filename: "b" },
      `SHA-256 ${one} → ${two}`,
    ],
    [
      { source_code_hash: hash(1), code_sha256: hash(1) },
      { source_code_hash: hash(1), code_sha256: hash(2) },
      `SHA-256 ${one} → ${two}`,
    ],
    [{}, { source_code_hash: hash(2) }, `SHA-256 ${two}`],
    [{ source_code_hash: "x" }, { source_code_hash: `${hash(2)}=` }, `SHA-256 x → ${hash(2)}=`],
    [{ filename: "a" }, { filename: "b" }, "filename b"],
    [
      { s3_bucket: "a", s3_key: "b", s3_object_version: "1" },
      { s3_bucket: "c", s3_key: "d", s3_object_version: "2" },
      "s3_bucket c, s3_key d, s3_object_version 2",
    ],
  ])("from %j to %j", (before, after, what) => expect(code(before, after)).toEqual(text(what)));

  it("that stays is not reported", () => {
    expect(
      code(
        { filename: "a", source_code_hash: hash(1), memory_size: 1 },
        { filename: "a", source_code_hash: hash(1), memory_size: 2 },
      ),
    ).toEqual([]);
  });

  it("of a new function is reported", () => {
    expect(code(null, { ...environment(VARIABLES), kms_key_arn: "k", source_code_hash: hash(1) })).toEqual([
      `the function gets its code (SHA-256 ${one}), which this review does not read`,
    ]);
  });

  it("can be known only after the apply", () => {
    const unknown = { after_unknown: { s3_key: true, code_sha256: true } };
    const parts = (expressions: Json) => ({
      configuration: {
        root_module: { resources: [{ address: FUNCTION, mode: "managed", type: "aws_lambda_function", expressions }] },
      },
    });
    expect(code({ s3_key: "a" }, {}, unknown, parts({ s3_key: {} }))).toEqual(
      text("s3_key is known only after the apply"),
    );
    expect(code({ s3_key: "a" }, {}, unknown, parts({}))).toEqual([]);
    expect(code({ code_sha256: hash(1) }, {}, { after_unknown: { code_sha256: true } })).toEqual(
      text(`SHA-256 ${one} → is known only after the apply`),
    );
  });

  it("is that of a Lambda function only", () => {
    expect(
      reviewOfChange("aws_s3_object.decrypt-function_signed-package_unsigned_DE290DC9", {
        before: { source: "a" },
        after: { source: "b" },
      }),
    ).toEqual(fine);
  });
});
