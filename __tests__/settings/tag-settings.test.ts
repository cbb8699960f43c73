import { parseSettings } from "../../settings/settings";
import { stackTags } from "../../settings/tag-settings";

const manyTags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${index}`, "v"]));
const SIGNED = { function: { codeSigning: { bucket: "signed-packages" } } };
const parse = (config: object) => parseSettings(config, "test");

it("accepts what all services of the stack accept", () => {
  const tags = { [`größe_.:/=+-@ 1${"x".repeat(113)}`]: "", empty: "x".repeat(256), Project: "my own", Stage: "x" };
  expect(stackTags(parse({ tags }))).toEqual(tags);
  expect(Object.keys(stackTags(parse({ tags: manyTags(48) })))).toHaveLength(50);
  expect(Object.keys(stackTags(parse({ ...SIGNED, tags: manyTags(8) })))).toHaveLength(10);
});

it("counts a default tag once that the configuration replaces", () => {
  const tags = { ...manyTags(48), Project: "my own", Stage: "x" };
  expect(Object.keys(stackTags(parse({ tags })))).toHaveLength(50);
});

it.each<[object, string]>([
  [{ tags: { "": "a" } }, "tags.: must have a name."],
  [{ tags: { "aws:owner": "a" } }, 'tags.aws:owner: must not begin with "aws:", which AWS reserves.'],
  [{ tags: { "AWS:owner": "a" } }, 'tags.AWS:owner: must not begin with "aws:", which AWS reserves.'],
  [{ tags: { ["k".repeat(129)]: "a" } }, `tags.${"k".repeat(64)}…: must have a name of at most 128 characters.`],
  [{ tags: { a: "v".repeat(257) } }, "tags.a: must have at most 256 characters."],
  [{ tags: { a: 5 } }, "tags.a: must be a string."],
  ...["a;b", "a&b", "${x}", "%{ if true }", "a\tb", "a*", "a<b>", "😀"].flatMap((text): [object, string][] => [
    [{ tags: { [text]: "a" } }, "must have a name of letters, digits, spaces and _ . : / = + - @."],
    [{ tags: { a: text } }, "tags.a: must consist of letters, digits, spaces and _ . : / = + - @."],
  ]),
  [{ tags: { project: "x" } }, "tags.project: differs only in case from the tag Project, which IAM does not allow."],
  [{ tags: { stage: "x" } }, "tags.stage: differs only in case from the tag Stage, which IAM does not allow."],
  [
    { tags: { owner: "a", Owner: "b" } },
    "tags.owner: differs only in case from the tag Owner, which IAM does not allow;",
  ],
  [
    { tags: manyTags(49) },
    "tags: must have at most 48 tags: with Project and Stage these are the 50 that AWS allows for a resource.",
  ],
  [
    { ...SIGNED, tags: manyTags(9) },
    "tags: must have at most 8 tags: with Project and Stage these are the 10 that S3 allows for an object, and the code to sign is one.",
  ],
  ...["cost center", "owner@example", "größe"].map((key): [object, string] => [
    { ...SIGNED, tags: { [key]: "a" } },
    `tags.${key}: must have a name of the letters a to z, digits and _ . : / = + -, because AWS Signer accepts no others.`,
  ]),
])("rejects what AWS would reject during an apply: %j", (config, problem) => {
  expect(() => parse(config)).toThrow(problem);
});
