import { affectedFacts, affectedNote } from '../model/evidence/affected.js';
import { changeText } from '../model/evidence/change.js';
import { failingText } from '../model/evidence/failing.js';
import type { Finding } from '../model/finding/finding.js';
import { factWords } from '../model/finding/past-problem.js';
import { safeText } from '../model/text/safe-text.js';
import { paint, type Screen, writeLine } from './screen.js';

/** Shows who is affected by a change of the app, as the last scan read it. */
export function showAffected(screen: Screen, finding: Finding): void {
  const { failing, affected, change } = finding;
  const words = factWords(finding);
  const facts = [
    ...(failing ? [[words.failing, failingText(failing)] as const] : []),
    ...(change ? [['Changed', changeText(change)] as const] : []),
    ...(affected ? affectedFacts(affected) : []),
  ];
  if (facts.length === 0) return;
  writeLine(screen.out, paint(screen, 'bold', `  ${words.affected}`));
  for (const [label, text] of facts) writeLine(screen.out, `    ${label}: ${safeText(text)}`);
  if (affected) writeLine(screen.out, `    ${affectedNote}`);
}
