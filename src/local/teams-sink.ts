import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands where a Workflows webhook would be: takes cards as Teams does, and shows them to nobody. */
export interface TeamsSink {
  /** What TEAMS_WEBHOOK_URL is to be. */
  readonly url: string;
  /** The messages that came, as JSON text. */
  readonly messages: readonly string[];
  close(): void;
}

/** Starts the sink on a free port of this machine. Source: a Workflows webhook answers 202 to what it takes. */
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
