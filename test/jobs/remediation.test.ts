import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { suppress } from '../../src/jobs/finding/suppress-finding.js';
import { approve, reject } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { failPoisoned } from '../../src/jobs/remediation/fail-poisoned.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { executeWithinLimits, runRemediations } from '../../src/jobs/remediation/queue.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { aKey, anApp, aSamlSigningCertificate, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { Fault } from '../../src/simulator/faults/fault.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { appliedEvents } from '../support/applied-events.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const keys = [
  aKey('client', { startDateTime: '2024-03-01T00:00:00.1234567Z', customKeyIdentifier: 'VGVzdA==' }),
  aSymmetricSigningKey('payroll'),
  aSymmetricSigningKey('rights', { usage: 'Verify' }),
  aKey('encryption', { usage: 'Encrypt' }),
];
const payroll = anApp('Payroll Sync', { application: { keyCredentials: keys } });
const id = payroll.application?.id ?? '';
const signKey = aSymmetricSigningKey('payroll').keyId ?? '';

/** A laptop that has scanned a tenant with one symmetric signing key. */
async function scanned(
  options: Partial<SimulatorOptions> = {},
  settings: Record<string, string> = {},
): Promise<Finding> {
  laptop = await aLaptop({ tenant: simulatedTenantOf([payroll, anApp('Loan Desk')]), ...options }, settings);
  await laptop.scan();
  return theFinding();
}

const theFinding = async (): Promise<Finding> => {
  const finding = (await laptop.stored()).find(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
  if (!finding) throw new Error('There is no finding.');
  return finding;
};

const approved = async (finding: Finding): Promise<Finding> =>
  approve(laptop.runtime, {
    tenantId: finding.tenantId,
    findingId: finding.id,
    author: 'ada@example.com',
    acknowledgeWarnings: true,
  });

const message = (finding: Finding) => (finding.remediation ? messageFor(finding, finding.remediation) : {});
const execute = async (finding: Finding) => executeRemediation(await laptop.runtime.remediation(), message(finding));
const writes = () =>
  laptop.simulator.requests.filter(({ method, path }) => method !== 'GET' && !path.includes('$batch'));
const raw = () =>
  JSON.parse(JSON.stringify(laptop.simulator.directory.find('applications', id)?.keyCredentials)) as {
    keyId: string;
  }[];
const types = async (finding: Finding) => (await laptop.runtime.findings.history(finding)).map(({ type }) => type);

describe('a plan', () => {
  it('is proposed with the finding: the exact request, without key material', async () => {
    const { remediation } = await scanned();
    expect(remediation).toMatchObject({ status: 'proposed', plan: { irreversible: true } });
    const [request] = remediation?.plan.requests ?? [];
    expect(request).toMatchObject({ method: 'PATCH', path: `/applications/${id}` });
    const kept = (request?.body.keyCredentials ?? []) as { keyId: string }[];
    expect(kept.map(({ keyId }) => keyId)).toEqual(
      keys.filter(({ keyId }) => keyId !== signKey).map(({ keyId }) => keyId),
    );
    expect(JSON.stringify(remediation)).not.toMatch(/"key":/);
  });

  it('does not change in a scan that finds no change', async () => {
    const before = await scanned();
    expect(await laptop.scan()).toMatchObject({ writes: 0 });
    expect(await theFinding()).toEqual(before);
  });
});

describe('an approved plan', () => {
  it('removes the key and nothing else: every other entry is the same byte for byte', async () => {
    const finding = await scanned();
    const before = raw();
    const outcome = await execute(await approved(finding));
    expect(outcome.status).toBe('applied');
    expect(raw()).toEqual(before.filter(({ keyId }) => keyId !== signKey));
    expect(await theFinding()).toMatchObject({ status: 'resolved', remediation: { status: 'applied' } });
    expect(await types(finding)).toEqual([...appliedEvents]);
    expect(writes()).toHaveLength(1);
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0, findings: { new: 0, open: 0 } });
  });

  it('is sent once, however often its message is delivered', async () => {
    const finding = await approved(await scanned());
    for (let delivery = 1; delivery <= 5; delivery += 1) await execute(finding);
    expect(writes()).toHaveLength(1);
    expect(await types(finding)).toEqual([...appliedEvents]);
  });

  it('is sent once by two workers that receive it at the same time', async () => {
    const finding = await approved(await scanned());
    const context = await laptop.runtime.remediation();
    const workers = ['one', 'two'].map((owner) => executeRemediation({ ...context, owner }, message(finding)));
    const ended = await Promise.allSettled(workers);
    expect(ended.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    expect(writes()).toHaveLength(1);
    expect((await theFinding()).status).toBe('resolved');
  });

  it('is sent once if one worker receives the message several times at the same time, with a clock that does not advance', async () => {
    // Replicas lag: the second read cannot prevent a second request if the deliveries share one claim.
    const finding = await approved(await scanned({ replicationLag: 150 }));
    const context = await laptop.runtime.remediation();
    const now = context.clock.now();
    const stopped = { ...context, clock: { ...context.clock, now: () => now } };
    await Promise.allSettled([1, 2, 3].map(() => executeRemediation(stopped, message(finding))));
    expect(writes()).toHaveLength(1);
  });

  it('is verified by reading if the worker that sent it has stopped', async () => {
    const finding = await approved(await scanned());
    const context = await laptop.runtime.remediation();
    const stop = new AbortController();
    laptop.simulator.order({ kind: 'hang', times: 1, match: { method: 'PATCH' } });
    const gone = executeRemediation({ ...context, owner: 'gone' }, message(finding), stop.signal).catch(() => 'gone');
    while (writes().length === 0 && (await theFinding()).remediation?.attempt === undefined)
      await context.clock.wait(10);
    await expect(executeRemediation({ ...context, owner: 'next' }, message(finding))).rejects.toMatchObject({
      code: 'remediation-pending',
    });
    const later = { ...context.clock, now: () => new Date(Date.now() + 3_600_000).toISOString() };
    expect((await executeRemediation({ ...context, owner: 'next', clock: later }, message(finding))).status).toBe(
      'failed',
    );
    stop.abort();
    await gone;
    expect((await theFinding()).remediation?.outcome).toContain('The worker stopped after it sent the request');
  });

  it('is stale if the object has changed since the approval, and the new plan needs a decision', async () => {
    const finding = await approved(await scanned());
    laptop.simulator.directory.addKey('applications', id, aKey('rotated'));
    const before = raw();
    expect((await execute(finding)).status).toBe('stale');
    expect(raw()).toEqual(before);
    expect(writes()).toHaveLength(0);
    const now = await theFinding();
    expect(now).toMatchObject({ status: 'open', remediation: { status: 'stale' } });
    expect(now.remediation?.id).not.toBe(finding.remediation?.id);
    expect((await execute(await approved(now))).status).toBe('applied');
    expect(raw().map(({ keyId }) => keyId)).toContain(aKey('rotated').keyId);
  });

  it('is unneeded if the key is gone already', async () => {
    const finding = await approved(await scanned());
    laptop.simulator.directory.removeKey('applications', id, signKey);
    expect((await execute(finding)).status).toBe('unneeded');
    expect(writes()).toHaveLength(0);
    expect(await theFinding()).toMatchObject({ status: 'resolved', remediation: { status: 'unneeded' } });
  });

  it('is unneeded if the object is gone', async () => {
    const finding = await approved(await scanned());
    laptop.simulator.directory.delete('applications', id);
    expect((await execute(finding)).status).toBe('unneeded');
  });

  it.each<[string, Fault]>([
    ['a 503 after the write took effect', { kind: 'after-write-status', status: 503, times: 1 }],
    ['an answer dropped after the write took effect', { kind: 'after-write-drop', times: 1 }],
  ])('is verified by reading after %s', async (_name, fault) => {
    const finding = await approved(await scanned());
    laptop.simulator.order({ ...fault, match: { method: 'PATCH' } });
    expect((await execute(finding)).status).toBe('applied');
    expect(writes()).toHaveLength(1);
  });

  it('fails, and is not sent again without an approval, if every answer is lost and the change is not visible', async () => {
    const finding = await approved(await scanned());
    const before = raw();
    laptop.simulator.order({ kind: 'drop', when: 'before', times: 3, match: { method: 'PATCH' } });
    expect((await execute(finding)).status).toBe('failed');
    expect(writes()).toHaveLength(3);
    expect(raw()).toEqual(before);
    expect((await execute(finding)).status).toBe('refused');
    expect((await theFinding()).remediation).toMatchObject({
      status: 'failed',
      outcome: expect.stringContaining('approve again'),
    });
    expect((await execute(await approved(await theFinding()))).status).toBe('applied');
  });

  it.each<[string, Partial<SimulatorOptions>, () => void, string]>([
    ['Graph refuses entries with a null key', { nullKeyEchoRefused: true }, () => {}, ''],
    [
      'the remediator does not have its permission',
      {},
      () => laptop.simulator.roles.revoke('Application.ReadWrite.All', 'remediator'),
      'Application.ReadWrite.All',
    ],
  ])('fails with the next step: %s', async (_name, options, disturb, word) => {
    const finding = await approved(await scanned(options));
    const before = raw();
    disturb();
    expect((await execute(finding)).status).toBe('failed');
    expect(raw()).toEqual(before);
    const now = await theFinding();
    expect(now).toMatchObject({ status: 'open', remediation: { status: 'failed' } });
    expect(now.remediation?.outcome).toContain(word);
  });

  it('is verified in spite of replicas that lag', async () => {
    const finding = await approved(await scanned({ replicationLag: 120 }));
    expect((await execute(finding)).status).toBe('applied');
    expect(writes()).toHaveLength(1);
  });

  it('is executed in either order for two keys of one object', async () => {
    const two = anApp('Twins', {
      application: { keyCredentials: [aSymmetricSigningKey('left'), aSymmetricSigningKey('right'), aKey('stays')] },
    });
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      laptop = await aLaptop({ tenant: simulatedTenantOf([two]) });
      await laptop.scan();
      const findings = await laptop.stored();
      const agreed = [];
      for (const finding of findings) agreed.push(await approved(finding));
      for (const at of order) expect((await execute(agreed[at] as Finding)).status).toBe('applied');
      const left = laptop.simulator.directory.find('applications', two.application?.id ?? '')?.keyCredentials;
      expect((left as unknown as { keyId: string }[]).map(({ keyId }) => keyId)).toEqual([aKey('stays').keyId]);
      if (order[0] === 0) await laptop.close();
    }
  });
});

