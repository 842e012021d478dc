export interface Clock {
  /** Now, ISO 8601 UTC with milliseconds. */
  now(): string;
  /** Resolves after so many milliseconds, or rejects as soon as `signal` aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
