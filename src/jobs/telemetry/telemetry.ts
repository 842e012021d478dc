import type { Scan } from '../../model/scan/scan.js';
import type { DirectoryStats } from '../ports/index.js';
import type { Measurement } from './measures.js';

/** Values of a span: ids, counts and words of ours; never a name, an address or anything that a person wrote. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** What a scan's time goes to. */
export type Activity =
  | 'read findings'
  | 'load tenant'
  | 'list servicePrincipals'
  | 'list applications'
  | 'judge'
  | 'confirm absences'
  | 'plan remedies'
  | 'store findings'
  | 'resolve findings'
  | 'delete old rows';

/** Who asked for a scan, in a word of ours: whoever sends a message can write there what they like. */
export function requesterOf({ requestedBy }: Pick<Scan, 'requestedBy'>): string {
  return ['timer', 'cli', 'queue'].includes(requestedBy) ? requestedBy : 'other';
}

/** The trace of one scan. */
export interface ScanTrace {
  /**
   * Counts the time of some work towards an activity. Of activities within each other only the innermost counts, so that
   * the times of all add up to the scan's. They follow one another: what runs beside them is `beside`.
   */
  during<T>(activity: Activity, work: () => Promise<T>): Promise<T>;
  /** Work that runs while others do. */
  beside<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** @param scan as it ended */
  end(scan: Scan, stats: DirectoryStats): void;
}

/** What the jobs tell of their work as it goes. Telling never fails, and nothing waits for it but `flush` and `close`. */
export interface Telemetry {
  /** False where nobody listens: what only a listener needs is then not read. */
  readonly on: boolean;
  /** @param scan as its row says */
  traceScan(scan: Readonly<Scan>): ScanTrace;
  /**
   * Puts the alert of a scan into the scan's trace.
   * @param scan as its row says: a message could say anything
   * @param work may note values; what it throws is thrown
   */
  traceAlert<T>(scan: Scan, work: (note: (attributes: Attributes) => void) => Promise<T>): Promise<T>;
  measure(measurements: readonly Measurement[]): void;
  /** Sends what was told so far, and gives up soon where nobody answers. Never rejects. */
  flush(): Promise<void>;
  /** The same, for the last time. */
  close(): Promise<void>;
}

/** Tells nobody. */
export const silentTelemetry: Telemetry = {
  on: false,
  traceScan: () => ({ during: (_activity, work) => work(), beside: (_name, work) => work(), end: () => {} }),
  traceAlert: (_scan, work) => work(() => {}),
  measure: () => {},
  flush: async () => {},
  close: async () => {},
};
