import { afterEach, describe, expect, it } from '@jest/globals';
import { approve, reject } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { proposeUndo } from '../../src/jobs/remediation/propose-undo.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { GivenParts } from '../../src/local/simulated-parts.js';
import { newsOf } from '../../src/model/alerts/news.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { planHash, type Remediation } from '../../src/model/remediation/remediation.js';
import { remediatorPermissions } from '../../src/model/rule/permissions.js';
import { rules } from '../../src/rules/index.js';
import { anApp, aSymmetricSigningKey, type CaseApp, cleanTenantParts } from '../../src/rules/testing/cases.js';
import { toFindingRow } from '../../src/storage/finding-rows.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const reviewerId = '6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0005';
const author = 'ada@example.com';
const before = {
  isEnabled: false,
  notifyReviewers: true,
  remindersEnabled: false,
  requestDurationInDays: 7,
  reviewers: [],
};
const consent: GivenParts = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
  },
  adminConsentRequestPolicy: before,
  consentReviewers: [{ query: `/users/${reviewerId}`, state: 'live' }],
};

async function started(parts: GivenParts, apps: readonly CaseApp[] = []) {
  const tenant = simulatedTenantOf(apps, { ...cleanTenantParts, ...parts });
  laptop = await aLaptop({ tenant }, { ADMIN_CONSENT_REVIEWERS: reviewerId });
  // The remediator has exactly the permissions that the remedies declare.
  for (const role of remediatorPermissions(rules, { adminConsentReviewers: [reviewerId] }))
    laptop.simulator.roles.grant(role, 'remediator');
}

async function found(ruleId: string): Promise<Finding> {
  const finding = (await laptop.stored()).find((one) => one.ruleId === ruleId);
  if (!finding) throw new Error(`${ruleId} found nothing.`);
  return finding;
}

async function approved({ tenantId, id: findingId }: Finding): Promise<Finding> {
  return approve(laptop.runtime, { tenantId, findingId, author, acknowledgeWarnings: true });
}

async function executed(finding: Finding) {
  if (!finding.remediation) throw new Error('There is no plan.');
  return executeRemediation(await laptop.runtime.remediation(), messageFor(finding, finding.remediation));
}

/** Scans, approves the plan of the rule and executes it. */
async function applied(ruleId: string): Promise<Finding> {
  await laptop.scan();
  const finding = await found(ruleId);
  expect(await executed(await approved(finding))).toMatchObject({ status: 'applied' });
  return found(ruleId);
}

const undo = ({ tenantId, id: findingId }: Finding) => proposeUndo(laptop.runtime, { tenantId, findingId, author });
const policy = (name: string) => laptop.simulator.directory.policies.get(name);
const writes = () =>
  laptop.simulator.requests
    .filter(({ method, path }) => method !== 'GET' && !path.includes('$batch'))
    .map(({ method, path }) => `${method} ${path.replace('/v1.0', '')}`);
const put = 'PUT /policies/adminConsentRequestPolicy';

/** Writes a row as an attacker does who can write to the table. */
async function forge(finding: Finding, remediation: Remediation): Promise<Finding> {
  const forged = { ...finding, remediation };
  const row = toFindingRow({ finding: forged, etag: undefined, events: [] });
  await laptop.storage.findings.write({ kind: 'put', row });
  return forged;
}

