import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CallEvent, CallOutcome } from "./call-events";
import { Contact } from "./contact";
import { runContactFlow } from "./contact-flow";
import { FunctionEnvironments } from "./function-environments";
import type { Invocation } from "./function-process";
import type { Keypad } from "./keypad";
import { ParameterStore } from "./parameter-store";
import { Redaction } from "./redaction";
import { SimulatorError } from "./simulator-error";
import { type DeployedFlow, type DeployedFunction, SynthesizedStack } from "./synthesized-stack";

/** Numbers that belong to nobody (555-0100 to 555-0199 are reserved for fiction). */
const CALLER = "+12065550100";
const CALLED = "+18885550199";

export interface CallResult {
  outcome: CallOutcome;
  durationMs: number;
}

interface RunningFunction {
  /** what an update would change */
  fingerprint: string;
  environments: FunctionEnvironments;
  parameterStore: ParameterStore;
}

/**
 * A synthesized stack as if it were deployed: its functions in processes of their own, its private keys in a local
 * Parameter Store. It may be deployed anew while calls go on: these stay in the flow that they began in, as contacts in
 * Connect do, and find the functions, parameters and keys that are there at each moment.
 */
export class Deployment {
  readonly #functions = new Map<string, RunningFunction>();
  readonly #retired: FunctionEnvironments[] = [];
  readonly #securityKeys = new Map<string, string>();
  #flow: DeployedFlow | undefined;
  #instanceArn = "";

  /** how many execution environments have been started since the first deployment */
  get environmentCount(): number {
    const running = [...this.#functions.values()].map(({ environments }) => environments);
    return [...running, ...this.#retired].reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Throws {@link SimulatorError} where the stack holds something that cannot be simulated.
   *
   * @param stackDir folder of a synthesized stack, with its cdk.tf.json
   * @param variables Terraform's, by name: secrets that the stack takes from them
   */
  async deploy(stackDir: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const stack = new SynthesizedStack(stackDir, variables);
    const [flow] = stack.flows;
    if (!flow) throw new SimulatorError(`The stack in ${stackDir} holds no contact flow to call.`);
    const [parameters, securityKeys, functions] = [stack.parameters, stack.securityKeys, stack.functions];
    for (const deployed of functions) await this.#deployFunction(deployed, parameters, stack.region);
    // Terraform takes away last what nothing refers to any more.
    this.#flow = flow;
    this.#instanceArn = stack.instanceArn;
    for (const [id, publicKey] of securityKeys) this.#securityKeys.set(id, publicKey);
    for (const id of this.#securityKeys.keys()) if (!securityKeys.has(id)) this.#securityKeys.delete(id);
    const arns = new Set(functions.map(({ arn }) => arn));
    for (const [arn, running] of this.#functions) if (!arns.has(arn)) await this.#removeFunction(arn, running);
  }

  async call(keypad: Keypad, onEvent: (event: CallEvent) => void): Promise<CallResult> {
    if (!this.#flow) throw new SimulatorError("No stack is deployed that could be called.");
    const started = performance.now();
    const redaction = new Redaction();
    const outcome = await runContactFlow(this.#flow.content, {
      flowArn: this.#flow.arn,
      contact: new Contact(this.#instanceArn, CALLER, CALLED),
      keypad,
      securityKeys: this.#securityKeys,
      functions: { get: (arn) => this.#functions.get(arn)?.environments },
      redaction,
      // The one way out of a call: nothing is shown but through it.
      emit: (event) => onEvent(redaction.hide(event)),
    });
    return { outcome, durationMs: Math.round(performance.now() - started) };
  }

  /** Rings a function as Connect does, with an event of one's own. */
  async invoke(functionArn: string, event: unknown, limitSeconds: number): Promise<Invocation> {
    const running = this.#functions.get(functionArn);
    if (!running) throw new SimulatorError(`No function ${functionArn} is deployed.`);
    return running.environments.invoke(event, limitSeconds, () => {});
  }

  async stop(): Promise<void> {
    for (const [arn, running] of this.#functions) await this.#removeFunction(arn, running);
    for (const environments of this.#retired) environments.stop();
  }

  async #deployFunction(deployed: DeployedFunction, parameters: SynthesizedStack["parameters"], region: string) {
    const { role, ...configuration } = deployed;
    const fingerprint = JSON.stringify({ ...configuration, zipFile: fileDigest(deployed.zipFile) });
    const running = this.#functions.get(deployed.arn);
    const parameterStore = running?.parameterStore ?? (await ParameterStore.start(parameters, role));
    Object.assign(parameterStore, { parameters, role });
    if (running?.fingerprint === fingerprint) return;
    if (running) this.#retired.push(running.environments);
    const environments = new FunctionEnvironments({
      deployed,
      region,
      ssmEndpoint: parameterStore.url,
      accessKeyId: parameterStore.accessKeyId,
    });
    this.#functions.set(deployed.arn, { fingerprint, environments, parameterStore });
  }

  async #removeFunction(arn: string, { environments, parameterStore }: RunningFunction): Promise<void> {
    this.#functions.delete(arn);
    environments.stop();
    await parameterStore.stop();
  }
}

const fileDigest = (file: string) => createHash("sha256").update(readFileSync(file)).digest("hex");
