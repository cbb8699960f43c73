/** The imports of `ivr.config.ts`. */
export { defineConfig, digits, type IvrConfig } from "./settings";