describe('an undo', () => {
  it('is not proposed in a read-only tenant', async () => {
    await started(consent);
    const { tenantId, id: findingId } = await applied('require-consent-route');
    const readOnly = 'The tenant is read-only.';
    await expect(proposeUndo({ ...laptop.runtime, readOnly }, { tenantId, findingId, author })).rejects.toMatchObject({
      code: 'decision-refused',
      message: readOnly,
    });
    expect((await found('require-consent-route')).remediation?.status).toBe('applied');
  });

  it('needs an approval, restores the values before, and leaves the finding to the next scan', async () => {
    await started(consent);
    const fixed = await applied('require-consent-route');
    expect(fixed).toMatchObject({ status: 'resolved', remediation: { attempt: { state: { before } } } });
    const proposed = await undo(fixed);
    expect(proposed).toMatchObject({
      status: 'resolved',
      remediation: {
        status: 'proposed',
        plan: {
          requests: [{ method: 'PUT', path: '/policies/adminConsentRequestPolicy', body: before }],
          warnings: [expect.stringMatching(/brings the problem back/)],
          undoes: { remediationId: fixed.remediation?.id },
        },
      },
    });
    expect(await executed(proposed)).toMatchObject({ status: 'refused' });
    expect(writes()).toEqual([put]);
    await expect(
      approve(laptop.runtime, { tenantId: fixed.tenantId, findingId: fixed.id, author, acknowledgeWarnings: false }),
    ).rejects.toMatchObject({ code: 'decision-refused', message: expect.stringMatching(/brings the problem back/) });

    const undone = await executed(await approved(proposed));
    expect(undone).toMatchObject({ status: 'applied', note: expect.stringMatching(/^Undone and verified/) });
    expect(policy('adminConsentRequestPolicy')).toMatchObject(before);
    expect(writes()).toEqual([put, put]);
    // A repeated message sends nothing.
    expect(await executed(undone.finding as Finding)).toMatchObject({ status: 'applied' });
    expect(writes()).toEqual([put, put]);

    await laptop.scan();
    expect(await found('require-consent-route')).toMatchObject({
      status: 'open',
      life: 2,
      remediation: { status: 'proposed', plan: { requests: [{ body: { isEnabled: true } }] } },
    });
    expect((await found('require-consent-route')).remediation?.plan.undoes).toBeUndefined();
    const types = (await laptop.runtime.findings.history(fixed)).map(({ type }) => type);
    const plan = ['proposed', 'approved', 'started', 'sent', 'applied'];
    expect(types).toEqual([
      'appeared',
      ...plan,
      'resolved',
      'proposed',
      'refused',
      ...plan.slice(1),
      'reappeared',
      'proposed',
    ]);
    for await (const verdict of laptop.runtime.findings.verifyAudit(fixed.tenantId))
      expect(verdict.fault).toBeUndefined();
  });

  it('of an app management policy restores every restriction', async () => {
    const other = { restrictionType: 'passwordAddition', state: 'enabled', maxLifetime: null };
    const own = { passwordCredentials: [other], keyCredentials: [] };
    const none = { passwordCredentials: [], keyCredentials: [] };
    const given = { isEnabled: true, applicationRestrictions: own, servicePrincipalRestrictions: none };
    await started({ defaultAppManagementPolicy: given as never });
    await executed(await approved(await undo(await applied('no-symmetric-key-addition'))));
    expect(policy('defaultAppManagementPolicy')).toMatchObject(given);
    expect(writes()).toEqual(Array(2).fill('PATCH /policies/defaultAppManagementPolicy'));
  });

  it('that is proposed twice stays the same plan', async () => {
    await started(consent);
    const fixed = await applied('require-consent-route');
    const [one, two] = [await undo(fixed), await undo(fixed)];
    expect(two.remediation?.id).toBe(one.remediation?.id);
    const proposals = (await laptop.runtime.findings.history(fixed)).filter(({ type }) => type === 'proposed');
    expect(proposals).toHaveLength(2);
  });

  it('can be rejected, and is not proposed for a finding without an applied plan', async () => {
    await started(consent);
    await laptop.scan();
    await expect(undo(await found('require-consent-route'))).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringMatching(/no applied remediation/),
    });
    const proposed = await undo(await applied('require-consent-route'));
    const { tenantId, id: findingId } = proposed;
    expect(await reject(laptop.runtime, { tenantId, findingId, author })).toMatchObject({
      status: 'resolved',
      remediation: { status: 'rejected' },
    });
    expect(await executed(await found('require-consent-route'))).toMatchObject({ status: 'refused' });
    expect(writes()).toEqual([put]);
  });

  it('is not executed if the policy changed after the remediation', async () => {
    await started(consent);
    const proposed = await approved(await undo(await applied('require-consent-route')));
    const later = { ...policy('adminConsentRequestPolicy'), requestDurationInDays: 21 };
    laptop.simulator.directory.policies.replace('adminConsentRequestPolicy', later);
    expect(await executed(proposed)).toMatchObject({
      status: 'stale',
      note: expect.stringMatching(/^Nothing was sent. The policy changed after the remediation/),
    });
    expect(policy('adminConsentRequestPolicy')).toEqual(later);
    expect(await found('require-consent-route')).toMatchObject({
      status: 'resolved',
      remediation: { status: 'stale' },
    });
  });

  it('sends nothing if the values are back already', async () => {
    await started(consent);
    const proposed = await approved(await undo(await applied('require-consent-route')));
    laptop.simulator.directory.policies.update('adminConsentRequestPolicy', before);
    expect(await executed(proposed)).toMatchObject({ status: 'unneeded', note: 'Already undone. Nothing was sent.' });
    expect(writes()).toEqual([put]);
  });

  it('whose effect a scan sees first is recorded as applied, with the finding open again', async () => {
    await started(consent);
    const proposed = await approved(await undo(await applied('require-consent-route')));
    // The worker stops after its request, so nobody records the outcome.
    const attempt = { owner: 'gone', startedAt: new Date().toISOString(), requestIds: ['r1'] };
    const { remediation } = proposed;
    if (!remediation) throw new Error('There is no plan.');
    const { findings } = laptop.runtime;
    const stored = await findings.finding(proposed.tenantId, proposed.id);
    const finding = { ...proposed, remediation: { ...remediation, attempt } };
    await findings.commit([{ finding, etag: stored?.etag, events: [] }]);
    laptop.simulator.directory.policies.update('adminConsentRequestPolicy', before);
    await laptop.scan();
    expect(await found('require-consent-route')).toMatchObject({ status: 'open', remediation: { status: 'proposed' } });
    const events = (await findings.history(finding)).slice(-3);
    expect(events.map(({ type, detail }) => [type, detail.remediation ?? detail.life])).toEqual([
      ['applied', remediation.id],
      ['reappeared', 2],
      ['proposed', expect.any(String)],
    ]);
    expect(events[2]?.detail.replaces).toBe(remediation.id);
  });

  it('is an alert while it needs a decision, and when it is applied', async () => {
    await started(consent);
    const fixed = await applied('require-consent-route');
    const from = new Date().toISOString();
    const proposed = await undo(fixed);
    const window = { from, until: '2999-01-01T00:00:00.000Z' };
    const news = async (finding: Finding) => newsOf(finding, window, await laptop.runtime.findings.history(finding));
    expect(await news(proposed)).toEqual([
      { section: 'approvals', note: 'The undo of the remediation needs a decision.' },
    ]);
    await executed(await approved(proposed));
    expect(await news(await found('require-consent-route'))).toEqual([
      {
        section: 'applied',
        note: `The remediation was undone. The next scan finds the problem again. Approved by ${author}.`,
      },
    ]);
  });
});

