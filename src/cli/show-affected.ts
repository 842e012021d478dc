import { affectedFacts, affectedNote } from '../model/evidence/affected.js';
import { changeText } from '../model/evidence/change.js';
import { failingText } from '../model/evidence/failing.js';
import type { FindingEvidence } from '../model/finding/app-evidence.js';
import { safeText } from '../model/text/safe-text.js';
import { paint, type Screen, writeLine } from './screen.js';

/** Shows who is affected by a change of the app, as the last scan read it. */
export function showAffected(screen: Screen, { failing, affected, change }: FindingEvidence): void {
  const facts = [
    ...(failing ? [['Failing', failingText(failing)] as const] : []),
    ...(change ? [['Changed', changeText(change)] as const] : []),
    ...(affected ? affectedFacts(affected) : []),
  ];
  if (facts.length === 0) return;
  writeLine(screen.out, paint(screen, 'bold', '  Who is affected'));
  for (const [label, text] of facts) writeLine(screen.out, `    ${label}: ${safeText(text)}`);
  if (affected) writeLine(screen.out, `    ${affectedNote}`);
}
