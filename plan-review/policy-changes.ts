import { canonical, parsed } from "./terraform-plan";

export interface StatementChange {
  kind: "added" | "removed" | "changed";
  /** the statement's Sid, or its number */
  statement: string;
  before?: unknown;
  after?: unknown;
}

type Statement = Record<string, unknown>;

/** Statement by statement, of two policies in JSON. */
export function policyChanges(before: unknown, after: unknown): StatementChange[] {
  const [old, next] = [statementsOf(before), statementsOf(after)];
  return [...new Set([...old.keys(), ...next.keys()])].flatMap((statement): StatementChange[] => {
    const [was, is] = [old.get(statement), next.get(statement)];
    if (canonical(was) === canonical(is)) return [];
    const kind = was === undefined ? "added" : is === undefined ? "removed" : "changed";
    return [{ kind, statement, before: was, after: is }];
  });
}

function statementsOf(policy: unknown): Map<string, Statement> {
  const { Statement = [] } = Object(parsed(policy));
  const statements = (Array.isArray(Statement) ? Statement : [Statement]) as Statement[];
  return new Map(statements.map((entry, index) => [String(entry.Sid ?? `number ${index + 1}`), entry]));
}

/**
 * What a changed statement opens; nothing where it only takes away.
 *
 * @param ofResource the policy is a resource's own, in which the resource "*" is this one alone
 */
export function openings({ statement, before, after }: StatementChange, ofResource: boolean): string[] {
  const [was, is] = [Object(before) as Statement, Object(after) as Statement];
  // Taking a denial away, or narrowing it, opens what it denied.
  if (was.Effect === "Deny" && before !== undefined) return [`changes the denial ${statement}`];
  if (after === undefined || is.Effect === "Deny") return [];
  const added = (part: string) => entries(is[part]).filter((entry) => !entries(was[part]).includes(entry));
  const principals = added("Principal");
  const wide = (entry: string) => /^\*$|^[\w-]+:\*$/.test(entry);
  // Whom a key's statement names may do more than before, be it only by one action.
  const actions = added("Action").filter((entry) => wide(entry) || (ofResource && before !== undefined));
  const wildcards = [...actions, ...(ofResource ? [] : added("Resource").filter(wide))];
  return [
    ...principals.map((principal) =>
      principal.endsWith("*") ? `lets anybody in by ${statement}` : `lets ${principal} in by ${statement}`,
    ),
    ...wildcards.map((wildcard) => `allows ${wildcard} by ${statement}`),
    ...["NotAction", "NotPrincipal", "NotResource"]
      .filter((part) => is[part] !== undefined && canonical(is[part]) !== canonical(was[part]))
      .map((part) => `allows all but some by ${part} in ${statement}`),
    ...loosened(was.Condition, is.Condition).map((condition) => `loosens ${condition} of ${statement}`),
  ];
}

/** Conditions that are gone, or let more pass. */
function loosened(before: unknown, after: unknown): string[] {
  const tests = (condition: unknown) =>
    Object.entries(Object(condition)).flatMap(([operator, keys]) =>
      Object.entries(Object(keys)).map(([key, values]) => ({ operator, key, values: entries(values) })),
    );
  const now = tests(after);
  return tests(before)
    .filter(({ operator, key, values }) => {
      const same = now.find((other) => other.operator === operator && other.key === key);
      if (!same) return true;
      const [less, more] = /Not/.test(operator) ? [same.values, values] : [values, same.values];
      return more.some((value) => !less.includes(value));
    })
    .map(({ operator, key }) => `the condition ${operator} ${key}`);
}

const entries = (part: unknown): string[] => {
  if (typeof part !== "object" || part === null) return part === undefined ? [] : [String(part)];
  if (Array.isArray(part)) return part.map(String);
  return Object.entries(part).flatMap(([kind, names]) => [names].flat().map((name) => `${kind} ${name}`));
};
