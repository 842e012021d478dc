import { unsuppress as endSuppression } from '../../jobs/finding/unsuppress-finding.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeLine } from '../screen.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, decideHere, storedFinding } from './approve.js';

/** Ends the suppression of a finding before its date. */
export async function unsuppress(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { reason }: { reason?: string },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const request = { ...(reason !== undefined && { reason }) };
  const web = runtime.webDecisions();
  if (web) await decideOnWeb(web, 'unsuppress', stored, request);
  else
    await decideHere(runtime, stored, (decision) => endSuppression(runtime.decisions(), { ...decision, ...request }));
  writeLine(screen.out, `The suppression has ended. The finding ${safeText(stored.value.id)} is open.`);
  return 0;
}
