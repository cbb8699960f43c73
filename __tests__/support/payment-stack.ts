import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "../../encryption/key-pair";
import { type Endpoint, type Respond, startEndpoint } from "./payment-endpoint";
import { only, synthesizeWith, variantOf } from "./stack";
import { tlsCertificate } from "./tls-certificate";

/** A payment endpoint, and a stack whose function sends cards to it and trusts its certificate. */
export async function startPaymentStack(
  folder: string,
  pair: KeyPair,
  respond: Respond,
): Promise<{ endpoint: Endpoint; stackDir: string }> {
  const certificate = await tlsCertificate("ip", "127.0.0.1");
  const authority = join(folder, "authority.pem");
  writeFileSync(authority, certificate.cert);
  const endpoint = await startEndpoint(certificate, respond);
  const url = `https://127.0.0.1:${endpoint.port}/tokens`;
  const stackDir = await synthesizeWith(folder, pair, { payment: { connector: "https", url } });
  const trusting = variantOf(stackDir, (stack) => {
    const { variables } = only(stack, "aws_lambda_function").environment as { variables: Record<string, string> };
    variables.NODE_EXTRA_CA_CERTS = authority;
  });
  return { endpoint, stackDir: trusting };
}
