import { SimulatorError } from "./call-events";

/** The values and functions that an expression can use. */
export interface Scope {
  /** resolves a reference such as `aws_lambda_function.decrypt.arn`, given as its parts */
  reference(path: string[]): unknown;
  functions: Readonly<Record<string, (...args: unknown[]) => unknown>>;
}

type Expression = (scope: Scope) => unknown;

/**
 * Evaluates a Terraform template. A template that is one `${…}` expression keeps the expression's type; any other
 * template becomes a string. Supports the part of the language that synthesized stacks use: references, indexes, function
 * calls, comparisons, conditionals (only the chosen branch is evaluated), strings and numbers.
 *
 * Throws {@link SimulatorError} for anything else.
 */
export function evaluateTemplate(template: string, scope: Scope): unknown {
  return join(new Parser(template).template())(scope);
}

function join(parts: Expression[]): Expression {
  const [first, ...others] = parts;
  if (first && others.length === 0) return first;
  return (scope) => parts.map((part) => String(part(scope))).join("");
}

class Parser {
  #at = 0;

  constructor(readonly source: string) {}

  template(): Expression[] {
    const parts: Expression[] = [];
    let text = "";
    const endText = () => {
      const literal = text;
      if (literal !== "") parts.push(() => literal);
      text = "";
    };
    while (this.#at < this.source.length) {
      if (this.#take("$${")) {
        text += "${";
      } else if (this.#take("%%{")) {
        text += "%{";
      } else if (this.source.startsWith("%{", this.#at)) {
        this.#fail(); // a directive, which no synthesized stack has
      } else if (this.#take("${")) {
        endText();
        parts.push(this.#conditional());
        this.#expect("}");
      } else {
        text += this.source[this.#at++];
      }
    }
    endText();
    return parts;
  }

  #conditional(): Expression {
    const condition = this.#comparison();
    if (!this.#takeToken("?")) return condition;
    const yes = this.#conditional();
    this.#expect(":");
    const no = this.#conditional();
    return (scope) => (condition(scope) === true ? yes(scope) : no(scope));
  }

  #comparison(): Expression {
    const left = this.#postfix();
    for (const [operator, holds] of [
      ["==", true],
      ["!=", false],
    ] as const) {
      if (this.#takeToken(operator)) {
        const right = this.#postfix();
        return (scope) => (left(scope) === right(scope)) === holds;
      }
    }
    return left;
  }

  #postfix(): Expression {
    let value = this.#primary();
    for (;;) {
      if (this.#takeToken("[")) {
        const index = this.#conditional();
        this.#expect("]");
        value = this.#member(value, index);
      } else if (this.#takeToken(".")) {
        const name = this.#match(/[\w-]+/y) ?? this.#fail();
        value = this.#member(value, () => name);
      } else {
        return value;
      }
    }
  }

  #member(value: Expression, key: Expression): Expression {
    return (scope) => {
      const [holder, name] = [value(scope), String(key(scope))];
      if (holder === null || typeof holder !== "object" || !(name in holder)) {
        throw new SimulatorError(
          `The Terraform expression "${this.source}" refers to "${name}", which does not exist.`,
        );
      }
      return (holder as Record<string, unknown>)[name];
    };
  }

  #primary(): Expression {
    if (this.#takeToken("(")) {
      const inner = this.#conditional();
      this.#expect(")");
      return inner;
    }
    this.#space();
    if (this.source[this.#at] === '"') return this.#string();
    const number = this.#match(/-?\d+(\.\d+)?/y);
    if (number) return () => Number(number);
    const path = this.#match(/[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*/y)?.split(".") ?? this.#fail();
    const [name] = path;
    if (path.length === 1 && this.#takeToken("(")) return this.#call(name as string);
    if (name === "true" || name === "false") return () => name === "true";
    return (scope) => scope.reference(path);
  }

  #call(name: string): Expression {
    const args: Expression[] = [];
    while (!this.#takeToken(")")) {
      args.push(this.#conditional());
      if (!this.#takeToken(",")) {
        this.#expect(")");
        break;
      }
    }
    return (scope) => {
      const called = scope.functions[name];
      if (!called) throw new SimulatorError(`The simulator does not support the Terraform function ${name}().`);
      return called(...args.map((arg) => arg(scope)));
    };
  }

  #string(): Expression {
    const literal = this.#match(/"(?:[^"\\]|\\.)*"/y) ?? this.#fail();
    return join(new Parser(JSON.parse(literal)).template());
  }

  #space(): void {
    this.#match(/\s+/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.source)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #take(text: string): boolean {
    if (!this.source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #takeToken(text: string): boolean {
    this.#space();
    return this.#take(text);
  }

  #expect(text: string): void {
    if (!this.#takeToken(text)) this.#fail();
  }

  #fail(): never {
    throw new SimulatorError(
      `The simulator cannot read the Terraform expression "${this.source}": character ${this.#at + 1} is unexpected.`,
    );
  }
}