describe('a forged undo', () => {
  const forgedBefore = {
    ...before,
    isEnabled: true,
    reviewers: [{ query: '/users/attacker', queryType: 'MicrosoftGraph' }],
  };

  it('with other values before the remediation is not proposed', async () => {
    await started(consent);
    const fixed = await applied('require-consent-route');
    const { remediation } = fixed;
    if (!remediation?.attempt) throw new Error('There is no attempt.');
    await forge(fixed, { ...remediation, attempt: { ...remediation.attempt, state: { before: forgedBefore } } });
    await expect(undo(fixed)).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringMatching(/differ from the values that the audit trail recorded/),
    });
  });

  it('with edited requests is not approved', async () => {
    await started(consent);
    const proposed = await undo(await applied('require-consent-route'));
    const { remediation } = proposed;
    if (!remediation) throw new Error('There is no plan.');
    const requests = [{ method: 'PUT' as const, path: '/policies/adminConsentRequestPolicy', body: forgedBefore }];
    await forge(proposed, { ...remediation, plan: { ...remediation.plan, requests } });
    await expect(approved(proposed)).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringMatching(/does not match its hash/),
    });
  });

  it.each([
    ['with the values of the plan', forgedBefore, forgedBefore],
    ['with other requests than its values', before, forgedBefore],
  ])('%s is not executed, although it was approved', async (_name, recorded, sent) => {
    await started(consent);
    const proposed = await undo(await applied('require-consent-route'));
    const { remediation } = proposed;
    if (!remediation?.plan.undoes) throw new Error('There is no undo.');
    const undoes = { ...remediation.plan.undoes, before: recorded };
    const requests = [{ method: 'PUT' as const, path: '/policies/adminConsentRequestPolicy', body: sent }];
    const plan = { ...remediation.plan, undoes, requests, guard: { requests, undoes } };
    const forged = await forge(proposed, { ...remediation, plan, planHash: planHash(plan) });
    expect(await executed(await approved(forged))).toMatchObject({ status: expect.stringMatching(/refused|stale/) });
    expect(writes()).toEqual([put]);
  });
});

describe('an undo that expects another state', () => {
  it('is not executed: the audit trail says what the remediation left behind', async () => {
    await started(consent);
    const proposed = await undo(await applied('require-consent-route'));
    const { remediation } = proposed;
    if (!remediation?.plan.undoes) throw new Error('There is no undo.');
    const later = { ...remediation.plan.undoes.left, requestDurationInDays: 21 };
    laptop.simulator.directory.policies.update('adminConsentRequestPolicy', { requestDurationInDays: 21 });
    const undoes = { ...remediation.plan.undoes, left: later };
    const { requests } = remediation.plan;
    const plan = { ...remediation.plan, undoes, guard: { requests, undoes } };
    const forged = await forge(proposed, { ...remediation, plan, planHash: planHash(plan) });
    expect(await executed(await approved(forged))).toMatchObject({
      status: 'refused',
      note: expect.stringMatching(/differ from the values that the audit trail recorded/),
    });
    expect(writes()).toEqual([put]);
  });
});

describe('a remediation without an undo', () => {
  it('says why, and how a person undoes it', async () => {
    await started({}, [anApp('No Principal', { servicePrincipal: null })]);
    await expect(undo(await applied('require-service-principal'))).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringMatching(/sends no requests that delete objects/),
      remedy: expect.stringMatching(/^Undo it manually: .*DELETE/),
    });
  });

  it('of a key says that Graph never returns its value', async () => {
    await started({}, [anApp('Payroll', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } })]);
    await expect(undo(await applied('no-symmetric-signing-key'))).rejects.toMatchObject({
      message: expect.stringMatching(/never returns the value/),
    });
  });

  it('of an earlier version says that the values before were not recorded', async () => {
    await started(consent);
    const fixed = await applied('require-consent-route');
    const { remediation } = fixed;
    if (!remediation?.attempt) throw new Error('There is no attempt.');
    const { state: _unknown, ...attempt } = remediation.attempt;
    await forge(fixed, { ...remediation, attempt });
    await expect(undo(fixed)).rejects.toMatchObject({
      message: expect.stringMatching(/did not record the values before/),
      remedy: expect.stringMatching(/PUT \/policies\/adminConsentRequestPolicy/),
    });
  });
});
