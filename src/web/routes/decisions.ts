import { assign } from '../../jobs/finding/assign-finding.js';
import { commentOn } from '../../jobs/finding/comment-finding.js';
import { suppress } from '../../jobs/finding/suppress-finding.js';
import { unsuppress } from '../../jobs/finding/unsuppress-finding.js';
import type { Stored } from '../../jobs/ports/index.js';
import { approve, reject } from '../../jobs/remediation/approve.js';
import { proposeUndo } from '../../jobs/remediation/propose-undo.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Visitor } from '../auth/authenticator.js';
import { endSuppressionField } from '../pages/field-names.js';
import type { WebContext } from './web-context.js';

/** What a user can do with a finding, and the value of the query parameter `done` after it. */
export const doneWords = {
  approve: 'approved',
  reject: 'rejected',
  suppress: 'suppressed',
  unsuppress: 'unsuppressed',
  comment: 'commented',
  assign: 'assigned',
  undo: 'undo-proposed',
} as const;
export type DecisionName = keyof typeof doneWords;
export type DoneWord = (typeof doneWords)[DecisionName];

/** Reads a form field; empty where it is missing. */
export type ReadField = (name: string) => string;

/**
 * Stores a decision on the version that the user saw.
 * @param stored the finding as it is now
 * @throws ConsentinelError `decision-conflict` where the finding has changed since, `decision-refused`
 */
export function decide(
  context: WebContext,
  name: DecisionName,
  stored: Stored<Finding>,
  { author, approver }: Pick<Visitor, 'author' | 'approver'>,
  field: ReadField,
): Promise<Finding> {
  const { tenantId, id: findingId } = stored.value;
  const decision = { tenantId, findingId, author, etag: field('etag'), remediationId: field('remediation') };
  const comment = field('comment').trim().slice(0, 500);
  const planDecision = { ...decision, ...(comment && { comment }) };
  switch (name) {
    case 'suppress':
      return suppress(context, { ...decision, reason: field('reason'), until: field('until').slice(0, 40) });
    case 'unsuppress':
      return unsuppress(context, { ...decision, reason: field('reason') });
    case 'comment':
      return commentOn(context, { ...decision, comment: field('comment') });
    case 'assign':
      return assign(context, { ...decision, assignee: field('assignee') });
    case 'undo':
      return proposeUndo(context, decision);
    case 'reject':
      return reject(context, planDecision);
    case 'approve':
      return approve(context, {
        ...planDecision,
        approver,
        acknowledgeWarnings: true,
        endSuppression: field(endSuppressionField) === 'yes',
      });
  }
}

/** Whether the user acknowledged every warning of the plan. `approve` compares the id of the plan. */
export function acknowledgedAll({ value }: Stored<Finding>, acknowledged: readonly string[]): boolean {
  const warnings = value.remediation?.plan.warnings ?? [];
  return warnings.every((_, i) => acknowledged.includes(String(i)));
}
