import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { type CallEvent, type CallOutcome, SimulatorError } from "./call-events";
import { Contact } from "./contact";
import { runContactFlow } from "./contact-flow";
import { FunctionEnvironments } from "./function-environments";
import type { Invocation } from "./function-process";
import type { Keypad } from "./keypad";
import { ParameterStore } from "./parameter-store";
import { Redaction } from "./redaction";
import { type DeployedFlow, type DeployedFunction, SynthesizedStack } from "./synthesized-stack";

/** Telephone numbers from the range that is reserved for fiction, 555-0100 to 555-0199. */
const CALLER_NUMBER = "+12065550100";
const CALLED_NUMBER = "+18885550199";

export interface CallResult {
  outcome: CallOutcome;
  durationMs: number;
}

export interface DeploymentOptions {
  /** multiplies the time limits of the functions and of their invocations, for slow machines; default 1 */
  timeLimitFactor?: number;
}

interface RunningFunction {
  /** differs if an update would change the function */
  fingerprint: string;
  environments: FunctionEnvironments;
  parameterStore: ParameterStore;
}

/**
 * A synthesized stack, deployed on this machine: its functions run in processes, and its private keys are in a local
 * Parameter Store. A new version can be deployed during calls. A call continues in the flow in which it began, like a
 * contact in Connect, but uses the current functions, parameters and keys.
 */
export class Deployment {
  readonly #options: DeploymentOptions;
  readonly #functions = new Map<string, RunningFunction>();
  readonly #retired: FunctionEnvironments[] = [];
  readonly #securityKeys = new Map<string, string>();
  #flow: DeployedFlow | undefined;
  #instanceArn = "";

  constructor(options: DeploymentOptions = {}) {
    this.#options = options;
  }

  /** number of execution environments started since the first deployment */
  get environmentCount(): number {
    const running = [...this.#functions.values()].map(({ environments }) => environments);
    return [...running, ...this.#retired].reduce((sum, { count }) => sum + count, 0);
  }

  /**
   * Deploys a stack, or updates the deployed one. Throws {@link SimulatorError} if the stack cannot be simulated.
   *
   * @param stackDir folder of the synthesized stack, with its cdk.tf.json
   * @param variables values of Terraform variables, by name, such as secrets
   */
  async deploy(stackDir: string, variables: Readonly<Record<string, string>> = {}): Promise<void> {
    const stack = new SynthesizedStack(stackDir, variables);
    const [flow] = stack.flows;
    if (!flow) throw new SimulatorError(`The stack in ${stackDir} contains no contact flow to call.`);
    const [parameters, securityKeys, functions] = [stack.parameters, stack.securityKeys, stack.functions];
    for (const deployed of functions) await this.#deployFunction(deployed, parameters, stack.region);
    // Like Terraform, delete last what nothing refers to any more.
    this.#flow = flow;
    this.#instanceArn = stack.instanceArn;
    for (const [id, publicKey] of securityKeys) this.#securityKeys.set(id, publicKey);
    for (const id of this.#securityKeys.keys()) if (!securityKeys.has(id)) this.#securityKeys.delete(id);
    const arns = new Set(functions.map(({ arn }) => arn));
    for (const [arn, running] of this.#functions) if (!arns.has(arn)) await this.#removeFunction(arn, running);
  }

  async call(keypad: Keypad, onEvent: (event: CallEvent) => void): Promise<CallResult> {
    if (!this.#flow) throw new SimulatorError("Deploy a stack before you call it.");
    const started = performance.now();
    const redaction = new Redaction();
    const outcome = await runContactFlow(this.#flow.content, {
      flowArn: this.#flow.arn,
      contact: new Contact(this.#instanceArn, CALLER_NUMBER, CALLED_NUMBER),
      keypad,
      securityKeys: this.#securityKeys,
      functions: { get: (arn) => this.#functions.get(arn)?.environments },
      redaction,
      // Everything that a call shows passes through here.
      emit: (event) => onEvent(redaction.hide(event)),
    });
    return { outcome, durationMs: Math.round(performance.now() - started) };
  }

  /** Invokes a function like Connect, with any event. */
  async invoke(functionArn: string, event: unknown, limitSeconds: number): Promise<Invocation> {
    const running = this.#functions.get(functionArn);
    if (!running) throw new SimulatorError(`The stack contains no function ${functionArn}.`);
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
      ...this.#options,
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
