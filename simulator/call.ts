import type { CallEvent, CallOutcome } from "./call-events";
import { Contact } from "./contact";
import { runContactFlow } from "./contact-flow";
import { FunctionProcess } from "./function-process";
import type { Keypad } from "./keypad";
import { ParameterStore } from "./parameter-store";
import { Redaction } from "./redaction";
import { SimulatorError } from "./simulator-error";
import { SynthesizedStack } from "./synthesized-stack";

/** Numbers that belong to nobody (555-0100 to 555-0199 are reserved for fiction). */
const CALLER = "+12065550100";
const CALLED = "+18885550199";

export interface CallOptions {
  /** folder of a synthesized stack, with its cdk.tf.json */
  stackDir: string;
  /** Terraform's variables, by name: secrets that the stack takes from them */
  variables?: Readonly<Record<string, string>>;
  keypad: Keypad;
  onEvent: (event: CallEvent) => void;
}

export interface CallResult {
  outcome: CallOutcome;
  durationMs: number;
}

/**
 * Calls a synthesized stack: its flow, its function in a process of its own, its private keys in a local Parameter
 * Store. Throws {@link SimulatorError} where the stack holds something that cannot be simulated.
 */
export async function call({ stackDir, variables, keypad, onEvent }: CallOptions): Promise<CallResult> {
  const stack = new SynthesizedStack(stackDir, variables);
  const [flow] = stack.flows;
  if (!flow) throw new SimulatorError(`The stack in ${stackDir} holds no contact flow to call.`);
  const started = performance.now();
  const redaction = new Redaction();
  // The one way out of a call: nothing is shown but through it.
  const emit = (event: CallEvent) => onEvent(redaction.hide(event));
  const stops: (() => void | Promise<void>)[] = [];
  try {
    const functions = new Map<string, FunctionProcess>();
    for (const deployed of stack.functions) {
      const parameterStore = await ParameterStore.start(stack.parameters, deployed.statements);
      stops.push(() => parameterStore.stop());
      const functionProcess = new FunctionProcess({
        deployed,
        region: stack.region,
        ssmEndpoint: parameterStore.url,
        accessKeyId: parameterStore.accessKeyId,
        onLog: (entry) => {
          if (redaction.betrayedBy(JSON.stringify(entry))) {
            emit({
              type: "note",
              text: "The function logged more of the card number than may be shown: dots stand for it here.",
            });
          }
          emit({ type: "function-log", entry });
        },
      });
      stops.push(() => functionProcess.stop());
      functions.set(deployed.arn, functionProcess);
    }
    const outcome = await runContactFlow(flow.content, {
      flowArn: flow.arn,
      contact: new Contact(stack.instanceArn, CALLER, CALLED),
      keypad,
      securityKeys: stack.securityKeys,
      functions,
      redaction,
      emit,
    });
    return { outcome, durationMs: Math.round(performance.now() - started) };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
