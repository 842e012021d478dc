import type { IncomingMessage } from 'node:http';

const largestBody = 4 * 1024 * 1024;

/** The body of a request; undefined where it is larger than Graph would take. */
export async function readBody(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > largestBody) return undefined;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The value of a JSON text; undefined for none, and for what is no JSON: the handler then misses its body. */
export function parseBody(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
