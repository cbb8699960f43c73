import fc from "fast-check";
import { PROBLEMS_OF } from "../../contract/field";
import { encryptCustomerInput } from "../../encryption/encrypt";
import type { KeyPair } from "../../encryption/key-pair";
import { SensitiveDigits } from "../../encryption/sensitive-digits";
import type { CallEvent } from "../../simulator/call-events";
import { Contact } from "../../simulator/contact";
import { runContactFlow } from "../../simulator/contact-flow";
import type { Invocation } from "../../simulator/function-process";
import { Redaction } from "../../simulator/redaction";
import { ScriptedKeypad } from "../../simulator/scripted-keypad";
import { captureFlowOf, EVERYTHING, FUNCTION_ARN, KEY_ID } from "../support/capture-flow";
import { publicKeyOf, smallKeyPair } from "../support/key-pairs";

// Thousands of callers who press anything, and a function that answers anything: the flow is what is tested here, with
// the simulator's Connect around it. The function itself, with real decryption, is in calls.test.ts.
const CALLERS = 2000;

/** Where the attempts of EVERYTHING end. */
const ATTEMPTS = { cardNumber: 3, expiryDate: 3, securityCode: 2, postalCode: 1, accountNumber: 5 };
const OUTCOMES = ["accepted", "declined", "attempts-exhausted", "agent-requested", "unavailable", "hung-up"];

let pair: KeyPair;
let ciphertexts: string[];
let contents: string[];
beforeAll(async () => {
  pair = await smallKeyPair();
  const recipient = { keyId: KEY_ID, publicKey: publicKeyOf(pair) };
  // Made once: which of them Connect stores changes nothing for a flow, which cannot read them.
  ciphertexts = await Promise.all(
    Array.from({ length: 20 }, () => encryptCustomerInput(new SensitiveDigits("4111111111111111"), recipient)),
  );
  const { onFailure: _, ...withGoodbye } = EVERYTHING;
  contents = [EVERYTHING, withGoodbye, { ...EVERYTHING, flowKind: "module" as const }].map((config) =>
    JSON.stringify(captureFlowOf(config, pair.certificate)),
  );
});

const keys = fc.string({ unit: fc.constantFrom(..."0123456789*#"), minLength: 1, maxLength: 25 });
const typed = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 3, maxLength: 19 }) },
  { weight: 1, arbitrary: fc.constant("-") },
  { weight: 1, arbitrary: keys },
);
const callers = fc
  .tuple(fc.constantFrom("1", "2", "9 1", "- 2", "0", "9 8 7", "*"), fc.array(typed, { maxLength: 26 }))
  .map(([menu, words]) => [menu, ...words].join(" "));

const problems = [...new Set(Object.values(PROBLEMS_OF).flat())];
const answers: fc.Arbitrary<Invocation> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.constant({
      answer: JSON.stringify({ statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ outcome: fc.constantFrom(...problems, "declined"), length: fc.constantFrom("3", "4", "5") })
      .map((answer) => ({ answer: JSON.stringify(answer) })),
  },
  { weight: 1, arbitrary: fc.constant({ fault: "the function threw" }) },
  {
    weight: 1,
    arbitrary: fc.jsonValue().map((value) => ({ answer: JSON.stringify(value) })),
  },
);

const submitAnswers = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ answer: JSON.stringify({ statusCode: "402", outcome: "declined" }) }) },
  { weight: 2, arbitrary: answers },
);

interface Played {
  outcome: string;
  events: CallEvent[];
  contact: Contact;
  steps: string[];
  /** how each invocation ended, by what was asked */
  asked: { what: string; accepted: boolean }[];
}

