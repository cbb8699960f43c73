import pc from "picocolors";
import { z } from "zod";
import { SERVICE } from "../contract/metrics";
import type { Operation } from "../contract/operations";
import { decodeMessage, onlyDataKey, readMessage } from "../encryption/message";
import { jsonLine } from "../plan-review/json";
import type { CallEvent, FlowLogEntry } from "../simulator/call-events";
import type { CallResult } from "../simulator/deployment";
import { printJson, SPEAKER_WIDTH } from "./output";
import { wrapped } from "./wrap";

/** Shows a call while it runs. */
export interface CallView {
  show(event: CallEvent): void;
  end(result: CallResult): void;
}

/** Prints one JSON object per line on stdout, and notes on stderr. */
export function jsonView(): CallView {
  return {
    show: (event) => {
      switch (event.type) {
        case "note":
          process.stderr.write(`${event.text}\n`);
          break;
        case "prompt":
        case "keys":
        case "flow-log":
        case "function-log":
        case "metrics":
          printJson(event);
          break;
        default:
          event satisfies never;
      }
    },
    end: (result) => printJson({ type: "end", ...result }),
  };
}

/** The first bytes of every message, in base64. */
const CIPHERTEXT_START = "AYAD";
/** More of a ciphertext fills the screen without information. */
const SHOWN_CIPHERTEXT_CHARACTERS = 24;
const SHOWN_KEY_ID_CHARACTERS = 8;

/** Prints the conversation, with one line for each step between the caller and the function. */
export function conversationView(): CallView {
  /** the last stored input, until an invocation uses it */
  let input: string | undefined;
  let milliseconds: number | undefined;
  const view = printingView((event) => {
    switch (event.type) {
      case "flow-log":
        if (event.entry.ContactFlowModuleType === "StoreUserInput") {
          input = describeInput(event.entry.Results);
          break;
        }
        printSpeaker("", pc.dim([input, describeInvocation(event.entry, milliseconds)].filter(Boolean).join(" → ")));
        input = undefined;
        milliseconds = undefined;
        break;
      case "function-log": {
        const entry = FunctionLogEntry.safeParse(event.entry).data ?? {};
        milliseconds = entry.milliseconds ?? milliseconds;
        if (entry.warningCode) printSpeaker("", pc.yellow(`${SERVICE} warns: ${entry.warningCode}`));
        break;
      }
    }
  });
  return {
    ...view,
    end: (result) => {
      view.end(result);
      printSpeaker("", pc.dim("--logs also shows what Connect and the function log"));
    },
  };
}

const FunctionLogEntry = z.object({ milliseconds: z.number().optional(), warningCode: z.string().optional() });
const FunctionResult = z.object({ outcome: z.string().optional(), brand: z.string().optional() });

function describeInput(stored: string): string {
  if (!stored.startsWith(CIPHERTEXT_START)) return "";
  const { keyId } = onlyDataKey(readMessage(decodeMessage(stored)));
  return `encrypted (${stored.length} characters, key ${keyId.slice(0, SHOWN_KEY_ID_CHARACTERS)}…)`;
}

type Invocation = Extract<FlowLogEntry, { ContactFlowModuleType: "InvokeExternalResource" }>;

function describeInvocation({ Parameters, ExternalResults, Results }: Invocation, milliseconds?: number): string {
  const [, , , , , , name = ""] = Parameters.FunctionArn.split(":");
  const { operation } = Parameters.Parameters;
  const what = operation === undefined || operation === ("check" satisfies Operation) ? "" : ` ${operation}`;
  const { outcome, brand } = FunctionResult.safeParse(ExternalResults).data ?? {};
  const result = Results === undefined ? [outcome ?? "responded", brand] : ["error"];
  const facts = [...result, milliseconds === undefined ? undefined : `${milliseconds} ms`].filter(Boolean).join(", ");
  return `${name.endsWith(SERVICE) ? SERVICE : name}${what}: ${facts}`;
}

/** Prints the conversation and everything that Connect and the function log. */
export function logsView(): CallView {
  let loggingNoteShown = false;
  const shownInFull = new Set<string>();
  /** The first entry with an input is shown in full, for its format. The others show only what is new. */
  const flowLog = (entry: FlowLogEntry): string => {
    const { ContactFlowModuleType: type } = entry;
    if (!shownInFull.has(type) && JSON.stringify(entry).includes(`"${CIPHERTEXT_START}`)) {
      shownInFull.add(type);
      return JSON.stringify(entry, shortenCiphertext, 2);
    }
    const parts =
      entry.ContactFlowModuleType === "StoreUserInput"
        ? [entry.Results]
        : [entry.Parameters.Parameters, entry.ExternalResults ?? entry.Results];
    return `${type} ${parts.map(inOneLine).join(" → ")}`;
  };
  return printingView((event) => {
    switch (event.type) {
      case "flow-log":
        if (!event.logging && !loggingNoteShown) {
          loggingNoteShown = true;
          printSpeaker(
            "Flow log",
            pc.dim("(the flow has disabled logging: Connect would store none of these entries)"),
          );
        }
        printSpeaker("Flow log", pc.dim(flowLog(event.entry)));
        break;
      case "function-log":
        printSpeaker("Function", pc.dim(typeof event.entry === "string" ? event.entry : inOneLine(event.entry)));
        break;
    }
  });
}

/** Prints what both views for people share. */
function printingView(showLog: (event: Extract<CallEvent, { type: "flow-log" | "function-log" }>) => void): CallView {
  process.stdout.write("\n");
  return {
    show: (event) => {
      switch (event.type) {
        case "prompt":
          printSpeaker("IVR", pc.bold(event.text));
          break;
        case "keys":
          printSpeaker("Caller", event.count === 0 ? pc.dim("(silence)") : pc.cyan("•".repeat(event.count)));
          break;
        case "flow-log":
        case "function-log":
          showLog(event);
          break;
        case "metrics":
          break; // for dashboards: the other events already show what they count
        case "note":
          printSpeaker("Note", pc.yellow(event.text));
          break;
        default:
          event satisfies never;
      }
    },
    end: ({ outcome, durationMs }) => {
      const color = outcome === "accepted" ? pc.green : pc.yellow;
      process.stdout.write(
        `\nOutcome:  ${color(pc.bold(outcome))} ${pc.dim(`(${(durationMs / 1000).toFixed(1)} s)`)}\n`,
      );
    },
  };
}

function printSpeaker(speaker: string, text: string): void {
  for (const [index, line] of text.split("\n").entries()) {
    const [indentation = ""] = /^ */.exec(line) ?? [];
    const label = (index === 0 ? speaker : "").padEnd(SPEAKER_WIDTH) + indentation;
    for (const each of wrapped(label, line)) process.stdout.write(`${each}\n`);
  }
}

const inOneLine = (value: unknown): string => jsonLine(value, shortenCiphertext);

const shortenCiphertext = (_: string, value: unknown) =>
  typeof value === "string" && value.startsWith(CIPHERTEXT_START)
    ? `${value.slice(0, SHOWN_CIPHERTEXT_CHARACTERS)}… (${value.length} characters)`
    : value;
