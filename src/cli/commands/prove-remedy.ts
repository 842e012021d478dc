import { announcement, proveRemedy } from '../../jobs/remediation/prove-remedy.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/** The flag without which nothing is created. */
export const proofFlag = '--yes-create-and-delete-an-application';

/**
 * Says what a proof does, and with the flag runs it.
 * @param open opens the runtime; it is not called without the flag
 * @returns 0 if the remedy works, 1 if a step failed, 2 without the flag
 */
export async function proveRemedyCommand(
  open: () => Promise<Runtime>,
  screen: Screen,
  { yesCreateAndDeleteAnApplication: confirmed }: { yesCreateAndDeleteAnApplication?: boolean },
  signal: AbortSignal,
): Promise<number> {
  writeLine(screen.out, confirmed ? 'This command does the following now:' : 'This command would do the following:');
  for (const [at, step] of announcement.entries()) writeLine(screen.out, `  ${at + 1}. ${step}`);
  if (!confirmed) {
    writeLine(screen.out, `Nothing was done. To run it in this tenant: consentinel prove-remedy ${proofFlag}`);
    return 2;
  }
  const runtime = await open();
  try {
    const proved = await proveRemedy(
      await runtime.proof(),
      ({ outcome, text }) => {
        const mark = outcome === 'ok' ? paint(screen, 'green', '✓') : paint(screen, 'red', '✗');
        writeLine(screen.out, `${mark} ${safeText(text)}`);
      },
      signal,
    );
    writeLine(screen.out, proved ? 'The remedy works in this tenant.' : 'The remedy was not proved in this tenant.');
    return proved ? 0 : 1;
  } finally {
    await runtime.close();
  }
}