async function play(content: string, script: string, given: Invocation[], toSubmit: Invocation): Promise<Played> {
  const events: CallEvent[] = [];
  const steps: string[] = [];
  const asked: Played["asked"] = [];
  const redaction = new Redaction();
  const contact = new Contact("arn:aws:connect:us-east-1:123456789012:instance/i", "+12065550100", "+18885550199");
  let count = 0;
  const invoke = async (event: unknown): Promise<Invocation> => {
    const { Parameters } = (event as { Details: { Parameters: Record<string, string> } }).Details;
    const answer = Parameters.operation === "submit" ? toSubmit : (given[count++ % given.length] as Invocation);
    const accepted = "answer" in answer && JSON.parse(answer.answer)?.outcome === "accepted";
    asked.push({ what: Parameters.field ?? Parameters.operation ?? "", accepted });
    return answer;
  };
  const outcome = await runContactFlow(content, {
    flowArn: "arn:flow",
    contact,
    keypad: new ScriptedKeypad(script),
    securityKeys: new Map([[KEY_ID, pair.publicKey]]),
    functions: new Map([[FUNCTION_ARN, { invoke }]]),
    redaction,
    emit: (event) => events.push(event), // as it is, before anything is hidden
    onStep: (name) => steps.push(name),
    encrypt: async () => ciphertexts[count % ciphertexts.length] as string,
  });
  return { outcome, events, contact, steps, asked };
}

const seen = new Map<string, number>();

it("every call ends as it should, whatever is pressed and whatever the function does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...contents.keys()),
      callers,
      fc.array(answers, { minLength: 1, maxLength: 30 }),
      submitAnswers,
      async (which, script, given, toSubmit) => {
        const { outcome, events, contact, steps, asked } = await play(
          contents[which] as string,
          script,
          given,
          toSubmit,
        );
        seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
        expect(OUTCOMES).toContain(outcome);

        // accepted only where the last check of every field said so, and the submit
        if (outcome === "accepted") {
          for (const what of [...Object.keys(ATTEMPTS), "submit"]) {
            expect(asked.findLast((one) => one.what === what)?.accepted).toBe(true);
          }
        }
        // no step more often than there are attempts
        const times = (step: string) => steps.filter((name) => name === step).length;
        for (const [name, attempts] of Object.entries(ATTEMPTS)) {
          expect(times(`${name}-input`)).toBeLessThanOrEqual(attempts);
        }
        expect(times("language")).toBeLessThanOrEqual(4);
        expect(times("submit")).toBeLessThanOrEqual(1);

        // what outlives the flow holds its outcome and nothing else
        const kept = contact.attributes;
        expect(Object.keys(kept).filter((name) => !/^card(Outcome|Brand|LastFour)$/.test(name))).toEqual([]);
        expect([undefined, outcome]).toContain(kept.cardOutcome);
        expect([undefined, "unknown", "visa"]).toContain(kept.cardBrand);
        expect([undefined, "unknown", "1111"]).toContain(kept.cardLastFour);

        // no digit that was typed is anywhere; a short run can be in an id by chance
        const numbers = script.split(/\D+/).filter((run) => run.length >= 8);
        const everything = JSON.stringify([events, contact.attributes, contact.flowAttributes, contact.storedInput]);
        expect(numbers.filter((number) => everything.includes(number))).toHaveLength(0);
        const isEncrypted = (input = "Timeout") => input === "Timeout" || ciphertexts.includes(input);
        expect(isEncrypted(contact.storedInput)).toBe(true);

        // where a call breaks off, its flow ends, and its attributes with it; every other end has overwritten them
        for (const name of Object.keys(ATTEMPTS)) {
          const held = contact.flowAttributes[name];
          if (outcome === "hung-up") expect(isEncrypted(held)).toBe(true);
          else expect(held).toBe("overwritten");
        }
        const others = Object.entries(contact.flowAttributes).filter(([name]) => !(name in ATTEMPTS));
        expect(others.filter(([, value]) => value.includes("AYAD"))).toEqual([]);
        // what the caller entered is never taken while Connect logs
        const takes = events.filter((event) => event.type === "flow-log");
        expect(takes.every((event) => event.type === "flow-log" && !event.logging)).toBe(true);
      },
    ),
    { numRuns: CALLERS },
  );
  // else this test would have shown little
  for (const outcome of OUTCOMES) expect([outcome, (seen.get(outcome) ?? 0) >= 20]).toEqual([outcome, true]);
});
