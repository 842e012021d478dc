import type { SignedPause } from '../../model/remediation/pause.js';

/** The answer to a reservation. */
export type Reservation =
  | { readonly reserved: true }
  | {
      readonly reserved: false;
      readonly reason: 'limit-reached' | 'approval-used' | 'failed-recently';
      /** When the reservation may succeed; undefined if it never can. ISO 8601 UTC. */
      readonly retryAt?: string;
    };

/** One execution of an approval, before its first request is sent. */
export interface ReservationRequest {
  readonly tenantId: string;
  readonly approvalId: string;
  /** The same approval and attempt may reserve again, which uses no more of the budget. */
  readonly attempt: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  /** When the approver decided, ISO 8601 UTC: a decision after a failure is not stopped by that failure. */
  readonly decidedAt: string;
  /** The setting MAX_REMEDIATIONS_PER_RUN. */
  readonly limit: number;
}

/**
 * What limits the writes: the budget, the used approvals and the newest pause that was seen. It is in the remediator's
 * own storage account, so that a writer of the shared tables can neither refund the budget nor reuse an approval.
 */
export interface RemediatorState {
  /**
   * Reserves one execution of an approval. All workers and command lines share the budget of any 60 minutes.
   * @throws ConsentinelError `storage-unavailable`, `storage-rejected`, `storage-malformed`: then nothing may be sent
   */
  reserve(request: ReservationRequest): Promise<Reservation>;
  /** What `reserve` would answer now. It reserves nothing. */
  check(request: ReservationRequest): Promise<Reservation>;
  /** Stops reservations of decisions that were made before, for 60 minutes and across workers. */
  recordFailure(tenantId: string, at: string): Promise<void>;
  /** The newest pause or resume with a valid signature that was remembered. */
  newestPause(): Promise<SignedPause | undefined>;
  /** Remembers a statement whose signature is valid, unless a newer one is remembered. */
  rememberPause(signed: SignedPause): Promise<void>;
}
