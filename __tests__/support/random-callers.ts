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
import { captureFlowOf, EVERYTHING, FUNCTION_ARN, KEY_ID } from "./capture-flow";
import { publicKeyOf, smallKeyPair } from "./key-pairs";

// Callers who press any keys, and a function that returns anything. They test the flow in the simulator. The function
// itself, with real decryption, is tested in calls.test.ts.

/** The attempts for each field of EVERYTHING. */
const ATTEMPTS = { cardNumber: 3, expiryDate: 3, securityCode: 2, postalCode: 1, accountNumber: 5 };
const OUTCOMES = ["accepted", "declined", "attempts-exhausted", "agent-requested", "unavailable", "hung-up"];

let pair: KeyPair;
let ciphertexts: string[];
let contents: string[];
beforeAll(async () => {
  pair = await smallKeyPair();
  const recipient = { keyId: KEY_ID, publicKey: publicKeyOf(pair) };
  // Created once: a flow cannot read ciphertexts, so it does not matter which one Connect stores.
  ciphertexts = await Promise.all(
    Array.from({ length: 20 }, () => encryptCustomerInput(new SensitiveDigits("4111111111111111"), recipient)),
  );
  const { onFailure: _, ...withGoodbye } = EVERYTHING;
  contents = [EVERYTHING, withGoodbye, { ...EVERYTHING, flowKind: "module" as const }].map((config) =>
    JSON.stringify(captureFlowOf(config, pair.certificate)),
  );
});

const keys = fc.string({ unit: fc.constantFrom(..."0123456789*#"), minLength: 1, maxLength: 25 });
const words = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 3, maxLength: 19 }) },
  { weight: 1, arbitrary: fc.constant("-") },
  { weight: 1, arbitrary: keys },
);
const callers = fc
  .tuple(fc.constantFrom("1", "2", "9 1", "- 2", "0", "9 8 7", "*"), fc.array(words, { maxLength: 26 }))
  .map(([menu, others]) => [menu, ...others].join(" "));

const problems = [...new Set(Object.values(PROBLEMS_OF).flat())];
const invocations: fc.Arbitrary<Invocation> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.constant({
      response: JSON.stringify({ statusCode: "200", outcome: "accepted", brand: "visa", lastFour: "1111" }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ outcome: fc.constantFrom(...problems, "declined"), length: fc.constantFrom("3", "4", "5") })
      .map((response) => ({ response: JSON.stringify(response) })),
  },
  { weight: 1, arbitrary: fc.constant({ error: "the function threw" }) },
  {
    weight: 1,
    arbitrary: fc.jsonValue().map((value) => ({ response: JSON.stringify(value) })),
  },
);

const submitInvocations = fc.oneof(
  { weight: 1, arbitrary: fc.constant({ response: JSON.stringify({ statusCode: "402", outcome: "declined" }) }) },
  { weight: 2, arbitrary: invocations },
);

/** One invocation: the field that it checks, or its operation. */
interface Invoked {
  what: string;
  accepted: boolean;
}

async function playRandomCall(content: string, script: string, given: Invocation[], toSubmit: Invocation) {
  const events: CallEvent[] = [];
  const steps: string[] = [];
  const invoked: Invoked[] = [];
  const redaction = new Redaction();
  const contact = new Contact("arn:aws:connect:us-east-1:123456789012:instance/i", "+12065550100", "+18885550199");
  let count = 0;
  const invoke = async (event: unknown): Promise<Invocation> => {
    const { Parameters } = (event as { Details: { Parameters: Record<string, string> } }).Details;
    const invocation = Parameters.operation === "submit" ? toSubmit : (given[count++ % given.length] as Invocation);
    const accepted = "response" in invocation && JSON.parse(invocation.response)?.outcome === "accepted";
    invoked.push({ what: Parameters.field ?? Parameters.operation ?? "", accepted });
    return invocation;
  };
  const outcome = await runContactFlow(content, {
    flowArn: "arn:flow",
    contact,
    keypad: new ScriptedKeypad(script),
    securityKeys: new Map([[KEY_ID, pair.publicKey]]),
    functions: new Map([[FUNCTION_ARN, { invoke }]]),
    redaction,
    emit: (event) => events.push(event), // before anything is hidden
    onStep: (name) => steps.push(name),
    encrypt: async () => ciphertexts[count % ciphertexts.length] as string,
  });
  return { outcome, events, contact, steps, invoked };
}

/**
 * Defines the test of this many random callers.
 *
 * @param leastOfEach how many calls must end with each outcome, so that the test means something
 */
export function testRandomCallers(callerCount: number, leastOfEach: number): void {
  it("every call ends as it should, whatever the caller presses and the function returns", async () => {
    const counts = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...contents.keys()),
        callers,
        fc.array(invocations, { minLength: 1, maxLength: 30 }),
        submitInvocations,
        async (which, script, given, toSubmit) => {
          const { outcome, events, contact, steps, invoked } = await playRandomCall(
            contents[which] as string,
            script,
            given,
            toSubmit,
          );
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          expect(OUTCOMES).toContain(outcome);

          // accepted only if the last check of every field and the submit returned it
          if (outcome === "accepted") {
            for (const what of [...Object.keys(ATTEMPTS), "submit"]) {
              expect(invoked.findLast((one) => one.what === what)?.accepted).toBe(true);
            }
          }
          // no step runs more often than its attempts allow
          const times = (step: string) => steps.filter((name) => name === step).length;
          for (const [name, attempts] of Object.entries(ATTEMPTS)) {
            expect(times(`${name}-input`)).toBeLessThanOrEqual(attempts);
          }
          expect(times("language")).toBeLessThanOrEqual(4);
          expect(times("submit")).toBeLessThanOrEqual(1);

          // contact attributes, which remain after the flow, contain only the outcome
          const { attributes } = contact;
          expect(Object.keys(attributes).filter((name) => !/^card(Outcome|Brand|LastFour)$/.test(name))).toEqual([]);
          expect([undefined, outcome]).toContain(attributes.cardOutcome);
          expect([undefined, "unknown", "visa"]).toContain(attributes.cardBrand);
          expect([undefined, "unknown", "1111"]).toContain(attributes.cardLastFour);

          // no entered digits appear anywhere; short runs can be part of an id by chance
          const numbers = script.split(/\D+/).filter((run) => run.length >= 8);
          const everything = JSON.stringify([events, contact.attributes, contact.flowAttributes, contact.storedInput]);
          expect(numbers.filter((number) => everything.includes(number))).toHaveLength(0);
          const isEncrypted = (input = "Timeout") => input === "Timeout" || ciphertexts.includes(input);
          expect(isEncrypted(contact.storedInput)).toBe(true);

          // flow attributes end with the flow; unless the caller hangs up, it overwrites the ciphertexts first
          for (const name of Object.keys(ATTEMPTS)) {
            const held = contact.flowAttributes[name];
            if (outcome === "hung-up") expect(isEncrypted(held)).toBe(true);
            else expect(held).toBe("overwritten");
          }
          const others = Object.entries(contact.flowAttributes).filter(([name]) => !(name in ATTEMPTS));
          expect(others.filter(([, value]) => value.includes("AYAD"))).toEqual([]);
          // no input is taken while flow logging is enabled
          const logged = events.filter((event) => event.type === "flow-log");
          expect(logged.every((event) => event.type === "flow-log" && !event.logging)).toBe(true);
        },
      ),
      { numRuns: callerCount },
    );
    const rare = OUTCOMES.filter((outcome) => (counts.get(outcome) ?? 0) < leastOfEach);
    expect(rare).toEqual([]);
  }, 600_000);
}
