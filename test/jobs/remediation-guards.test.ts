import { afterEach, describe, expect, it } from '@jest/globals';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import type { RemediationContext } from '../../src/jobs/remediation/remediation-context.js';
import { measuredFindings } from '../../src/jobs/telemetry/observed-findings.js';
import { silentTelemetry } from '../../src/jobs/telemetry/telemetry.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { aKey, anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const signingKey = aSymmetricSigningKey('payroll');
const payroll = anApp('Payroll Sync', { application: { keyCredentials: [signingKey, aKey('client')] } });
const id = payroll.application?.id ?? '';

/** Starts a laptop with one approved finding. */
async function approved(): Promise<Finding> {
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll]) });
  await laptop.scan();
  const [finding] = await laptop.stored();
  if (!finding) throw new Error('There is no finding.');
  const { tenantId, id: findingId } = finding;
  return approve(laptop.runtime, { tenantId, findingId, author: 'ada@example.com', acknowledgeWarnings: true });
}

const execute = async (finding: Finding, changes: Partial<RemediationContext> = {}) => {
  if (!finding.remediation) throw new Error('There is no plan.');
  const context = { ...(await laptop.runtime.remediation()), ...changes };
  return executeRemediation(context, messageFor(finding, finding.remediation));
};
const patches = () => laptop.simulator.requests.filter(({ method }) => method === 'PATCH');
const keyIds = () => laptop.simulator.directory.find('applications', id)?.keyCredentials;
const types = async (finding: Finding) => (await laptop.runtime.findings.history(finding)).map(({ type }) => type);

describe('an administrator changes the object between the two reads before the PATCH', () => {
  /**
   * Findings whose store calls `change` once the claim is written: the first read is over, and the second comes next.
   */
  const changedAfterClaim = (change: () => void): RemediationContext['findings'] => {
    const store = measuredFindings(laptop.runtime.findings, silentTelemetry);
    return {
      ...store,
      commit: async (changes) => {
        const result = await store.commit(changes);
        if (changes.some(({ events }) => events.some(({ type }) => type === 'started'))) change();
        return result;
      },
    };
  };

  it('adds a certificate: nothing is sent, the certificate stays, and the new plan needs a decision', async () => {
    const finding = await approved();
    const findings = changedAfterClaim(() =>
      laptop.simulator.directory.addKey('applications', id, aKey('added by an administrator')),
    );
    expect(await execute(finding, { findings })).toMatchObject({ status: 'stale' });
    expect(patches()).toEqual([]);
    expect(keyIds()).toHaveLength(3);
    const [now] = await laptop.stored();
    expect(now).toMatchObject({ status: 'open', remediation: { status: 'stale' } });
    expect(now?.remediation?.id).not.toBe(finding.remediation?.id);
    expect(now?.remediation).not.toHaveProperty('attempt');
    expect(await types(finding)).toEqual(['appeared', 'proposed', 'approved', 'started', 'stale']);
  });

  it('removes the signing key: nothing is sent, and the plan is unneeded', async () => {
    const finding = await approved();
    const findings = changedAfterClaim(() =>
      laptop.simulator.directory.removeKey('applications', id, signingKey.keyId ?? ''),
    );
    expect(await execute(finding, { findings })).toMatchObject({ status: 'unneeded' });
    expect(patches()).toEqual([]);
    expect(await types(finding)).toEqual(['appeared', 'proposed', 'approved', 'started', 'unneeded', 'resolved']);
  });
});

it('refuses a stored plan that was changed after its approval', async () => {
  const finding = await approved();
  const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
  if (!stored?.value.remediation) throw new Error('There is no plan.');
  const { remediation } = stored.value;
  const tampered = { ...remediation, plan: { ...remediation.plan, warnings: [] } };
  const change = { finding: { ...stored.value, remediation: tampered }, etag: stored.etag, events: [] };
  expect(await laptop.runtime.findings.commit([change])).toMatchObject({ written: 1 });
  expect(await execute(finding)).toMatchObject({
    status: 'refused',
    note: 'The stored plan differs from the approved plan.',
  });
  expect(patches()).toEqual([]);
  expect(await types(finding)).toEqual(['appeared', 'proposed', 'approved', 'refused']);
});

