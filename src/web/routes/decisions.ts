import { suppress } from '../../jobs/finding/suppress-finding.js';
import type { Stored } from '../../jobs/ports/index.js';
import { approve, reject } from '../../jobs/remediation/approve.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Visitor } from '../auth/authenticator.js';
import { endSuppressionField } from '../pages/field-names.js';
import type { WebContext } from './web-context.js';

/** The decisions that the page offers. */
export const decisions = ['approve', 'reject', 'suppress'] as const;
export type DecisionName = (typeof decisions)[number];

/** The value of the query parameter `done` after each decision. */
export const doneWords = { approve: 'approved', reject: 'rejected', suppress: 'suppressed' } as const;

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
  if (name === 'suppress')
    return suppress(context, { ...decision, reason: field('reason'), until: field('until').slice(0, 40) });
  return name === 'reject'
    ? reject(context, planDecision)
    : approve(context, {
        ...planDecision,
        approver,
        acknowledgeWarnings: true,
        endSuppression: field(endSuppressionField) === 'yes',
      });
}

/** Whether the user acknowledged every warning of the plan. `approve` compares the id of the plan. */
export function acknowledgedAll({ value }: Stored<Finding>, acknowledged: readonly string[]): boolean {
  const warnings = value.remediation?.plan.warnings ?? [];
  return warnings.every((_, i) => acknowledged.includes(String(i)));
}
