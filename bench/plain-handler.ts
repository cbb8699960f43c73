import { buildClient, CommitmentPolicy, RawRsaKeyringNode } from "@aws-crypto/client-node";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";

// The handler that our function is compared with, written like AWS's samples. It fetches the key for each event, with the
// SDK's own retries, and creates client and keyring from its PEM for each message.

const ssm = new SSMClient({});

interface Event {
  Details: { Parameters: { cardNumber: string } };
}

export async function handler({ Details }: Event): Promise<{ statusCode: string; lastFour: string }> {
  const keyId = process.env.PLAIN_KEY_ID ?? "";
  const { Parameter } = await ssm.send(
    new GetParameterCommand({ Name: process.env.PLAIN_PARAMETER, WithDecryption: true }),
  );
  const { decrypt } = buildClient(CommitmentPolicy.REQUIRE_ENCRYPT_ALLOW_DECRYPT);
  const keyring = new RawRsaKeyringNode({
    keyNamespace: "AmazonConnect",
    keyName: keyId,
    oaepHash: "sha512",
    rsaKey: { privateKey: Parameter?.Value ?? "" },
  });
  const { plaintext } = await decrypt(keyring, Buffer.from(Details.Parameters.cardNumber, "base64"));
  return { statusCode: "200", lastFour: plaintext.toString("utf8").slice(-4) };
}
