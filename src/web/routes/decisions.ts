import { suppress } from '../../jobs/finding/suppress-finding.js';
import type { Stored } from '../../jobs/ports/index.js';
import { approve, reject } from '../../jobs/remediation/approve.js';
import type { Finding } from '../../model/finding/finding.js';
import type { WebContext } from './web-context.js';

/** What a person can decide on the page. */
export const decisions = ['approve', 'reject', 'suppress'] as const;
export type DecisionName = (typeof decisions)[number];

/** What was decided, as the next page says it. */
export const done = { approve: 'approved', reject: 'rejected', suppress: 'suppressed' } as const;

/** The word that a list of forms carries, one value of a field at a time. */
export type Field = (name: string) => string;

/**
 * Carries out what a person decided, on what they saw.
 * @param stored the finding as it is now
 * @param field reads the form
 * @throws ConsentinelError `decision-conflict` where it is no longer what they saw, `decision-refused`
 */
export function decide(
  context: WebContext,
  name: DecisionName,
  stored: Stored<Finding>,
  author: string,
  field: Field,
): Promise<Finding> {
  const { tenantId, id: findingId } = stored.value;
  const subject = { tenantId, findingId, author, etag: field('etag'), remediationId: field('remediation') };
  const comment = field('comment').trim().slice(0, 500);
  const said = { ...subject, ...(comment && { comment }) };
  if (name === 'suppress')
    return suppress(context, { ...subject, reason: field('reason'), until: field('until').slice(0, 40) });
  return name === 'reject' ? reject(context, said) : approve(context, { ...said, acknowledgeWarnings: true });
}

/** Whether every warning of the plan was ticked; which plan it is, is checked by its id when it is approved. */
export function acknowledgedAll({ value }: Stored<Finding>, ticked: readonly string[]): boolean {
  const warnings = value.remediation?.plan.warnings ?? [];
  return warnings.every((_, i) => ticked.includes(String(i)));
}
