import { planText } from "../../cli/plan-view";
import { markdownOf } from "../../plan-review/markdown";
import { markdownCode, markdownText, printableJson, redactSecrets, visibleText } from "../../plan-review/safe-output";
import { summaryOf } from "../../plan-review/summary";
import { type Json, planOf, resourceChange } from "../support/plans";

/** Characters that could hide or change text, and how they are shown. */
const INVISIBLE: [string, string, string][] = [
  ["an escape sequence", "\u001b[2J", "[U+001B][2J"],
  ["a bell", "\u0007", "[U+0007]"],
  ["NUL", "\u0000", "[U+0000]"],
  ["DEL", "\u007f", "[U+007F]"],
  ["a C1 sequence", "\u009b2J", "[U+009B]2J"],
  ["text from right to left", "\u202eabc", "[U+202E]abc"],
  ["an isolate", "\u2066", "[U+2066]"],
  ["a right-to-left mark", "\u200f", "[U+200F]"],
  ["a zero-width space", "\u200b", "[U+200B]"],
  ["a zero-width joiner", "\u200d", "[U+200D]"],
  ["a byte order mark", "\ufeff", "[U+FEFF]"],
  ["a soft hyphen", "\u00ad", "[U+00AD]"],
  ["a variation selector", "\ufe0f", "[U+FE0F]"],
  ["a Hangul filler", "\u3164", "[U+3164]"],
  ["a blank Braille pattern", "\u2800", "[U+2800]"],
  ["a tag character", "\u{e0041}", "[U+E0041]"],
  ["a half of a surrogate pair", "\ud800", "[U+D800]"],
  ["a line separator", "\u2028", "[U+2028]"],
  ["a paragraph separator", "\u2029", "[U+2029]"],
];

describe.each(INVISIBLE)("%s", (_, text, visible) => {
  it("is visible in text and Markdown", () => {
    expect(visibleText(`a${text}b`)).toBe(`a${visible}b`);
    expect(markdownCode(`a${text}b`)).toBe(`\`a${visible}b\``);
    expect(markdownText(`a${text}b`)).toBe(
      `a${visible.replaceAll("[", "&#91;").replaceAll("]", "&#93;").replaceAll("+", "&#43;")}b`,
    );
  });

  it("is escaped in JSON", () => {
    const json = printableJson({ [text]: `a${text}b` });
    expect(json).toMatch(/^[ -~]+$/);
    expect(JSON.parse(json)).toEqual({ [text]: `a${text}b` });
  });

  it("is visible wherever a plan contains it", () => {
    const bad = `x${text}y`;
    const key = (rest: Json) => ({
      ...resourceChange(`aws_kms_key.${bad}`, {
        before: { [bad]: bad, description: "a" },
        after: { [bad]: `${bad}z`, description: bad },
      }),
      ...rest,
    });
    const statement = {
      Sid: bad,
      Effect: "Allow",
      Principal: { AWS: bad },
      Action: bad,
      Condition: { [bad]: { [bad]: bad } },
    };
    const flow = JSON.stringify({
      Version: "2019-10-30",
      StartAction: bad,
      Actions: [
        { Identifier: bad, Type: bad, Parameters: { Text: bad, [bad]: bad }, Transitions: { NextAction: bad } },
      ],
    });
    const plan = planOf(
      [
        key({ address: `aws_kms_key.${bad}`, previous_address: bad, provider_name: bad }),
        resourceChange(`${bad}.${bad}`, {
          before: null,
          after: { role: bad, policy: JSON.stringify({ Statement: statement }) },
        }),
        resourceChange("aws_kms_key.encryption-key_B3391E8B", {
          before: { policy: "" },
          after: { policy: JSON.stringify({ Statement: statement }) },
        }),
        resourceChange("aws_connect_contact_flow.capture_flow_A1930241", { before: null, after: { content: flow } }),
      ],
      {
        resource_drift: [key({})],
        output_changes: { [bad]: { actions: ["update"], before: bad, after: `${bad}z` } },
        checks: [{ address: { to_display: bad }, status: "fail", instances: [{ problems: [{ message: bad }] }] }],
        deferred_changes: [{ reason: bad, resource_change: key({}) }],
        [bad]: 1,
        configuration: {
          provider_config: { [bad]: { name: bad, full_name: bad, expressions: { [bad]: {} } } },
          root_module: {
            resources: [{ address: bad, mode: bad, type: bad, provisioners: [{ type: bad }] }],
            module_calls: { [bad]: { source: bad } },
          },
        },
      },
    );
    const summary = summaryOf(plan);
    const outputs = [
      planText(summary, 10_000).join(""),
      markdownOf(summary).replaceAll("\n", ""),
      printableJson(summary),
    ];
    // markdownText itself puts zero-width spaces after # and @.
    for (const output of outputs) expect(output).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
    expect(summary.dangers.length).toBeGreaterThan(8);
    expect(summary.notUnderstood.length).toBeGreaterThan(10);
  });
});