describe('nothing is sent', () => {
  it.each<[string, (finding: Finding) => unknown]>([
    ['for another plan', (finding) => ({ ...message(finding), remediationId: '0123456789abcdef' })],
    ['for another tenant', (finding) => ({ ...message(finding), tenantId: '11111111-2222-4333-8444-555555555555' })],
    ['for no finding', (finding) => ({ ...message(finding), findingId: '0123456789abcdef' })],
  ])('for a forged message %s', async (_name, forge) => {
    const finding = await approved(await scanned());
    const outcome = await executeRemediation(await laptop.runtime.remediation(), forge(finding));
    expect(outcome.status).toBe('refused');
    expect(writes()).toHaveLength(0);
  });

  it('for a plan that is not approved; the refusal is recorded', async () => {
    const finding = await scanned();
    expect((await execute(finding)).status).toBe('refused');
    expect(writes()).toHaveLength(0);
    expect(await types(finding)).toEqual(['appeared', 'proposed', 'refused']);
  });

  it('for a plan that was rejected', async () => {
    const finding = await approved(await scanned());
    await reject(laptop.runtime, {
      tenantId: finding.tenantId,
      findingId: finding.id,
      author: 'grace@example.com',
      comment: 'Not before May.',
    });
    expect((await execute(finding)).status).toBe('refused');
    expect(writes()).toHaveLength(0);
  });

  it('for an approval that has expired', async () => {
    const finding = await approved(await scanned());
    const context = await laptop.runtime.remediation();
    const later = { ...context.clock, now: () => '2036-01-01T00:00:00.000Z' };
    expect((await executeRemediation({ ...context, clock: later }, message(finding))).status).toBe('stale');
    expect(writes()).toHaveLength(0);
    expect(await types(finding)).toEqual(['appeared', 'proposed', 'approved', 'approval-expired']);
  });

  it('without a remediator', async () => {
    const finding = await approved(await scanned({}, { REMEDIATOR_CLIENT_ID: '' }));
    await expect(execute(finding)).rejects.toMatchObject({ code: 'remediation-disabled' });
    await expect(executeRemediation(await laptop.runtime.remediation(), { no: 'message' })).rejects.toMatchObject({
      code: 'usage-invalid',
    });
    expect(writes()).toHaveLength(0);
  });

  it('for a message that does not match the schema', async () => {
    await scanned();
    for (const garbage of [undefined, 'text', 7, {}, { tenantId: 't', findingId: '../..', remediationId: 'x' }]) {
      await expect(executeRemediation(await laptop.runtime.remediation(), garbage)).rejects.toMatchObject({
        code: 'usage-invalid',
      });
    }
  });
});

