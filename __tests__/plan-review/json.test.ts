import { canonicalJson, isEmpty, isSameJson, isUnsafeJson, jsonLine, parseJson } from "../../plan-review/json";

const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

it.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  [1, "1", false],
  [null, undefined, true],
  [null, false, false],
  [null, {}, false],
  [{}, null, false],
  [{}, [], false],
  [{ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 }, true],
  [{ a: { x: 1, y: 2 } }, { a: { y: 2, x: 1 } }, true],
  [[1, 2], [2, 1], false],
  [{ a: 1 }, { a: 1, b: undefined }, true],
  [{ a: 1 }, { a: 1, b: null }, false],
])("%j and %j are the same JSON: %s", (one, other, same) => {
  expect(isSameJson(one, other)).toBe(same);
  expect(isSameJson(other, one)).toBe(same);
});

it("canonical JSON has sorted keys, also of objects in lists", () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1}]}');
  expect(canonicalJson(undefined)).toBe("null");
});

it.each<[unknown, boolean]>([
  [undefined, true],
  [null, true],
  ["", true],
  [[], true],
  [{}, true],
  [0, false],
  [false, false],
  [" ", false],
  [[null], false],
  [{ a: undefined }, false],
])("%j is empty: %s", (value, empty) => expect(isEmpty(value)).toBe(empty));

it.each<[unknown, unknown]>([
  ['{"a":[1]}', { a: [1] }],
  ["1", 1],
  ["{", undefined],
  [1, undefined],
  [undefined, undefined],
  ['{"a":1,"a":2}', undefined],
  ['{"a":{"b":1,"b":1}}', undefined],
  ['{"a":1,"\\u0061":2}', undefined],
  ['{"a":"\\": 1","b" : "c:d"}', { a: '": 1', b: "c:d" }],
  ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
  ['{"__proto__":1}', undefined],
  [nested(100), JSON.parse(nested(100))],
  [nested(101), undefined],
  [nested(20_000), undefined],
])("parses %.50j", (text, value) => expect(parseJson(text)).toEqual(value));

it("JSON is unsafe if it is nested too deep, or has a key that other code would skip", () => {
  expect(isUnsafeJson(JSON.parse(nested(100)))).toBe(false);
  expect(isUnsafeJson(JSON.parse(nested(101)))).toBe(true);
  expect(isUnsafeJson(JSON.parse('[{"a":[{"__proto__":{}}]}]'))).toBe(true);
  expect(isUnsafeJson(JSON.parse('["__proto__"]'))).toBe(false);
  expect(isUnsafeJson(1)).toBe(false);
});

it.each<[unknown, string]>([
  [{ a: [1, { b: "c" }], d: {} }, '{"a": [1, {"b": "c"}], "d": {}}'],
  ["a", '"a"'],
  [[], "[]"],
])("writes %j in one line", (value, line) => expect(jsonLine(value)).toBe(line));
