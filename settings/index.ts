/** What `ivr.config.ts` imports. */
export { defineConfig, digits, type IvrConfig } from "./settings";