describe('the fix is manual', () => {
  it.each<[string, ReturnType<typeof anApp>, Partial<SimulatorOptions>, RegExp]>([
    [
      'if the object also signs with a certificate',
      anApp('Saml', {
        servicePrincipal: {
          ...aSamlSigningCertificate('saml'),
          keyCredentials: [...aSamlSigningCertificate('saml').keyCredentials, aSymmetricSigningKey('saml symmetric')],
        },
      }),
      {},
      /signs with a certificate/,
    ],
    [
      'if another entry is of an unknown type',
      anApp('Odd', {
        application: { keyCredentials: [aSymmetricSigningKey('odd symmetric'), aKey('odd', { type: 'Quantum' })] },
      }),
      {},
      /unknown|reject the type or usage/,
    ],
    [
      'if the app instance is locked',
      anApp('Locked', {
        application: { servicePrincipalLockConfiguration: { isEnabled: true, allProperties: true } },
        servicePrincipal: { keyCredentials: [aSymmetricSigningKey('locked')] },
      }),
      {},
      /locked/,
    ],
    [
      'if a claims-mapping policy is assigned',
      anApp('Claims', {
        servicePrincipal: {
          keyCredentials: [aSymmetricSigningKey('claims')],
          claimsMappingPolicies: [{ id: 'p' }],
        } as never,
      }),
      {},
      /50146/,
    ],
  ])('%s', async (_name, app, options, reason) => {
    laptop = await aLaptop({ tenant: simulatedTenantOf([app]), ...options });
    await laptop.scan();
    const finding = await theFinding();
    expect(finding.remediation).toBeUndefined();
    expect(finding.manual?.reason).toMatch(reason);
    expect(finding.manual?.steps.length).toBeGreaterThan(0);
    await expect(approved(finding)).rejects.toMatchObject({ code: 'decision-refused' });
  });
});

