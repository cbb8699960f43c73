import { createServer, type IncomingHttpHeaders, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { callerIdentity, ROLE_SESSION } from "./aws-endpoint";

export interface S3Endpoint {
  url: string;
  /** by path: `/BUCKET/KEY` */
  objects: Map<string, Buffer>;
  /** headers of the last upload, by path */
  uploads: Map<string, IncomingHttpHeaders>;
  /** parameters of the requests for a role's session */
  assumedRoles: URLSearchParams[];
  stop: () => void;
}

/** S3 and STS on 127.0.0.1, as far as Terraform's S3 backend uses them. */
export async function startS3Endpoint(): Promise<S3Endpoint> {
  const endpoint: S3Endpoint = { url: "", objects: new Map(), uploads: new Map(), assumedRoles: [], stop: () => {} };
  const server = createServer(async (request, response) => {
    const body = await bodyOf(request);
    const path = new URL(request.url ?? "", "http://s3").pathname;
    const object = endpoint.objects.get(path);
    if (request.method === "POST") {
      const parameters = new URLSearchParams(body.toString());
      if (parameters.get("Action") === "AssumeRole") endpoint.assumedRoles.push(parameters);
      return response.end(parameters.get("Action") === "AssumeRole" ? ROLE_SESSION : callerIdentity("123456789012"));
    }
    if (request.method === "PUT") {
      endpoint.objects.set(path, decoded(request, body));
      endpoint.uploads.set(path, request.headers);
      return response.end();
    }
    if (request.method === "DELETE") {
      endpoint.objects.delete(path);
      return response.writeHead(204).end();
    }
    if (path.split("/").length === 2) return response.end(EMPTY_LIST);
    if (!object) return response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>");
    response.writeHead(200, { "Content-Length": object.length, ETag: '"e"' });
    return response.end(request.method === "HEAD" ? "" : object);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint.stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return endpoint;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The content of an upload. With `aws-chunked`, each chunk follows its length in a line, and the last one is empty. */
function decoded({ headers }: IncomingMessage, body: Buffer): Buffer {
  if (!headers["content-encoding"]?.includes("aws-chunked")) return body;
  const chunks: Buffer[] = [];
  for (let start = 0; ; ) {
    const end = body.indexOf("\r\n", start);
    const length = Number.parseInt(body.toString("latin1", start, end), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    start = end + 2 + length + 2;
  }
}

const EMPTY_LIST =
  '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><KeyCount>0</KeyCount><IsTruncated>false</IsTruncated></ListBucketResult>';