describe('the verification of a change', () => {
  /** A directory whose reads after the PATCH come from replicas that have the change, or do not have it yet. */
  const withReplicas = async (replicas: readonly ('new' | 'old')[]) => {
    const { directory } = await laptop.runtime.remediation();
    const readAfterPatch: string[] = [];
    let old: Awaited<ReturnType<typeof directory.freshApps>>;
    const freshApps: typeof directory.freshApps = async (...args) => {
      const current = await directory.freshApps(...args);
      if (patches().length === 0) {
        old = current;
        return current;
      }
      const replica = replicas[readAfterPatch.length] ?? 'old';
      readAfterPatch.push(replica);
      return replica === 'new' ? current : old;
    };
    return { readAfterPatch, directory: { ...directory, freshApps } };
  };
  /** Six reads. */
  const patience = { agreeing: 2, firstMilliseconds: 1, longestMilliseconds: 1, totalMilliseconds: 6 };

  it('does not add up reads that agree but do not follow each other', async () => {
    const finding = await approved();
    const { directory, readAfterPatch } = await withReplicas(['new', 'old', 'new', 'old', 'new', 'old']);
    expect(await execute(finding, { directory, patience })).toMatchObject({
      status: 'failed',
      note: expect.stringContaining('the change is not visible'),
    });
    expect(readAfterPatch).toHaveLength(6);
  });

  it('ends with the first reads in a row that agree', async () => {
    const finding = await approved();
    const { directory, readAfterPatch } = await withReplicas(['old', 'new', 'old', 'new', 'new', 'new']);
    expect(await execute(finding, { directory, patience })).toMatchObject({ status: 'applied' });
    expect(readAfterPatch).toEqual(['old', 'new', 'old', 'new', 'new']);
  });
});

describe('a certificate that an administrator adds between the last read and the PATCH', () => {
  const added = aKey('added at the same time');

  /** Executes a plan; the first read of the verification comes from a replica that has the certificate. */
  const executeInTheRace = async (finding: Finding) => {
    const { directory, remediator } = await laptop.runtime.remediation();
    let replica: Awaited<ReturnType<typeof directory.freshApps>> | undefined;
    let asked: Parameters<typeof directory.freshApps> | undefined;
    const freshApps: typeof directory.freshApps = async (...args) => {
      asked = args;
      const old = replica;
      replica = undefined;
      return old ?? directory.freshApps(...args);
    };
    const send: NonNullable<typeof remediator>['send'] = async (...args) => {
      laptop.simulator.directory.addKey('applications', id, added);
      if (asked) replica = await directory.freshApps(...asked);
      return remediator?.send(...args);
    };
    const changes = { directory: { ...directory, freshApps }, remediator: { ...remediator, send } };
    return execute(finding, changes as Partial<RemediationContext>);
  };

  it('is lost, and the next scan reports it once, in the history and in its notes', async () => {
    const finding = await approved();
    expect(await executeInTheRace(finding)).toMatchObject({ status: 'applied' });
    expect(keyIds()).toHaveLength(1);
    const { notes, status } = await laptop.scan();
    expect(status).toBe('complete');
    expect(notes).toEqual([expect.stringContaining(added.keyId ?? '')]);
    expect((await laptop.runtime.findings.history(finding)).at(-1)).toMatchObject({
      type: 'keys-missing',
      detail: { missing: [added.keyId] },
    });
    expect(await laptop.scan()).toMatchObject({ notes: [], writes: 0 });
  });

  it('is not reported if it is still there, and neither is a key that a plan removed', async () => {
    const finding = await approved();
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(await laptop.scan()).toMatchObject({ notes: [], writes: 0 });
    expect(await types(finding)).not.toContain('keys-missing');
  });
});
