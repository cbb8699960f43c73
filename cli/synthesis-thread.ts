import { parentPort } from "node:worker_threads";
import { errorSentence } from "../encryption/files";
import { synthesize } from "../infrastructure/synthesize";
import type { SynthesisMessage, SynthesisOptions } from "./synthesis";

const send = (message: SynthesisMessage) => parentPort?.postMessage(message);

parentPort?.once("message", (options: SynthesisOptions) => {
  synthesize({ ...options, warn: (warning) => send({ warning }) }).then(
    (stackDir) => send({ stackDir }),
    // A message does not keep the properties of a system error, so that its sentence is made here.
    (error: Error) => send({ error: errorSentence(error) }),
  );
});
