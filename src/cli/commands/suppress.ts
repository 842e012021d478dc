import { suppress as suppressFinding } from '../../jobs/finding/suppress-finding.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { type Screen, writeLine } from '../screen.js';
import { decisionOf } from './approve.js';

/** Suppresses a finding until a date. */
export async function suppress(
  runtime: Pick<Runtime, 'decisions' | 'tenantId' | 'author'>,
  screen: Screen,
  id: string,
  options: { reason: string; until: string },
): Promise<number> {
  const finding = await suppressFinding(runtime.decisions(), { ...(await decisionOf(runtime, id)), ...options });
  writeLine(
    screen.out,
    `Suppressed until ${finding.suppression?.until} by ${safeText(finding.suppression?.author ?? '')}.`,
  );
  return 0;
}
