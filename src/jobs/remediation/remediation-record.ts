import { ConsentinelError } from '../../model/errors.js';
import { type AuditEvent, type AuditEventType, auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { type Transition, transition } from '../../model/finding/transition.js';
import type { Manual, Remediation } from '../../model/remediation/remediation.js';
import type { Stored } from '../ports/index.js';
import type { RemediationContext } from './remediation-context.js';

/** The stored finding of a remediation that is executed. Each step is written before the next one begins. */
export class RemediationRecord {
  #stored: Stored<Finding>;

  constructor(
    private readonly context: Pick<RemediationContext, 'findings' | 'clock' | 'owner'>,
    stored: Stored<Finding>,
  ) {
    this.#stored = stored;
  }

  get finding(): Finding {
    return this.#stored.value;
  }

  /**
   * Writes the next state of the remediation.
   * @throws ConsentinelError `remediation-pending` if another writer changed the finding first
   */
  update(
    remediation: Remediation,
    type: AuditEventType,
    summary: string,
    detail: AuditEvent['detail'] = {},
  ): Promise<void> {
    const at = this.context.clock.now();
    const event = this.#event(at, type, summary, detail, remediation);
    return this.#write({ ...this.finding, remediation, changedAt: at }, [event]);
  }

  /** Writes the last state of the remediation and resolves its finding, in one transaction. @throws as `update` */
  async resolve(
    remediation: Remediation,
    type: 'applied' | 'unneeded',
    summary: string,
    because: 'complies' | 'object-gone',
  ): Promise<void> {
    const at = this.context.clock.now();
    const ended: Finding = { ...this.finding, remediation };
    const context = { at, scanId: this.finding.appearedIn, author: this.#author };
    const next: Transition | undefined = transition(ended, { violated: false, because }, context);
    const event = this.#event(at, type, summary, {}, remediation);
    await this.#write(next?.finding ?? { ...ended, changedAt: at }, [event, ...(next?.events ?? [])]);
  }

  /** Replaces the plan with the reason why the fix is manual. @throws as `update` */
  withdraw(manual: Manual, summary: string): Promise<void> {
    const at = this.context.clock.now();
    const { remediation, ...rest } = this.finding;
    const event = this.#event(at, 'stale', `${summary} ${manual.reason}`, {}, remediation);
    return this.#write({ ...rest, manual, changedAt: at }, [event]);
  }

  /** Writes an event that changes no state. @throws as `update` */
  note(type: AuditEventType, summary: string, detail: AuditEvent['detail']): Promise<void> {
    return this.#write(this.finding, [this.#event(this.context.clock.now(), type, summary, detail, undefined)]);
  }

  get #author(): string {
    return `remediator:${this.context.owner}`;
  }

  #event(
    at: string,
    type: AuditEventType,
    summary: string,
    detail: AuditEvent['detail'],
    remediation: Remediation | undefined,
  ): AuditEvent {
    const plan = remediation && { remediation: remediation.id, planHash: remediation.planHash };
    const sent = remediation?.attempt && { requestIds: remediation.attempt.requestIds };
    return auditEvent(this.finding, {
      at,
      type,
      author: this.#author,
      summary,
      detail: { ...plan, ...sent, ...detail },
    });
  }

  async #write(finding: Finding, events: readonly AuditEvent[]): Promise<void> {
    const { findings } = this.context;
    const { conflicts } = await findings.commit([{ finding, etag: this.#stored.etag, events }]);
    if (conflicts.length > 0) {
      throw new ConsentinelError(
        'remediation-pending',
        `Somebody else changed the finding ${finding.id} meanwhile.`,
        'The message is delivered again.',
      );
    }
    const stored = await findings.finding(finding.tenantId, finding.id, finding.ruleId);
    if (!stored)
      throw new ConsentinelError('storage-rejected', `The finding ${finding.id} vanished while it was changed.`);
    this.#stored = stored;
  }
}
