import { rmSync } from "node:fs";

export default function removeSharedKeyPairs(): void {
  rmSync(String(process.env.IVR_TEST_KEYS), { recursive: true, force: true });
}
