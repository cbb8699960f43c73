import { Command } from "commander";
import { describeProblem, type FlowProblem, validateFlow } from "../flow-validation/validate-flow";
import { printJson, printLine } from "./output";
import { endOnSignals } from "./signals";
import { decodeText, MEGABYTE, readStart, STDIN } from "./text-file";

const EXIT_CODE_PROBLEMS = 1;
/** Much more than the longest flow has, also with indentation and as a string within JSON. */
const MAX_MEGABYTES = 4;
/** A person reads no more. `--json` prints all. */
const MAX_PRINTED_PROBLEMS = 200;

export function validateFlowCommand(): Command {
  return new Command("validate-flow")
    .argument("<file...>", 'flows or modules in JSON, exported or described; "-" for stdin')
    .description("check flows against what Amazon Connect accepts, and for risks to an encrypted input")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample: npm run ivr -- validate-flow __tests__/fixtures/flows/inbound.json")
    .action(validate);
}

interface ValidatedFile {
  file: string;
  problems: FileProblem[];
}

type FileProblem = Omit<FlowProblem, "rule"> & { rule: FlowProblem["rule"] | "unusable-file" };

function validate(names: string[], options: { json?: boolean }): void {
  endOnSignals();
  const files = names.map(validateFile);
  const problems = files.reduce((sum, file) => sum + file.problems.length, 0);
  if (options.json) printJson({ files, problems });
  else print(files, problems);
  if (problems > 0) process.exitCode = EXIT_CODE_PROBLEMS;
}

function validateFile(name: string): ValidatedFile {
  const file = name === STDIN ? "stdin" : name;
  const unusable = (problem: string, instead: string): ValidatedFile => ({
    file,
    problems: [{ path: "$", rule: "unusable-file", problem, instead }],
  });
  let bytes: Buffer;
  try {
    bytes = readStart(name, MAX_MEGABYTES * MEGABYTE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return unusable(`cannot be read (${code})`, "check the path and its permissions");
  }
  if (bytes.length > MAX_MEGABYTES * MEGABYTE) {
    return unusable(`is larger than ${MAX_MEGABYTES} MB`, "name a file with one flow");
  }
  let text: string;
  try {
    text = decodeText(bytes);
  } catch {
    return unusable("is not text in UTF-8 or UTF-16", "export the flow again");
  }
  try {
    return { file, problems: validateFlow(JSON.parse(text)) };
  } catch (error) {
    // The parser's own message quotes the text.
    if (error instanceof SyntaxError) return unusable("is not JSON", "export the flow again");
    throw error;
  }
}

function print(files: ValidatedFile[], total: number): void {
  for (const { file, problems } of files) {
    if (problems.length === 0) printLine(`${file}: no problem`);
    for (const problem of problems.slice(0, MAX_PRINTED_PROBLEMS)) printLine(`${file}: ${describeProblem(problem)}`);
    const others = problems.length - MAX_PRINTED_PROBLEMS;
    if (others > 0) printLine(`${file}: ${count(others, "more problem")}; --json prints all of them`);
  }
  printLine(`${count(total, "problem")} in ${count(files.length, "file")}`);
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? "" : "s"}`;
