import type { JsonObject } from './json.js';

/** How an answer reaches the client, where it does not do so whole. */
export type Transmission = 'whole' | 'drop-before' | 'drop-inside-body' | 'hang';

/** An HTTP answer before the headers that every answer has. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or bytes in pieces. */
  readonly body?: string | readonly Uint8Array[];
  readonly transmission?: Transmission;
  /** Gives the memory of the body back; called when the answer has been sent. */
  readonly release?: () => void;
}

/** Content-Type of Graph's JSON. */
export const jsonContentType =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** A JSON answer. */
export function jsonAnswer(status: number, value: JsonObject, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'Content-Type': jsonContentType, ...headers }, body: JSON.stringify(value) };
}

/** An answer without a body. */
export const emptyAnswer = (status: number): Answer => ({ status });

/** A text/plain answer, such as that of `/$count`. */
export const textAnswer = (text: string): Answer => ({
  status: 200,
  headers: { 'Content-Type': 'text/plain' },
  body: text,
});

/** The body in one piece; releases its memory. */
export function takeText(answer: Answer): string {
  if (answer.body === undefined || typeof answer.body === 'string') return answer.body ?? '';
  const text = Buffer.concat(answer.body).toString('utf8');
  answer.release?.();
  return text;
}
