import { suppress as suppressFinding } from '../../jobs/finding/suppress-finding.js';
import { ConsentinelError } from '../../model/errors.js';
import { suppressionEnd, suppressionEndRemedy } from '../../model/finding/suppression-end.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import { type Screen, writeLine } from '../screen.js';
import { decideOnWeb } from '../web-decision.js';
import { type DecisionRuntime, decideHere, showDecision, storedFinding } from './approve.js';

/** Suppresses a finding until a date. @throws ConsentinelError `usage-invalid` for a date that no suppression can have */
export async function suppress(
  runtime: DecisionRuntime,
  screen: Screen,
  id: string,
  { reason, until, json }: { reason: string; until: string; json?: boolean },
): Promise<number> {
  checkUntil(until, runtime.records().clock.now());
  const stored = await storedFinding(runtime, id);
  const web = runtime.webDecisions();
  const result = web
    ? await decideOnWeb(web, 'suppress', stored, { reason, until })
    : await decideHere(runtime, stored, (decision) =>
        suppressFinding(runtime.decisions(), { ...decision, reason, until }),
      );
  if (json) return showDecision(screen, stored.value, result);
  const { author, suppressedUntil = '' } = result;
  writeLine(screen.out, `Suppressed until ${safeText(readableTimes(suppressedUntil))} by ${safeText(author)}.`);
  return 0;
}

function checkUntil(until: string, now: string): void {
  if (suppressionEnd(until, now) !== undefined) return;
  const shown = JSON.stringify(safeText(until.slice(0, 40)));
  throw new ConsentinelError('usage-invalid', `--until ${shown} is not a date within one year.`, suppressionEndRemedy);
}
