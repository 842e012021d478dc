/** Bytes of a piece: well below what V8 keeps as a large object. */
const pieceSize = 65_536;
const mark = '"value":[';
/** Stands for the objects of a page while the rest of it is parsed. */
const placeholder = '\u0000objects';
const decoder = new TextDecoder();
/** A byte order mark is one at the very beginning only. */
const inner = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Parses an answer of Graph. The objects of a long page are parsed in pieces, each a list of whole objects, so that no
 * string of a megabyte is made for every page: V8 maps fresh memory for one each time and lets it go only when it
 * collects everything. That halves the time that a page takes. Pieces that parse as lists one by one are one list when
 * joined, so the result is what JSON.parse gives for the whole; where a cut did not hit the border between two
 * objects, the whole is parsed.
 * @returns undefined where it is no JSON: the parser's own error would quote the text, which may hold secrets
 */
export function parseJson(bytes: Uint8Array): unknown {
  return (bytes.length > 2 * pieceSize ? parsePage(bytes) : undefined) ?? parseText(decoder.decode(bytes));
}

function parsePage(bytes: Uint8Array): unknown {
  const page = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = page.indexOf(mark) + mark.length;
  const end = page.lastIndexOf(']');
  if (start < mark.length || end < start) return undefined;
  const frame = decoder.decode(page.subarray(0, start - 1)) + JSON.stringify(placeholder);
  const rest = parseText(frame + inner.decode(page.subarray(end + 1)));
  if (!isRecord(rest) || rest.value !== placeholder) return undefined;
  const objects = objectsIn(page, start, end);
  return objects && { ...rest, value: objects };
}

function objectsIn(page: Buffer, start: number, end: number): unknown[] | undefined {
  const first = headAt(page, start);
  const objects: unknown[] = [];
  for (let at = start; at < end; ) {
    const stop = first === undefined ? end : borderAfter(page, at + pieceSize, end, first);
    const list = parseText(`[${inner.decode(page.subarray(at, stop))}]`);
    if (!Array.isArray(list)) return undefined;
    for (const object of list) objects.push(object);
    at = stop + 1;
  }
  return objects;
}

/** Where the comma between two objects of the page stands next; the end where there is none. */
function borderAfter(page: Buffer, from: number, end: number, first: string): number {
  for (let at = page.indexOf('},{', from); at >= 0 && at < end; at = page.indexOf('},{', at + 1)) {
    if (headAt(page, at + 2) === first) return at + 1;
  }
  return end;
}

/** The names of an object's first two properties: Graph writes those of all objects of a page in one order. */
function headAt(page: Buffer, at: number): string | undefined {
  const [, one, two] = /^\{("[^"\\]*"):"[^"\\]*",("[^"\\]*"):/.exec(page.toString('latin1', at, at + 200)) ?? [];
  return one && two && one + two;
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
