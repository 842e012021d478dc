import type { Finding } from '../../model/finding/finding.js';
import { planProblem, type Remediation } from '../../model/remediation/remediation.js';
import { withFullStop } from '../../model/text/format.js';
import { refused } from '../finding/decision.js';

/** The plan of a finding; of a resolved one, only an undo. @throws ConsentinelError `decision-refused` if it has none */
export function planIn(finding: Finding): Remediation {
  if (finding.status === 'resolved' && !finding.remediation?.plan.undoes)
    throw refused('The finding is resolved. No action is needed.');
  if (finding.remediation) return finding.remediation;
  const { manual } = finding;
  throw refused(
    manual ? `No automatic fix. ${manual.reason}` : 'No automatic fix.',
    manual ? `Fix it manually: ${manual.steps.join(' ')}` : 'Fix it manually. The page of the rule describes how.',
  );
}

/** The plan, if it is the one that was proposed. @throws ConsentinelError `decision-refused` if it was altered */
export function approvablePlan(finding: Finding): Remediation {
  const remediation = planIn(finding);
  const problem = planProblem(remediation);
  if (!problem) return remediation;
  throw refused(
    problem === 'altered'
      ? 'The stored plan does not match its hash: it was changed after the proposal.'
      : 'An earlier version made the plan. Its hash does not cover the requests.',
    finding.status === 'resolved'
      ? 'Undo the change manually: the history has the values before.'
      : 'The next scan makes a new plan. Decide on the new plan.',
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
      `${author} suppressed the finding until ${until}: ${withFullStop(reason)} An approval ends the suppression.`,
      'To end the suppression, approve with --end-suppression.',
    );
  }
  if (warnings.length > 0 && !acknowledgeWarnings) {
    throw refused(
      `The plan has warnings: ${warnings.join(' ')}`,
      'Read the warnings, then approve with --acknowledge-warnings.',
    );
  }
}

/** What a user acknowledges with an approval. */
export interface Acknowledgements {
  readonly acknowledgeWarnings: boolean;
  /** The user knows that the approval ends the suppression of the finding. */
  readonly endSuppression?: boolean;
}
