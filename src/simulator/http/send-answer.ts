import type { ServerResponse } from 'node:http';
import type { Answer } from '../protocol/answer.js';

/** Sends an answer as its `transmission` says. */
export function sendAnswer(answer: Answer, response: ServerResponse): void {
  if (answer.release) response.once('close', answer.release);
  if (answer.transmission === 'hang') return;
  if (answer.transmission === 'drop-before') {
    response.socket?.destroy();
    return;
  }
  const pieces = typeof answer.body === 'string' ? [Buffer.from(answer.body)] : (answer.body ?? []);
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  response.writeHead(answer.status, { ...answer.headers, ...(answer.status !== 204 && { 'Content-Length': length }) });
  if (answer.transmission === 'drop-inside-body') sendHalf(pieces, length, response);
  else sendWhole(pieces, response);
}

function sendWhole(pieces: readonly Uint8Array[], response: ServerResponse): void {
  response.cork();
  for (const piece of pieces) response.write(piece);
  response.end();
}

/** Sends the headers with the complete length, half of the body, and then closes the connection. */
function sendHalf(pieces: readonly Uint8Array[], length: number, response: ServerResponse): void {
  const half = Buffer.concat(pieces).subarray(0, Math.ceil(length / 2));
  response.write(half, () => response.socket?.destroy());
  if (half.length === 0) response.flushHeaders();
}
