import { suppress as suppressFinding } from '../../jobs/finding/suppress-finding.js';
import { approve as approvePlan, reject as rejectPlan } from '../../jobs/remediation/approve.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Runtime } from '../../runtime.js';
import { harmless } from '../harmless.js';
import { showPlan } from '../plan.js';
import { type Screen, writeLine } from '../screen.js';

type Deciding = Pick<Runtime, 'decisions' | 'tenantId' | 'author'>;

/** Approves the plan of a finding. */
export async function approve(
  runtime: Deciding,
  screen: Screen,
  id: string,
  options: { comment?: string; acknowledgeWarnings?: boolean },
): Promise<number> {
  const { comment, acknowledgeWarnings = false } = options;
  const subject = await subjectOf(runtime, id);
  const finding = await approvePlan(runtime.decisions(), {
    ...subject,
    acknowledgeWarnings,
    ...(comment && { comment }),
  });
  showPlan(screen, finding);
  writeLine(screen.out, `Approved by ${harmless(subject.author)} until ${finding.remediation?.decision?.expiresAt}.`);
  writeLine(screen.out, 'The queue carries it out where a remediator is deployed; here `consentinel remediate` does.');
  return 0;
}

/** Rejects the plan of a finding. */
export async function reject(
  runtime: Deciding,
  screen: Screen,
  id: string,
  options: { comment?: string },
): Promise<number> {
  const subject = await subjectOf(runtime, id);
  await rejectPlan(runtime.decisions(), { ...subject, ...(options.comment && { comment: options.comment }) });
  writeLine(screen.out, `Rejected by ${harmless(subject.author)}.`);
  return 0;
}

/** Lets a finding stand until a date. */
export async function suppress(
  runtime: Deciding,
  screen: Screen,
  id: string,
  options: { reason: string; until: string },
): Promise<number> {
  const finding: Finding = await suppressFinding(runtime.decisions(), {
    ...(await subjectOf(runtime, id)),
    ...options,
  });
  writeLine(
    screen.out,
    `Suppressed until ${finding.suppression?.until} by ${harmless(finding.suppression?.author ?? '')}.`,
  );
  return 0;
}

async function subjectOf(runtime: Deciding, id: string) {
  return { tenantId: await runtime.tenantId(), findingId: id.toLowerCase(), author: await runtime.author() };
}
