import { suppress as suppressFinding } from '../../jobs/finding/suppress-finding.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeLine } from '../screen.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, decideHere, storedFinding } from './approve.js';

/** Suppresses a finding until a date. */
export async function suppress(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { reason, until }: { reason: string; until: string },
): Promise<number> {
  const stored = await storedFinding(runtime, id);
  const web = runtime.webDecisions();
  const { author, suppressedUntil = '' } = web
    ? await decideOnWeb(web, 'suppress', stored, { reason, until })
    : await decideHere(runtime, stored, (decision) =>
        suppressFinding(runtime.decisions(), { ...decision, reason, until }),
      );
  writeLine(screen.out, `Suppressed until ${safeText(suppressedUntil)} by ${safeText(author)}.`);
  return 0;
}
