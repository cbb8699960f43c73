import { z } from "zod";
import { parseJson } from "./json";
import type { ResourceChange } from "./terraform-plan";

/** Names of key pairs by the key ids that Connect gave to their public keys. */
export type KeyPairNames = ReadonlyMap<string, string>;

export const keyPairNames = (changes: readonly ResourceChange[]): KeyPairNames =>
  new Map(
    changes.flatMap((change) => {
      const [keyId, name] = [keyIdOf(change), keyPairOf(change)];
      return keyId && name ? [[keyId, name] as const] : [];
    }),
  );

/** Name of the key pair that a security key or a private key's parameter belongs to. */
export const keyPairOf = ({ name }: ResourceChange): string | undefined =>
  /^key-pair-(.+)_(?:security-key|private-key)_[0-9A-F]{8}$/.exec(name)?.[1];

const SecurityKey = z.object({ AssociationId: z.string() });
const Parameter = z.object({ name: z.string() });

/** Key id of a security key or of a private key's parameter, if it is known. */
export function keyIdOf({ type, change: { before, after } }: ResourceChange): string | undefined {
  const values = before ?? after;
  return type === "aws_cloudcontrolapi_resource"
    ? SecurityKey.safeParse(parseJson(values?.properties)).data?.AssociationId
    : Parameter.safeParse(values).data?.name.split("/").pop();
}