// Source: Microsoft Learn, "Managed identities", "First-party Microsoft applications": the tenant cannot change them.
it.each([
  [
    'a managed identity',
    { servicePrincipalType: 'ManagedIdentity', keyCredentials: [aSymmetricSigningKey('identity')] },
  ],
  [
    'an app of Microsoft',
    {
      appOwnerOrganizationId: 'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
      keyCredentials: [aSymmetricSigningKey('first')],
    },
  ],
])('%s with a symmetric signing key has no finding', async (name, servicePrincipal) => {
  laptop = await aLaptop({ tenant: simulatedTenantOf([anApp(name, { application: null, servicePrincipal })]) });
  expect(await laptop.scan()).toMatchObject({ status: 'complete', counts: { servicePrincipals: 2 } });
  expect((await laptop.stored()).filter(({ on }) => on !== 'tenant')).toEqual([]);
});

it('a plan is proposed by the next scan if a fact could not be read', async () => {
  const tenant = simulatedTenantOf([
    anApp('Payroll Sync', { servicePrincipal: { keyCredentials: [aSymmetricSigningKey('payroll')] } }),
  ]);
  laptop = await aLaptop({ tenant });
  laptop.simulator.order({ kind: 'status', status: 403, match: { path: /claimsMappingPolicies/ }, times: Infinity });
  await laptop.scan();
  expect(await theFinding()).toMatchObject({ manual: { undetermined: true } });
  expect(await laptop.scan()).toMatchObject({ writes: 0 });
  laptop.simulator.clearFaults();
  await laptop.scan();
  const finding = await theFinding();
  expect(finding.remediation?.status).toBe('proposed');
  expect(finding.manual).toBeUndefined();
  expect(await types(finding)).toEqual(['appeared', 'proposed']);
});

describe('other remedies', () => {
  it('creates the missing service principal', async () => {
    const orphan = anApp('Warehouse API', { servicePrincipal: null });
    laptop = await aLaptop({ tenant: simulatedTenantOf([orphan]) });
    await laptop.scan();
    const before = laptop.simulator.counts().servicePrincipals;
    const [finding] = await laptop.stored();
    expect(finding?.remediation?.plan).toMatchObject({
      irreversible: false,
      requests: [{ method: 'POST', path: '/servicePrincipals', body: { appId: orphan.appId } }],
    });
    expect((await execute(await approved(finding as Finding))).status).toBe('applied');
    expect(laptop.simulator.counts().servicePrincipals).toBe(before + 1);
    expect(await laptop.scan()).toMatchObject({ findings: { new: 0, open: 0 } });
  });
});

