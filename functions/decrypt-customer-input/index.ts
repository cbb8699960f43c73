// The entry point of the bundle. The only file of the function that reads the environment and the clock of the process.
import { parseEnvironment } from "./environment";
import { createHandler } from "./handler";
import { fetchParameter } from "./parameter-store";

export const handler = createHandler(parseEnvironment(process.env), { fetchParameter, clock: Date.now });
