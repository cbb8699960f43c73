import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_DIR } from "./project";

/** Certificates whose private keys were not kept. Those without a date in their name are valid until 2126. */
export const certificateFile = (
  name: "valid" | "expired" | "not-yet-valid" | "ec" | "rsa-1024" | "rsa-6144" | "ca-signed",
): string => readFileSync(join(PROJECT_DIR, `__tests__/fixtures/certificates/${name}.pem`), "utf8");
