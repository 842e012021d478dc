import { ConsentinelError } from '../../model/errors.js';
import { type AuditEvent, type AuditEventType, auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import { type Transition, transition } from '../../model/finding/transition.js';
import type { Manual, Remediation } from '../../model/remediation/remediation.js';
import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Organization } from '../../model/tenant/tenant.js';
import type { Clock, Directory, FindingStore, Remediator, Stored } from '../ports/index.js';

/** With how much patience a change is looked for: replicas of the directory lag, by minutes at worst. */
export interface Patience {
  /** How often to look at most. */
  readonly looks: number;
  /** How many looks in a row must agree. */
  readonly agreeing: number;
  /** Between two looks. */
  readonly milliseconds: number;
}

/** Looks for three minutes. Source: Graph, "404 errors when you manage objects": delays of several minutes occur. */
export const defaultPatience: Patience = { looks: 19, agreeing: 2, milliseconds: 10_000 };

/** What remediations are carried out with. */
export interface RemediationContext {
  readonly directory: Directory;
  readonly findings: FindingStore;
  readonly clock: Clock;
  readonly rules: readonly Rule[];
  readonly tenant: Organization;
  /** Undefined where no identity that may write is configured: the program then only reads. */
  readonly remediator: Remediator | undefined;
  /** Why nothing can ever be changed in this tenant. */
  readonly readOnly?: string;
  readonly remedyOptions: RemedyOptions;
  readonly patience: Patience;
  /** Names this worker. */
  readonly owner: string;
}

/** A finding whose remediation is being carried out; every step is written before the next is taken. */
export class RemediationState {
  #stored: Stored<Finding>;

  constructor(
    private readonly context: RemediationContext,
    stored: Stored<Finding>,
  ) {
    this.#stored = stored;
  }

  get finding(): Finding {
    return this.#stored.value;
  }

  /** The remediation takes its next state. @throws ConsentinelError `remediation-pending` where somebody else was faster */
  become(
    remediation: Remediation,
    type: AuditEventType,
    summary: string,
    detail: AuditEvent['detail'] = {},
  ): Promise<void> {
    const at = this.context.clock.now();
    return this.#write({ ...this.finding, remediation, changedAt: at }, [
      this.#event(at, type, summary, detail, remediation),
    ]);
  }

  /** The remediation ends and the finding with it, in one transaction. */
  async resolve(
    remediation: Remediation,
    type: 'applied' | 'unneeded',
    summary: string,
    because: 'complies' | 'object-gone',
  ): Promise<void> {
    const at = this.context.clock.now();
    const ended: Finding = { ...this.finding, remediation };
    const moment = { at, scanId: this.finding.appearedIn, author: this.#author };
    const next: Transition | undefined = transition(ended, { violated: false, because }, moment);
    const event = this.#event(at, type, summary, {}, remediation);
    await this.#write(next?.finding ?? { ...ended, changedAt: at }, [event, ...(next?.events ?? [])]);
  }

  /** There is no plan any more; a person has to do it. */
  byHand(manual: Manual, summary: string): Promise<void> {
    const at = this.context.clock.now();
    const { remediation, ...rest } = this.finding;
    const event = this.#event(at, 'stale', `${summary} ${manual.reason}`, {}, remediation);
    return this.#write({ ...rest, manual, changedAt: at }, [event]);
  }

  /** Something happened that changes nothing. */
  record(type: AuditEventType, summary: string, detail: AuditEvent['detail']): Promise<void> {
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
    const stored = await findings.finding(finding.tenantId, finding.id);
    if (!stored)
      throw new ConsentinelError('storage-rejected', `The finding ${finding.id} vanished while it was changed.`);
    this.#stored = stored;
  }
}

export function noRemediator({ readOnly }: Pick<RemediationContext, 'readOnly'>): ConsentinelError {
  if (readOnly) return new ConsentinelError('remediation-disabled', readOnly);
  return new ConsentinelError(
    'remediation-disabled',
    'This installation only reads: no identity that may write is configured.',
    'Set REMEDIATOR_CLIENT_ID to the identity that may, or REMEDIATION=on for the command line.',
  );
}