describe('decisions', () => {
  const subject = (finding: Finding) => ({
    tenantId: finding.tenantId,
    findingId: finding.id,
    author: 'ada@example.com',
  });

  it('need acknowledged warnings', async () => {
    const finding = await scanned();
    await expect(approve(laptop.runtime, { ...subject(finding), acknowledgeWarnings: false })).rejects.toMatchObject({
      code: 'decision-refused',
    });
  });

  it('apply only to the version and the plan that the user saw', async () => {
    const finding = await scanned();
    const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
    await reject(laptop.runtime, { ...subject(finding), author: 'grace@example.com' });
    await expect(
      approve(laptop.runtime, { ...subject(finding), etag: stored?.etag ?? '', acknowledgeWarnings: true }),
    ).rejects.toMatchObject({ code: 'decision-conflict', message: expect.stringContaining('grace@example.com') });
    await expect(
      approve(laptop.runtime, { ...subject(finding), remediationId: '0123456789abcdef', acknowledgeWarnings: true }),
    ).rejects.toMatchObject({ code: 'decision-conflict' });
  });

  it('succeed for exactly one of two users at the same time', async () => {
    const finding = await scanned();
    const etag = (await laptop.runtime.findings.finding(finding.tenantId, finding.id))?.etag ?? '';
    const both = await Promise.allSettled([
      approve(laptop.runtime, { ...subject(finding), etag, acknowledgeWarnings: true }),
      reject(laptop.runtime, { ...subject(finding), etag }),
    ]);
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('suppress until a date, or until the evidence changes', async () => {
    const finding = await scanned();
    await suppress(laptop.runtime, { ...subject(finding), reason: 'Retired in May.', until: '2027-05-31' });
    expect(await laptop.scan()).toMatchObject({ writes: 0, findings: { suppressed: 1, open: 0 } });
    laptop.simulator.directory.removeKey('applications', id, signKey);
    laptop.simulator.directory.addKey('applications', id, {
      ...aSymmetricSigningKey('payroll'),
      endDateTime: '2020-01-01T00:00:00Z',
    });
    await laptop.scan();
    expect(await theFinding()).toMatchObject({ status: 'open', severity: 'medium' });
    expect(await types(finding)).toContain('suppression-ended');
  });

  it.each([
    ['no reason', 'x', '2027-05-31'],
    ['a past date', 'Retired in May.', '2020-01-01'],
    ['no date', 'Retired in May.', 'soon'],
    ['a date too far', 'Retired in May.', '2031-01-01'],
  ])('do not suppress with %s', async (_name, reason, until) => {
    const finding = await scanned();
    await expect(suppress(laptop.runtime, { ...subject(finding), reason, until })).rejects.toMatchObject({
      code: 'decision-refused',
    });
  });
});

describe('a run', () => {
  const apps = Array.from({ length: 4 }, (_, at) =>
    anApp(`App ${at}`, { application: { keyCredentials: [aSymmetricSigningKey(`app ${at}`)] } }),
  );
  const allApproved = async () => {
    laptop = await aLaptop({ tenant: simulatedTenantOf(apps) });
    await laptop.scan();
    for (const finding of await laptop.stored()) await approved(finding);
    return laptop.runtime.remediation();
  };

  it('stops at its limit', async () => {
    const { outcomes, left } = await runRemediations(await allApproved(), { maxPerRun: 3 });
    expect(outcomes.map(({ status }) => status)).toEqual(['applied', 'applied', 'applied']);
    expect(left).toBe(1);
    expect(writes()).toHaveLength(3);
  });

  it('stops at the first failure', async () => {
    const context = await allApproved();
    laptop.simulator.roles.revoke('Application.ReadWrite.All', 'remediator');
    const { outcomes, left } = await runRemediations(context, { maxPerRun: 20 });
    expect(outcomes.map(({ status }) => status)).toEqual(['failed']);
    expect(left).toBe(3);
  });

  it('of the queue postpones the messages after a failure', async () => {
    const context = await allApproved();
    laptop.simulator.roles.revoke('Application.ReadWrite.All', 'remediator');
    const [first, second] = await laptop.stored();
    expect((await executeWithinLimits(context, { maxPerRun: 20 }, message(first as Finding))).status).toBe('failed');
    laptop.simulator.roles.grant('Application.ReadWrite.All', 'remediator');
    expect((await executeWithinLimits(context, { maxPerRun: 20 }, message(second as Finding))).status).toBe(
      'postponed',
    );
    expect(writes()).toHaveLength(1);
  });

  it('leaves an approval as it is, whatever a poison message says', async () => {
    const context = await allApproved();
    const [finding] = await laptop.stored();
    await failPoisoned(context, message(finding as Finding));
    const now = (await laptop.runtime.findings.finding((finding as Finding).tenantId, (finding as Finding).id))?.value;
    expect(now?.remediation?.status).toBe('approved');
    expect(await failPoisoned(context, { what: 'ever' })).toContain('no finding');
  });
});

describe('any sequence of events', () => {
  type Step =
    | { do: 'deliver' | 'deliver-twice-at-once' | 'approve' | 'reject' | 'scan' | 'remove-the-key' }
    | { do: 'add-certificate'; name: string }
    | { do: 'fault'; fault: Fault };
  const patch = { method: 'PATCH' };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom<Step>({ do: 'deliver' }, { do: 'deliver-twice-at-once' }, { do: 'approve' }),
    },
    fc.constantFrom<Step>({ do: 'reject' }, { do: 'scan' }, { do: 'remove-the-key' }),
    fc.constantFrom('a', 'b').map((name): Step => ({ do: 'add-certificate', name: `added ${name}` })),
    fc
      .constantFrom<Fault>(
        { kind: 'after-write-status', status: 503, times: 1, match: patch },
        { kind: 'after-write-drop', times: 1, match: patch },
        { kind: 'drop', when: 'before', times: 1, match: patch },
        { kind: 'status', status: 429, headers: { 'retry-after': '0' }, times: 1, match: patch },
        { kind: 'status', status: 403, times: 1, match: patch },
      )
      .map((fault): Step => ({ do: 'fault', fault })),
  );

  it('loses no other key, and sends at most one write for each approval', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
        let finding = await scanned();
        const kept = new Set(raw().map(({ keyId }) => keyId));
        kept.delete(signKey);
        let approvals = 0;
        for (const next of steps) {
          finding = await theFinding();
          if (next.do === 'approve') {
            const statusBefore = finding.remediation?.status;
            await approved(finding).then(
              () => (approvals += statusBefore === 'approved' ? 0 : 1),
              () => {},
            );
          } else if (next.do === 'reject') {
            await reject(laptop.runtime, { tenantId: finding.tenantId, findingId: finding.id, author: 'x' }).catch(
              () => {},
            );
          } else if (next.do === 'scan') await laptop.scan();
          else if (next.do === 'fault') laptop.simulator.order(next.fault);
          else if (next.do === 'add-certificate') {
            const added = aKey(next.name);
            if (!kept.has(added.keyId ?? '')) laptop.simulator.directory.addKey('applications', id, added);
            kept.add(added.keyId ?? '');
          } else if (next.do === 'remove-the-key') {
            if (raw().some(({ keyId }) => keyId === signKey))
              laptop.simulator.directory.removeKey('applications', id, signKey);
          } else {
            const context = await laptop.runtime.remediation();
            const workers = next.do === 'deliver' ? ['one'] : ['one', 'two'];
            const sent = message(finding);
            await Promise.allSettled(workers.map((owner) => executeRemediation({ ...context, owner }, sent)));
          }
          const present = new Set(raw().map(({ keyId }) => keyId));
          expect([...kept].filter((keyId) => !present.has(keyId))).toEqual([]);
          expect(writes().filter(({ changed }) => changed).length).toBeLessThanOrEqual(approvals);
          // Each approval may send a request three times, if it is provably without effect.
          expect(writes().filter(({ status }) => status !== 429).length).toBeLessThanOrEqual(3 * approvals);
        }
        const verdicts = [];
        for await (const { fault } of laptop.runtime.findings.verifyAudit(finding.tenantId)) verdicts.push(fault);
        expect(verdicts.filter(Boolean)).toEqual([]);
        await laptop.close();
      }),
      { numRuns: 30 },
    );
  }, 240_000);
});
