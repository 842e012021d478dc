import { askLive } from '../../jobs/doctor/live.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { version } from '../../version.js';
import { type Screen, writeJson, writeLine } from '../screen.js';

/**
 * Asks a live tenant what the documentation of Microsoft Graph leaves open, and prints a report for an issue. It contains
 * no ids and no names.
 * @returns the exit code
 */
export async function doctorLive(
  runtime: Pick<Runtime, 'live'>,
  screen: Screen,
  options: { json?: boolean },
  signal: AbortSignal,
): Promise<number> {
  const answers = await askLive(runtime.live(), signal);
  if (options.json) {
    writeJson(screen.out, { version, answers });
    return 0;
  }
  writeLine(screen.out, `# Answers of a live tenant (Consentinel ${version})`);
  for (const { question, answer, details } of answers) {
    writeLine(screen.out, '');
    writeLine(screen.out, `- ${question} ${safeText(answer)}`);
    for (const detail of details) writeLine(screen.out, `  - ${safeText(detail)}`);
  }
  return 0;
}
