import type { Finding } from '../../model/finding/finding.js';
import { planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { refused } from '../finding/decision.js';

/** The plan of a finding. @throws ConsentinelError `decision-refused` if it has none */
export function planIn(finding: Finding): Remediation {
  if (finding.status === 'resolved') throw refused('The finding is resolved: there is nothing left to do.');
  if (finding.remediation) return finding.remediation;
  const { manual } = finding;
  throw refused(
    manual ? `There is no plan to decide on. ${manual.reason}` : 'There is no plan to decide on.',
    manual ? `By hand: ${manual.steps.join(' ')}` : 'The rule offers none; its page says how to fix it.',
  );
}

/** The plan, if it is the one that was proposed. @throws ConsentinelError `decision-refused` if it was altered */
export function approvablePlan(finding: Finding): Remediation {
  const remediation = planIn(finding);
  const problem = planProblem(remediation);
  if (!problem) return remediation;
  throw refused(
    problem === 'altered'
      ? 'The stored plan was changed after it was proposed: it does not match its hash.'
      : 'The plan was made by an earlier version, whose hash does not cover the requests.',
    'The next scan makes a new plan. Decide on that one.',
  );
}

/**
 * Refuses an approval by a user who has not acknowledged what it does.
 * @throws ConsentinelError `decision-refused` with the warnings, or with the suppression that the approval ends
 */
export function refuseUnread(
  { status, suppression }: Finding,
  { plan: { warnings } }: Remediation,
  { acknowledgeWarnings, endSuppression }: Acknowledgements,
): void {
  if (status === 'suppressed' && suppression && !endSuppression) {
    const { author, reason, until } = suppression;
    throw refused(
      `The finding is suppressed by ${author} until ${until}: ${reason} Approving the plan ends the suppression.`,
      'To end it, approve with --end-suppression.',
    );
  }
  if (warnings.length > 0 && !acknowledgeWarnings) {
    throw refused(
      `The plan has warnings: ${warnings.join(' ')}`,
      'Read them, and approve with --acknowledge-warnings.',
    );
  }
}

/** What a user acknowledges with an approval. */
export interface Acknowledgements {
  readonly acknowledgeWarnings: boolean;
  /** The user knows that the approval ends the suppression of the finding. */
  readonly endSuppression?: boolean;
}
