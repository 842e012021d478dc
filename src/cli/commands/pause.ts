import { currentPause, pauseRemediation, resumeRemediation } from '../../jobs/remediation/pause.js';
import type { ApprovalAuthor } from '../../model/remediation/approval.js';
import { pauseSentence } from '../../model/remediation/pause.js';
import { readableTimes } from '../../model/text/readable-times.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { type Screen, writeLine } from '../screen.js';

type PauseRuntime = Pick<Runtime, 'pause' | 'author'>;

/** Stops every write of the installation. */
export async function pause(runtime: PauseRuntime, screen: Screen, { reason }: { reason: string }): Promise<number> {
  const paused = await pauseRemediation(runtime.pause(), { author: await authorOf(runtime), reason });
  writeLine(
    screen.out,
    `${safeText(readableTimes(pauseSentence(paused)))} Consentinel executes no plan until \`consentinel remediation resume\`.`,
  );
  return 0;
}

/** Allows writes again. */
export async function resume(runtime: PauseRuntime, screen: Screen, { reason }: { reason: string }): Promise<number> {
  const { author } = await resumeRemediation(runtime.pause(), { author: await authorOf(runtime), reason });
  const paused = await currentPause(runtime.pause());
  if (paused) {
    writeLine(screen.out, safeText(readableTimes(pauseSentence(paused))));
    return 1;
  }
  writeLine(screen.out, `${safeText(author.name)} resumed remediation. The queue executes approved plans again.`);
  return 0;
}

async function authorOf(runtime: PauseRuntime): Promise<ApprovalAuthor> {
  const author = await runtime.author();
  return { id: author, name: author, roles: [] };
}
