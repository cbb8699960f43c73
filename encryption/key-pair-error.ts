/** A key pair that cannot be used; the text is one sentence for a person and holds nothing of any key. */
export class KeyPairError extends Error {
  override name = "KeyPairError";
}
