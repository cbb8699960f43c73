// Starts synthesis-thread.ts. A thread does not inherit the loader for TypeScript, so this file is JavaScript.
import { createRequire } from "node:module";
import { register as registerRequire } from "tsx/cjs/api";
import { register as registerImport } from "tsx/esm/api";

process.setSourceMapsEnabled(false);
registerRequire();
registerImport();
createRequire(import.meta.url)("./synthesis-thread.ts");
