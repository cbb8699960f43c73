import pc from "picocolors";
import { jsonLine } from "../plan-review/json";
import type { CallEvent, FlowLogEntry } from "../simulator/call-events";
import type { CallResult } from "../simulator/deployment";
import { printJson } from "./output";
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

const SPEAKER_WIDTH = 10;
/** The first bytes of every message, in base64. */
const CIPHERTEXT_START = "AYAD";
/** More of a ciphertext fills the screen without information. */
const SHOWN_CIPHERTEXT_CHARACTERS = 24;

/** Prints text for people. */
export function textView(): CallView {
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
  const print = (speaker: string, text: string) => {
    for (const [index, line] of text.split("\n").entries()) {
      const [indentation = ""] = /^ */.exec(line) ?? [];
      const label = (index === 0 ? speaker : "").padEnd(SPEAKER_WIDTH) + indentation;
      for (const each of wrapped(label, line)) process.stdout.write(`${each}\n`);
    }
  };
  const show = (event: CallEvent): void => {
    switch (event.type) {
      case "prompt":
        print("IVR", pc.bold(event.text));
        break;
      case "keys":
        print("Caller", event.count === 0 ? pc.dim("(silence)") : pc.cyan("•".repeat(event.count)));
        break;
      case "flow-log":
        if (!event.logging && !loggingNoteShown) {
          loggingNoteShown = true;
          print("Flow log", pc.dim("(the flow has disabled logging: Connect would store none of these entries)"));
        }
        print("Flow log", pc.dim(flowLog(event.entry)));
        break;
      case "function-log":
        print("Function", pc.dim(typeof event.entry === "string" ? event.entry : inOneLine(event.entry)));
        break;
      case "metrics":
        break; // for dashboards: the other events already show what they count
      case "note":
        print("Note", pc.yellow(event.text));
        break;
      default:
        event satisfies never;
    }
  };
  process.stdout.write("\n");
  return {
    show,
    end: ({ outcome, durationMs }) => {
      const color = outcome === "accepted" ? pc.green : pc.yellow;
      process.stdout.write(
        `\nOutcome:  ${color(pc.bold(outcome))} ${pc.dim(`(${(durationMs / 1000).toFixed(1)} s)`)}\n`,
      );
    },
  };
}

const inOneLine = (value: unknown): string => jsonLine(value, shortenCiphertext);

const shortenCiphertext = (_: string, value: unknown) =>
  typeof value === "string" && value.startsWith(CIPHERTEXT_START)
    ? `${value.slice(0, SHOWN_CIPHERTEXT_CHARACTERS)}… (${value.length} characters)`
    : value;
