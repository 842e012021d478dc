export interface Clock {
  /** Now, ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Resolves after the milliseconds, or rejects when `signal` aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
