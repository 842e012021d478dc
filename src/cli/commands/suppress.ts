import { suppress as suppressFinding } from '../../jobs/finding/suppress-finding.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeLine } from '../screen.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, decideHere, showDecision, storedFinding } from './approve.js';

/** Suppresses a finding until a date. */
export async function suppress(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { reason, until, json }: { reason: string; until: string; json?: boolean },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const web = runtime.webDecisions();
  const result = web
    ? await decideOnWeb(web, 'suppress', stored, { reason, until })
    : await decideHere(runtime, stored, (decision) =>
        suppressFinding(runtime.decisions(), { ...decision, reason, until }),
      );
  if (json) return showDecision(screen, stored.value, result);
  const { author, suppressedUntil = '' } = result;
  writeLine(screen.out, `Suppressed until ${safeText(suppressedUntil)} by ${safeText(author)}.`);
  return 0;
}
