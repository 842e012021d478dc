import { proposeUndo } from '../../jobs/remediation/propose-undo.js';
import { decisionResult } from '../../model/finding/decision-result.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeJson, writeLine } from '../screen.js';
import { showPlan } from '../show-plan.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, storedFinding } from './approve.js';

/**
 * Proposes the plan that undoes the applied remediation of a finding, and shows its request. It needs an approval.
 * @throws ConsentinelError `decision-refused` with the reason why there is no undo, and the manual steps
 */
export async function undo(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { json }: { json?: boolean },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const { tenantId, id: findingId } = stored.value;
  const author = await runtime.author();
  const web = runtime.webDecisions();
  if (web) await decideOnWeb(web, 'undo', stored, {});
  else await proposeUndo(runtime.decisions(), { tenantId, findingId, etag: stored.etag, author });
  const { value: finding } = await storedFinding(runtime, findingId);
  const { planHash, plan } = finding.remediation ?? {};
  if (json) {
    const shown = { requests: plan?.requests, warnings: plan?.warnings, undoes: plan?.undoes?.remediationId };
    writeJson(screen.out, { id: findingId, ...decisionResult(finding, author), planHash, ...shown });
    return 0;
  }
  showPlan(screen, finding);
  const isProposed = finding.remediation?.status === 'proposed';
  writeLine(
    screen.out,
    isProposed
      ? `Proposed. Nothing was sent. Approve it: consentinel approve ${findingId} --acknowledge-warnings`
      : `An undo is already ${safeText(finding.remediation?.status ?? '')}.`,
  );
  return 0;
}
