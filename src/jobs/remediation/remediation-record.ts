import { ConsentinelError } from '../../model/errors.js';
import { type AuditEvent, type AuditEventType, auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { transition } from '../../model/finding/transition.js';
import { attemptDetail } from '../../model/remediation/execution.js';
import type { Attempt, Manual, Remediation } from '../../model/remediation/remediation.js';
import type { Stored } from '../ports/index.js';
import type { RemediationContext } from './remediation-context.js';

/** An event of the remediation that is written. */
export interface RecordedEvent {
  readonly type: AuditEventType;
  readonly summary: string;
  readonly detail?: AuditEvent['detail'];
}

/** Other writers of a finding during an attempt are a scan and other workers: a few at most. */
const maxConflicts = 20;

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
  update(remediation: Remediation, event: RecordedEvent): Promise<void> {
    const at = this.context.clock.now();
    return this.#write({ ...this.finding, remediation, changedAt: at }, [this.#event(at, event, remediation)]);
  }

  /** Writes the last state of the remediation and resolves its finding, in one transaction. @throws as `update` */
  async resolve(remediation: Remediation, event: RecordedEvent, because: 'complies' | 'object-gone'): Promise<void> {
    const at = this.context.clock.now();
    const ended: Finding = { ...this.finding, remediation, changedAt: at };
    const context = { at, scanId: this.finding.appearedIn, author: this.#author };
    const next = transition(ended, { violated: false, because }, context);
    await this.#write(next?.finding ?? ended, [this.#event(at, event, remediation), ...(next?.events ?? [])]);
  }

  /** Replaces the plan with the reason why the fix is manual. @throws as `update` */
  withdraw(manual: Manual, summary: string): Promise<void> {
    const at = this.context.clock.now();
    const { remediation, ...rest } = this.finding;
    const event = this.#event(at, { type: 'stale', summary: `${summary} ${manual.reason}` }, remediation);
    return this.#write({ ...rest, manual, changedAt: at }, [event]);
  }

  /** Writes an event that changes no state. @throws as `update` */
  note(event: RecordedEvent): Promise<void> {
    return this.#write(this.finding, [this.#event(this.context.clock.now(), event, undefined)]);
  }

  /**
   * Writes what follows from an attempt. If another writer changes the finding first, it is read again and `write` is
   * called again: the outcome of an attempt must not be lost.
   * @param write gets the remediation as it is stored now, which another worker or a scan may have completed
   * @throws ConsentinelError `remediation-pending` if the finding has another plan or attempt now
   */
  async follow(attempt: Attempt, write: (remediation: Remediation) => Promise<void>): Promise<void> {
    for (let conflicts = 0; ; conflicts += 1) {
      const { remediation } = this.finding;
      if (!remediation || !isOf(remediation, attempt)) throw changed(this.finding);
      try {
        return await write(remediation);
      } catch (error) {
        if (!(error instanceof FindingChanged) || conflicts >= maxConflicts) throw error;
        await this.#read();
      }
    }
  }

  get #author(): string {
    return `remediator:${this.context.owner}`;
  }

  #event(at: string, { type, summary, detail }: RecordedEvent, remediation: Remediation | undefined): AuditEvent {
    const plan = remediation && { remediation: remediation.id, planHash: remediation.planHash };
    const attempt = remediation?.attempt && attemptDetail(remediation.attempt);
    return auditEvent(this.finding, {
      at,
      type,
      author: this.#author,
      summary,
      detail: { ...plan, ...attempt, ...detail },
    });
  }

  async #write(finding: Finding, events: readonly AuditEvent[]): Promise<void> {
    const { findings } = this.context;
    const { conflicts } = await findings.commit([{ finding, etag: this.#stored.etag, events }]);
    if (conflicts.length > 0) throw changed(finding);
    await this.#read();
  }

  async #read(): Promise<void> {
    const { tenantId, id, ruleId } = this.finding;
    const stored = await this.context.findings.finding(tenantId, id, ruleId);
    if (!stored) throw new ConsentinelError('storage-rejected', `The finding ${id} was deleted during a change.`);
    this.#stored = stored;
  }
}

/** Another writer changed the finding first. */
class FindingChanged extends ConsentinelError {}

function changed({ id }: Finding): FindingChanged {
  return new FindingChanged(
    'remediation-pending',
    `Another writer changed the finding ${id} at the same time.`,
    'The queue delivers the message again.',
  );
}

function isOf({ attempt, unconfirmed }: Remediation, { owner }: Attempt): boolean {
  return attempt?.owner === owner || unconfirmed?.owner === owner;
}