it("leaves other letters and signs as they are", () => {
  const text = "é 日本語 → − … 😀 \u00a0 x";
  expect(visibleText(text)).toBe(text);
  expect(printableJson(text)).toBe(JSON.stringify(text));
});

it("writes text in one line", () => {
  expect(visibleText("a\n\tb\r\nc")).toBe("a b c");
  expect(markdownText("a \n\t b")).toBe("a b");
  expect(markdownCode("a \n\t b")).toBe("`a b`");
});

it.each([
  ["<script>x</script>", "&#60;script&#62;x&#60;/script&#62;"],
  ["[a](b) ![c](d)", "&#91;a&#93;&#40;b&#41; &#33;&#91;c&#93;&#40;d&#41;"],
  [
    "*a* _b_ `c` ~d~ |e| \\f &lt; {g} + $h$",
    "&#42;a&#42; &#95;b&#95; &#96;c&#96; &#126;d&#126; &#124;e&#124; &#92;f &#38;lt; &#123;g&#125; &#43; &#36;h&#36;",
  ],
  ["@team #12 a@b", "@\u200bteam #\u200b12 a@\u200bb"],
  ["https://a.b www.a.b WWW.a", "https&#58;//a.b www&#46;a.b WWW&#46;a"],
  ["arn:aws:iam::1:root a.b", "arn:aws:iam::1:root a.b"],
])("%s is text in Markdown", (text, markdown) => expect(markdownText(text)).toBe(markdown));

it.each([
  ["a", "`a`"],
  ["", "(empty)"],
  [" \n", "(empty)"],
  ["`", "`` ` ``"],
  ["a``b`c", "``` a``b`c ```"],
  ["</details>", "`</details>`"],
])("%j in a code span", (text, markdown) => expect(markdownCode(text)).toBe(markdown));

it.each<[string, unknown, unknown]>([
  ["a private key", { a: ["x -----BEGIN PRIVATE KEY-----\nMII"] }, { a: ["(withheld: looks like a private key)"] }],
  ["a certificate", "a -----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE----- b", "a (certificate) b"],
  ["a part of a certificate", "-----BEGIN CERTIFICATE-----\nMII", "(certificate)"],
  [
    "two certificates",
    "-----BEGIN A-----x-----END A-----,-----BEGIN A-----y-----END A-----",
    "(certificate),(certificate)",
  ],
  ["a card number", "4111111111111111", "••••••••••••••••"],
  ["a card number in groups", "x4111-1111.1111 1111y", "x••••-••••.•••• ••••y"],
  ["a card number as a key", { "4111111111111111": 1 }, { "••••••••••••••••": 1 }],
  ["13 digits", "4222222222222", "•••••••••••••"],
  ["12 digits", "411111111111", "411111111111"],
  ["another number", "4111111111111112", "4111111111111112"],
  ["other values", [1, true, null, undefined], [1, true, null, undefined]],
])("redacts %s", (_, value, redacted) => expect(redactSecrets(value)).toEqual(redacted));
