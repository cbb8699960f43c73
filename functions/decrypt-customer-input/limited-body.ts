/**
 * Reads the body of a response. Leaving the loop closes the connection, so the rest of a body that is too long is not
 * received.
 *
 * @param tooLong creates the error for a body of more than `maxBytes`
 */
export async function readLimitedBody(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  tooLong: () => Error,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLong();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
