import { unsuppress as endSuppression } from '../../jobs/finding/unsuppress-finding.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeLine } from '../screen.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, decideHere, showDecision, storedFinding } from './approve.js';

/** Ends the suppression of a finding before its date. */
export async function unsuppress(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { reason, json }: { reason?: string; json?: boolean },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const request = { ...(reason !== undefined && { reason }) };
  const web = runtime.webDecisions();
  const result = web
    ? await decideOnWeb(web, 'unsuppress', stored, request)
    : await decideHere(runtime, stored, (decision) => endSuppression(runtime.decisions(), { ...decision, ...request }));
  if (json) return showDecision(screen, stored.value, result);
  writeLine(screen.out, `The suppression has ended. The finding ${safeText(stored.value.id)} is open.`);
  return 0;
}
