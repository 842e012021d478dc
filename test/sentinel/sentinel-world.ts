import { runSentinel } from '../../src/jobs/sentinel/run-sentinel.js';
import type { Scan } from '../../src/model/scan/scan.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { Laptop } from '../support/laptop.js';
import type { RuntimeParts } from '../support/runtime-parts.js';

export const payroll = anApp('Payroll Sync', {
  application: { keyCredentials: [aSymmetricSigningKey('payroll')] },
});
export const loanDesk = anApp('Loan Desk');
export const logPermission = 'AuditLog.Read.All';
export const keyActivity = 'Update application – Certificates and secrets management ';

/** Runs the sentinel. @param minutes how much later than now */
export function runAt(
  { runtime }: Laptop,
  minutes = 0,
  request: Partial<Parameters<typeof runSentinel>[1]> = {},
): Promise<Scan> {
  return runSentinel(later(runtime, minutes), { requestedBy: 'test', ...request });
}

/** The runtime at a later time. */
export function later(runtime: RuntimeParts, minutes: number): RuntimeParts {
  const { clock } = runtime;
  const now = () => new Date(Date.parse(clock.now()) + minutes * 60_000).toISOString();
  return { ...runtime, clock: { ...clock, now } };
}

/** Adds a symmetric signing key to the application of an app. */
export function addKey({ simulator }: Laptop, app = loanDesk, name = 'loan'): void {
  simulator.directory.addKey('applications', app.application?.id ?? '', aSymmetricSigningKey(name));
}

/** Adds an entry about an application to the audit log. */
export function logChange(
  { simulator }: Laptop,
  app = loanDesk,
  { minutes = 0, activity = keyActivity, type = 'Application' } = {},
): void {
  const id = type === 'Application' ? app.application?.id : app.servicePrincipal?.id;
  simulator.logAudit({
    activityDateTime: new Date(Date.now() + minutes * 60_000).toISOString(),
    activityDisplayName: activity,
    targetResources: [{ id: id ?? '', type, displayName: app.application?.displayName ?? '' }],
  });
}

/** The requests to Graph since a position, without those for tokens. */
export function requestsSince({ simulator }: Laptop, start: number): string[] {
  return simulator.requests
    .slice(start)
    .filter(({ path, inBatch }) => !inBatch && !path.includes('token'))
    .map(({ path, query }) => decodeURIComponent(query ? `${path}?${query}` : path));
}
