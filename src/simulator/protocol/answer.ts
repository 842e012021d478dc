import type { JsonObject } from './json.js';

/** How an answer is sent: complete, or cut off. `hang` never answers. */
export type Transmission = 'whole' | 'drop-before' | 'drop-inside-body' | 'hang';

/** An HTTP answer, without the headers that the endpoint adds to every answer. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A text, or a sequence of byte chunks. */
  readonly body?: string | readonly Uint8Array[];
  /** @default 'whole' */
  readonly transmission?: Transmission;
  /** Returns the memory of the body to its pool. The server calls it after it has sent the answer. */
  readonly release?: () => void;
}

/** Graph's Content-Type for JSON. */
export const jsonContentType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** A JSON answer. */
export function jsonAnswer(status: number, value: JsonObject, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': jsonContentType, ...headers }, body: JSON.stringify(value) };
}

/** An answer without a body. */
export const emptyAnswer = (status: number): Answer => ({ status });

/** A text/plain answer, as for `/$count`. */
export const textAnswer = (text: string): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: text,
});

/** The body as one text. Releases the memory of the body. */
export function takeText(answer: Answer): string {
  if (answer.body === undefined || typeof answer.body === 'string') return answer.body ?? '';
  const text = Buffer.concat(answer.body).toString('utf8');
  answer.release?.();
  return text;
}
