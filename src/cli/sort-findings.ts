import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Failing, mostFailing } from '../model/evidence/failing.js';
import { type Severity, severities } from '../model/rule/violation.js';
import type { FindingView } from '../reports/finding-view.js';

/** Up to this number, findings are sorted in memory. */
const inMemory = 2_000;

/** Text is collected before it is written. */
const bufferedCharacters = 1 << 20;

/** The members that decide the order. */
export interface SortKey {
  readonly severity: Severity;
  readonly appearedAt: string;
  readonly displayName: string;
  readonly id: string;
  readonly failing?: Failing;
}

/** The same order as `localeCompare`, many times faster. */
const names = new Intl.Collator();

/** The most severe first, then what stops the most users, then the newest, then by name. */
export function mostSevereFirst(a: SortKey, b: SortKey): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    mostFailing(a, b) ||
    compare(b.appearedAt, a.appearedAt) ||
    names.compare(a.displayName, b.displayName) ||
    compare(a.id, b.id)
  );
}

/**
 * Sorts findings, the most severe first, in little memory: where there are many, only what decides their order stays in
 * memory, and the rest goes to a temporary file that only the owner can read.
 */
export async function* sortFindings(
  findings: AsyncIterable<FindingView>,
  compareFindings: (a: SortedFinding, b: SortedFinding) => number = mostSevereFirst,
): AsyncGenerator<FindingView> {
  const few: FindingView[] = [];
  let file: SpilledFindings | undefined;
  try {
    for await (const finding of findings) {
      if (file) file.add(finding);
      else few.push(finding);
      if (!file && few.length > inMemory) {
        file = new SpilledFindings();
        for (const each of few.splice(0)) file.add(each);
      }
    }
    yield* file ? file.sorted(compareFindings) : few.sort(compareFindings);
  } finally {
    file?.close();
  }
}

/** What decides any order, and is kept in memory. */
export type SortedFinding = SortKey & Pick<FindingView, 'ruleId' | 'objectId' | 'appId'>;

/** Findings in a temporary file. */
class SpilledFindings {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'consentinel-'));
  readonly #file: number;
  readonly #places: (SortedFinding & { readonly start: number; readonly length: number })[] = [];
  #buffer: Buffer[] = [];
  #buffered = 0;
  #size = 0;

  constructor() {
    this.#file = openSync(path.join(this.#folder, 'findings'), 'wx+', 0o600);
    // Nothing remains however the process ends. Windows removes no open file: there, `close` does.
    if (process.platform !== 'win32') this.#remove();
  }

  add(finding: FindingView): void {
    const text = Buffer.from(JSON.stringify(finding));
    const { severity, appearedAt, displayName, id, ruleId, objectId, appId, failing } = finding;
    const key = { severity, appearedAt, displayName, id, ruleId, objectId, appId, ...(failing && { failing }) };
    this.#places.push({ ...key, start: this.#size, length: text.length });
    this.#buffer.push(text);
    this.#buffered += text.length;
    this.#size += text.length;
    if (this.#buffered >= bufferedCharacters) this.#write();
  }

  *sorted(compareFindings: (a: SortedFinding, b: SortedFinding) => number): Generator<FindingView> {
    this.#write();
    for (const { start, length } of this.#places.sort(compareFindings)) {
      const text = Buffer.alloc(length);
      readSync(this.#file, text, 0, length, start);
      yield JSON.parse(text.toString()) as FindingView;
    }
  }

  close(): void {
    closeSync(this.#file);
    this.#remove();
  }

  #remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(): void {
    const text = Buffer.concat(this.#buffer);
    for (let written = 0; written < text.length; ) written += writeSync(this.#file, text, written);
    this.#buffer = [];
    this.#buffered = 0;
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
