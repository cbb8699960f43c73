import pc from "picocolors";
import { jsonLine } from "../plan-review/json";
import type { CallResult } from "../simulator/call";
import type { CallEvent, FlowLogEntry } from "../simulator/call-events";
import { printJson } from "./output";
import { wrapped } from "./wrap";

/** How a call is shown while it goes on. */
export interface CallView {
  show(event: CallEvent): void;
  end(result: CallResult): void;
}

/** One JSON object a line on stdout, what is for people on stderr. */
export function jsonView(): CallView {
  return {
    show: (event) => {
      if (event.type === "note") process.stderr.write(`${event.text}\n`);
      else printJson(event);
    },
    end: (result) => printJson({ type: "end", ...result }),
  };
}

const SPEAKER_WIDTH = 10;
/** The first bytes of every message, in base64. */
const CIPHERTEXT_START = "AYAD";
/** Longer ciphertexts fill screens and tell nothing. */
const SHOWN_CIPHERTEXT_CHARACTERS = 24;

/** For a person to read. */
export function textView(): CallView {
  let toldOfLogging = false;
  const shown = new Set<string>();
  /** In full the first time that it holds an input, for its shape; otherwise, what is new in it. */
  const flowLog = (entry: FlowLogEntry): string => {
    const { ContactFlowModuleType: type } = entry;
    if (!shown.has(type) && JSON.stringify(entry).includes(`"${CIPHERTEXT_START}`)) {
      shown.add(type);
      return JSON.stringify(entry, shortenCiphertext, 2);
    }
    const parts =
      entry.ContactFlowModuleType === "StoreUserInput"
        ? [entry.Results]
        : [entry.Parameters.Parameters, entry.ExternalResults ?? entry.Results];
    return `${type} ${parts.map(inOneLine).join(" → ")}`;
  };
  const say = (speaker: string, text: string) => {
    for (const [index, line] of text.split("\n").entries()) {
      const [indentation = ""] = /^ */.exec(line) ?? [];
      const label = (index === 0 ? speaker : "").padEnd(SPEAKER_WIDTH) + indentation;
      for (const each of wrapped(label, line)) process.stdout.write(`${each}\n`);
    }
  };
  const show = (event: CallEvent): void => {
    switch (event.type) {
      case "prompt":
        say("IVR", pc.bold(event.text));
        break;
      case "keys":
        say("Caller", event.count === 0 ? pc.dim("(silence)") : pc.cyan("•".repeat(event.count)));
        break;
      case "flow-log":
        if (!event.logging && !toldOfLogging) {
          toldOfLogging = true;
          say("Flow log", pc.dim("(the flow has turned logging off: Connect would keep none of these entries)"));
        }
        say("Flow log", pc.dim(flowLog(event.entry)));
        break;
      case "function-log":
        say("Function", pc.dim(typeof event.entry === "string" ? event.entry : inOneLine(event.entry)));
        break;
      case "metrics":
        break; // for dashboards: a person has seen what they count
      case "note":
        say("Note", pc.yellow(event.text));
        break;
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
