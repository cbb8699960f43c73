import { ScriptedKeypad } from "../../simulator/scripted-keypad";

/** A caller who waits at the second field until `goOn` is called. */
export class WaitingKeypad extends ScriptedKeypad {
  #prompts = 0;
  readonly reachedSecondField: Promise<void>;
  goOn = () => {};
  #reachSecondField = () => {};
  readonly #goingOn = new Promise<void>((resolve) => {
    this.goOn = resolve;
  });

  constructor(script: string) {
    super(script);
    this.reachedSecondField = new Promise((resolve) => {
      this.#reachSecondField = resolve;
    });
  }

  override startPrompt(): void {
    super.startPrompt();
    this.#prompts++;
  }

  override async nextKey() {
    if (this.#prompts > 1) {
      this.#reachSecondField();
      await this.#goingOn;
    }
    return super.nextKey();
  }
}
