/** The answer to a reservation. */
export type Reservation =
  | { readonly reserved: true }
  | {
      readonly reserved: false;
      readonly reason: 'limit-reached' | 'approval-used' | 'failed-recently';
      /** When the reservation may succeed; undefined if it never can. ISO 8601 UTC. */
      readonly retryAt?: string;
    };

/**
 * What limits the writes: the budget, the used approvals and the newest pause that was seen. It is in the remediator's
 * own storage account, so that a writer of the shared tables can neither refund the budget nor reuse an approval.
 */
export interface RemediatorState {
  /**
   * Reserves one execution of an approval, before its first request is sent. All workers and command lines share the
   * budget of any 60 minutes.
   * @param request the same approval and attempt may reserve again, which uses no more of the budget
   */
  reserve(request: {
    readonly tenantId: string;
    readonly approvalId: string;
    readonly attempt: string;
    /** ISO 8601 UTC. */
    readonly at: string;
    /** The setting MAX_REMEDIATIONS_PER_RUN. */
    readonly limit: number;
  }): Promise<Reservation>;
  /** Stops further reservations of the tenant for 60 minutes, across workers. */
  recordFailure(tenantId: string, at: string): Promise<void>;
}
