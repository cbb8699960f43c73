import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Server, Socket } from "node:net";
import type { TlsCertificate } from "./tls-certificate";

export interface ReceivedRequest {
  method: string | undefined;
  path: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server on 127.0.0.1, with everything that it received. */
export interface Endpoint {
  port: number;
  connections: number;
  requests: ReceivedRequest[];
}

/** @param attempt 1 for the first request or connection */
export type Respond = (response: ServerResponse, attempt: number) => void;

const started: { server: Server; sockets: Set<Socket> }[] = [];

/** Starts a payment endpoint with TLS and HTTP. It calls `respond` for each request. */
export function startEndpoint(certificate: TlsCertificate, respond: Respond): Promise<Endpoint> {
  const server = createServer(certificate, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("error", () => {});
    request.on("end", () => {
      const { method, url: path, headers } = request;
      endpoint.requests.push({ method, path, headers, body: Buffer.concat(chunks).toString("utf8") });
      respond(response, endpoint.requests.length);
    });
  });
  const endpoint: Endpoint = { port: 0, connections: 0, requests: [] };
  // A client that does not trust the certificate sends an alert.
  server.on("tlsClientError", () => {});
  return startServer(server, endpoint);
}

/** Starts any server, and counts its connections. */
export async function startServer(
  server: Server,
  endpoint: Endpoint = { port: 0, connections: 0, requests: [] },
): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  server.prependListener("connection", (socket) => {
    endpoint.connections++;
    sockets.add(socket);
    socket.on("error", () => {});
  });
  started.push({ server, sockets });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint.port = (server.address() as AddressInfo).port;
  return endpoint;
}

/** Resets the connection of a response, as a crash does. Only the TCP socket below the TLS socket can be reset. */
export function reset({ socket }: ServerResponse): void {
  const below = started.flatMap(({ sockets }) => [...sockets]);
  below.find(({ remotePort }) => remotePort === socket?.remotePort)?.resetAndDestroy();
}

export async function stopEndpoints(): Promise<void> {
  for (const { server, sockets } of started.splice(0)) {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}
