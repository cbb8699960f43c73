import type { KeyPairOptions } from "../encryption/key-pair";
import { rejectExisting, writeKeyPair } from "../encryption/key-pair-files";
import { withProgress } from "./progress";

/** Makes a key pair in a new folder, and shows that it takes a while. */
export async function makeKeyPair(folder: string, options: KeyPairOptions): Promise<void> {
  rejectExisting(folder);
  // the X.509 library takes a tenth of a second to load, which looking at key pairs need not wait for
  const { createKeyPair } = await import("../encryption/key-pair");
  await withProgress(`Making an RSA-${options.bits ?? 4096} key pair …`, "Key pair made", async () =>
    writeKeyPair(folder, await createKeyPair(options)),
  );
}
