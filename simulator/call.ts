import type { CallEvent } from "./call-events";
import { type CallResult, Deployment } from "./deployment";
import type { Keypad } from "./keypad";

export type { CallResult };

export interface CallOptions {
  /** folder of a synthesized stack, with its cdk.tf.json */
  stackDir: string;
  /** Terraform's variables, by name: secrets that the stack takes from them */
  variables?: Readonly<Record<string, string>>;
  keypad: Keypad;
  onEvent: (event: CallEvent) => void;
}

/** Calls a synthesized stack, once. */
export async function call({ stackDir, variables, keypad, onEvent }: CallOptions): Promise<CallResult> {
  const deployment = new Deployment();
  try {
    await deployment.deploy(stackDir, variables);
    return await deployment.call(keypad, onEvent);
  } finally {
    await deployment.stop();
  }
}
