import { createReadStream } from 'node:fs';
import type { TransferReport } from '../../jobs/ports/index.js';
import { ConsentinelError } from '../../model/errors.js';
import type { TransferRow } from './row-kinds.js';
import { TextHash, TransferCheck } from './transfer-check.js';
import { parseHeader, parseLine, type TransferEnd, type TransferHeader } from './transfer-format.js';

/** A row has at most 1 MiB in UTF-16. JSON can escape each of its characters. */
const longestLine = 8_000_000;

const newline = 0x0a;

const nothingWritten = 'Nothing was written. Copy the file again, or export again.';

/** @throws ConsentinelError `transfer-refused`, or `usage-invalid` for a file that cannot be read */
export async function readHeader(file: string, signal: AbortSignal): Promise<TransferHeader> {
  for await (const line of linesOf(file, signal)) return parseHeader(line.toString(), file);
  return parseHeader('', file);
}

/**
 * Reads a whole file.
 * @param onRow called for each row, in order
 * @param remedy for a file that was cut or changed
 * @throws ConsentinelError `transfer-refused` for a file that was cut or changed; it names the line
 */
export async function verifyFile(
  file: string,
  header: TransferHeader,
  onRow: (row: TransferRow) => Promise<void>,
  signal: AbortSignal,
  remedy = nothingWritten,
): Promise<TransferReport> {
  const damaged = (problem: string) => damagedFile(file, problem, remedy);
  const hash = new TextHash();
  const check = new TransferCheck(header.tenantIds);
  let end: TransferEnd | undefined;
  let number = 0;
  for await (const line of linesOf(file, signal, remedy)) {
    number += 1;
    if (end) throw damaged(`It has a line ${number} after its end.`);
    if (number > 1) {
      const parsed = parseLine(line.toString());
      if (!parsed) throw damaged(`Line ${number} is not a row.`);
      if ('end' in parsed) {
        end = parsed;
        continue;
      }
      check.add(parsed);
      await onRow(parsed);
    }
    hash.add(line);
    hash.add('\n');
  }
  check.end();
  if (!end) throw damaged(`It ends after line ${number}, without its last line: it was cut.`);
  if (end.rows !== check.rows) throw damaged(`It has ${check.rows} rows, and its last line says ${end.rows}.`);
  const sha256 = hash.digest();
  if (end.sha256 !== sha256) throw damaged(`Its SHA-256 is ${sha256}, and its last line says ${end.sha256}.`);
  return { rows: check.rows, sha256, tenants: check.tenants, faults: check.faults };
}

/** The lines of a file, as bytes. `readline` would also divide at characters that JSON may contain. */
async function* linesOf(file: string, signal: AbortSignal, remedy = nothingWritten): AsyncGenerator<Buffer> {
  const stream = createReadStream(file, { signal, highWaterMark: 256_000 });
  let rest: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
        yield Buffer.concat([...rest, chunk.subarray(from, at)]);
        [rest, length, from] = [[], 0, at + 1];
      }
      rest.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length > longestLine) throw damagedFile(file, 'It has a line that is longer than any row.', remedy);
    }
    if (length > 0) yield Buffer.concat(rest);
  } catch (error) {
    signal.throwIfAborted();
    throw unreadable(file, error);
  } finally {
    stream.destroy();
  }
}

function unreadable(file: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (!syscall) return error;
  return new ConsentinelError(
    'usage-invalid',
    `${file} cannot be read (${code}).`,
    'Give the path of a file of `consentinel export`.',
    {
      cause: error,
    },
  );
}

function damagedFile(file: string, problem: string, remedy: string): ConsentinelError {
  return new ConsentinelError('transfer-refused', `${file} is damaged. ${problem}`, remedy);
}
