import { GraphError } from '../protocol/graph-error.js';

/** The parts of a message with a text and an HTML alternative. */
export interface ParsedMime {
  readonly to: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * Parses a MIME message as strictly as a mail server: CRLF, lines of at most 998 characters, ASCII headers.
 * Source: RFC 5322, section 2.1.1; RFC 2046; RFC 2047.
 * @throws GraphError 400 `ErrorMimeContentInvalid`
 */
export function parseMime(mime: string): ParsedMime {
  const lines = mime.split('\r\n');
  if (lines.some((line) => line.includes('\n') || Buffer.byteLength(line) > 998)) throw invalid();
  const { headers, body } = partOf(lines);
  const boundary = /^multipart\/alternative; boundary="([^"]+)"$/.exec(headers.get('content-type') ?? '')?.[1];
  if (!boundary || !headers.has('from')) throw invalid();
  const parts = splitAt(body, boundary).map(partOf);
  const [text, html] = ['text/plain', 'text/html'].map((type) =>
    parts.find((part) => part.headers.get('content-type')?.startsWith(type)),
  );
  if (!text || !html) throw invalid();
  const to = (headers.get('to') ?? '').split(',').map((address) => address.trim());
  return { to, subject: decodedWords(headers.get('subject') ?? ''), html: decoded(html), text: decoded(text) };
}

interface MimePart {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: readonly string[];
}

function partOf(lines: readonly string[]): MimePart {
  const end = lines.indexOf('');
  const unfolded = lines
    .slice(0, end)
    .join('\r\n')
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = unfolded.map((line) => {
    const [, name, value] = /^([\x21-\x39\x3b-\x7e]+): ?([\x20-\x7e]*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) throw invalid();
    return [name.toLowerCase(), value] as const;
  });
  return { headers: new Map(headers), body: lines.slice(end + 1) };
}

function splitAt(lines: readonly string[], boundary: string): string[][] {
  const parts: string[][] = [];
  for (const line of lines) {
    if (line === `--${boundary}--`) return parts;
    if (line === `--${boundary}`) parts.push([]);
    else parts.at(-1)?.push(line);
  }
  throw invalid();
}

function decoded({ headers, body }: MimePart): string {
  if (headers.get('content-transfer-encoding') !== 'base64') throw invalid();
  return Buffer.from(body.join(''), 'base64').toString('utf8');
}

function decodedWords(value: string): string {
  return value
    .replace(/(\?=)\s+(?==\?)/g, '$1')
    .replace(/=\?utf-8\?B\?([^?]*)\?=/g, (_, base64: string) => Buffer.from(base64, 'base64').toString('utf8'));
}

const invalid = () => new GraphError(400, 'ErrorMimeContentInvalid', 'The MIME content is not valid.');
