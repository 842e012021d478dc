import type { AuditEventType } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Transition } from '../../model/finding/transition.js';
import type { FindingStore } from '../ports/index.js';
import type { ScanRecord } from './scan-record.js';

/** How many histories a scan reads for this, and how many findings its warnings name. */
const [mostRead, mostNamed] = [100, 10];

/**
 * Detects findings that something else than this program has hidden: a row that was marked resolved, or deleted, while the
 * audit trail says that the finding was open. The scan finds them again, and warns.
 */
export class UnexplainedChanges {
  #read = 0;
  #found = 0;

  constructor(
    private readonly findings: Pick<FindingStore, 'history'>,
    private readonly record: ScanRecord,
  ) {}

  /** @param transitions that were written */
  async examine(transitions: readonly Transition[]): Promise<void> {
    if (this.record.isFirst) return;
    for (const { finding, events } of transitions) {
      const type = events.find(isAppearance)?.type;
      if (type === undefined || this.#read >= mostRead) continue;
      this.#read += 1;
      if (await this.#wasOpen(finding, type)) this.#warn(finding, type);
    }
  }

  /** Whether the trail has the finding open before its last appearance. */
  async #wasOpen(finding: Finding, appearance: AuditEventType): Promise<boolean> {
    const history = await this.findings.history(finding);
    const at = history.findLastIndex(({ type }) => type === appearance);
    const before = history.slice(0, Math.max(at, 0)).findLast(decidesStatus);
    return before !== undefined && before.type !== 'resolved';
  }

  #warn({ id, ruleId, displayName }: Finding, type: AuditEventType): void {
    this.#found += 1;
    if (this.#found > mostNamed) return;
    const change = type === 'reappeared' ? 'was marked as resolved' : 'was deleted';
    this.record.warn(
      `The row of finding ${id} of ${ruleId} (${displayName}) ${change} without an event in the audit trail: another program changed the table. The finding is open again. Run consentinel verify-audit.`,
    );
  }
}

function isAppearance({ type }: { readonly type: AuditEventType }): boolean {
  return type === 'appeared' || type === 'reappeared';
}

function decidesStatus(event: { readonly type: AuditEventType }): boolean {
  return isAppearance(event) || event.type === 'resolved';
}
