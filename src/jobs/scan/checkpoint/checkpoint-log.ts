/** The checkpoint of the scan, as what it consists of sees it. */
export interface Recorder {
  /** Whether pages are recorded. */
  readonly records: boolean;
  /** Called after each page that was recorded. */
  onRecorded(): void;
  /** Called when no page of a listing follows. */
  onListed(): void;
  /** Called if a page could not be recorded: nothing more can be committed. */
  onFailed(error: unknown): void;
}

/** A part of the checkpoint that is stored by itself. */
export interface CheckpointLog {
  /** Whether pages were recorded that are not committed yet. */
  readonly isDue: boolean;
  /** The pages that this run recorded. */
  readonly recorded: number;
  /** Stores what was recorded until now. @throws as `InventoryLog.commit` */
  commit(): Promise<void>;
}

/** What is committed with the pages. */
export interface StoredPosition<P> {
  /** The first start of the scan. */
  readonly startedAt: string;
  readonly position?: P | undefined;
}
