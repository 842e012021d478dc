import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A local replacement for a Workflows webhook. It accepts cards and stores them. */
export interface TeamsSink {
  /** The value for TEAMS_WEBHOOK_URL. */
  readonly url: string;
  /** The received messages, as JSON text. */
  readonly messages: readonly string[];
  close(): void;
}

/** Starts the sink on a free port of this machine. Source: a Workflows webhook answers 202. */
export async function startTeamsSink(): Promise<TeamsSink> {
  const messages: string[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    messages.push(text);
    response.writeHead(202).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/workflows`, messages, close: () => server.close() };
}
