import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const blockBytes = 16 * 1024;
const newline = 0x0a;

/** A part of the file, in bytes. */
interface Run {
  readonly start: number;
  readonly end: number;
}

/**
 * Sorted lists of values in a temporary file that only its owner can read. Merging them needs the memory of one value for
 * each list, however many values they have.
 */
export class SortedRuns<T> {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'consentinel-'));
  readonly #file: number;
  readonly #runs: Run[] = [];
  #size = 0;

  constructor() {
    this.#file = openSync(path.join(this.#folder, 'runs'), 'wx+', 0o600);
    // Nothing remains however the process ends. Windows removes no open file: there, `close` does.
    if (process.platform !== 'win32') this.#remove();
  }

  /** @param sorted values that JSON can represent */
  add(sorted: readonly T[]): void {
    const text = Buffer.from(sorted.map((value) => `${JSON.stringify(value)}\n`).join(''));
    for (let written = 0; written < text.length; ) written += writeSync(this.#file, text, written);
    this.#runs.push({ start: this.#size, end: this.#size + text.length });
    this.#size += text.length;
  }

  /** All values in order. */
  *merged(compare: (a: T, b: T) => number): Generator<T> {
    const heads: { readonly value: T; readonly rest: Iterator<T> }[] = [];
    const insert = (rest: Iterator<T>) => {
      const next = rest.next();
      if (next.done) return;
      const after = heads.findIndex(({ value }) => compare(next.value, value) < 0);
      heads.splice(after < 0 ? heads.length : after, 0, { value: next.value, rest });
    };
    for (const run of this.#runs) insert(this.#read(run));
    for (let head = heads.shift(); head; head = heads.shift()) {
      yield head.value;
      insert(head.rest);
    }
  }

  close(): void {
    closeSync(this.#file);
    this.#remove();
  }

  *#read({ start, end }: Run): Generator<T> {
    let rest = Buffer.alloc(0);
    for (let at = start; at < end; ) {
      const block = Buffer.alloc(Math.min(blockBytes, end - at));
      const length = readSync(this.#file, block, 0, block.length, at);
      at += length;
      rest = Buffer.concat([rest, block.subarray(0, length)]);
      for (let line = rest.indexOf(newline); line >= 0; line = rest.indexOf(newline)) {
        yield JSON.parse(rest.toString('utf8', 0, line)) as T;
        rest = rest.subarray(line + 1);
      }
    }
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
