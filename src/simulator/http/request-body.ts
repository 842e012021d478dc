import type { IncomingMessage } from 'node:http';

const largestBody = 4 * 1024 * 1024;

/** The body of a request; undefined if it is larger than Graph's limit of 4 MB. */
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

/** The value of a JSON text; undefined for an empty or invalid text. The handler then reports the missing body. */
export function parseBody(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
