import type { Scan } from '../../model/scan/scan.js';
import type { DirectoryStats } from '../ports/index.js';
import type { Measurement } from './measures.js';

/** Values of a span: ids, counts and fixed words; never a name, an address or other text that a person wrote. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a scan spends its time on. */
export type Activity =
  | 'read findings'
  | 'load tenant'
  | 'list changes'
  | 'list servicePrincipals'
  | 'list applications'
  | 'judge'
  | 'confirm absences'
  | 'plan remedies'
  | 'store findings'
  | 'resolve findings'
  | 'gather evidence'
  | 'delete old rows';

/** Who requested a scan, as a fixed word: the sender of a message may write any text there. */
export function requesterOf({ requestedBy }: Pick<Scan, 'requestedBy'>): string {
  return ['timer', 'catch-up', 'cli', 'queue'].includes(requestedBy) ? requestedBy : 'other';
}

/** The trace of one scan. */
export interface ScanTrace {
  /**
   * Counts the time of some work towards an activity. Of nested activities only the innermost counts, so that all times
   * add up to the time of the scan. Activities run one after the other; for work that runs in parallel use `beside`.
   */
  during<T>(activity: Activity, work: () => Promise<T>): Promise<T>;
  /** Traces work that runs in parallel with activities. */
  beside<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** @param scan as it ended */
  end(scan: Scan, stats: DirectoryStats): void;
}

/** What the jobs report about their work. Reporting never fails, and only `flush` and `close` wait for it. */
export interface Telemetry {
  /** False if telemetry is off: then nothing is read for telemetry only. */
  readonly on: boolean;
  /** @param scan as stored in its row */
  traceScan(scan: Readonly<Scan>): ScanTrace;
  /**
   * Adds the alert of a scan to the scan's trace.
   * @param scan as stored in its row: a message may contain anything
   * @param work may note values; its errors are thrown
   */
  traceAlert<T>(scan: Scan, work: (note: (attributes: Attributes) => void) => Promise<T>): Promise<T>;
  measure(measurements: readonly Measurement[]): void;
  /** Sends what was reported so far, and stops soon if the endpoint does not answer. Never rejects. */
  flush(): Promise<void>;
  /** The same, for the last time. */
  close(): Promise<void>;
}

/** Reports nothing. */
export const silentTelemetry: Telemetry = {
  on: false,
  traceScan: () => ({ during: (_activity, work) => work(), beside: (_name, work) => work(), end: () => {} }),
  traceAlert: (_scan, work) => work(() => {}),
  measure: () => {},
  flush: async () => {},
  close: async () => {},
};
