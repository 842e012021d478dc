import { afterEach, describe, expect, it } from '@jest/globals';
import { approve } from '../../src/jobs/remediation/approve.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { GivenParts } from '../../src/local/simulated-parts.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { remediatorPermissions } from '../../src/model/rule/permissions.js';
import { ClassificationIndex } from '../../src/model/tenant/consent-policy.js';
import { rules } from '../../src/rules/index.js';
import { aScope, asking, foreignApi } from '../../src/rules/testing/case-apis.js';
import {
  aKey,
  anApp,
  aSamlSigningCertificate,
  type CaseApp,
  cleanTenantParts,
  guidOf,
} from '../../src/rules/testing/cases.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

async function started(apps: readonly CaseApp[], parts: GivenParts = {}, settings: Record<string, string> = {}) {
  laptop = await aLaptop({ tenant: simulatedTenantOf(apps, { ...cleanTenantParts, ...parts }) }, settings);
  // The remediator has exactly the permissions that the remedies declare.
  for (const role of remediatorPermissions(rules, { adminConsentReviewers: ['a user'] }))
    laptop.simulator.roles.grant(role, 'remediator');
}

async function found(ruleId: string): Promise<Finding> {
  await laptop.scan();
  const finding = (await laptop.stored()).find((one) => one.ruleId === ruleId);
  if (!finding) throw new Error(`${ruleId} found nothing.`);
  return finding;
}

/** Approves the plan of the finding, and executes it with the real executor. */
async function execute({ tenantId, id: findingId }: Finding) {
  const finding = await approve(laptop.runtime, {
    tenantId,
    findingId,
    author: 'ada@example.com',
    acknowledgeWarnings: true,
  });
  if (!finding.remediation) throw new Error('There is no plan.');
  return executeRemediation(await laptop.runtime.remediation(), messageFor(finding, finding.remediation));
}

const writes = () =>
  laptop.simulator.requests
    .filter(({ method, path }) => method !== 'GET' && !path.includes('$batch'))
    .map(({ method, path }) => `${method} ${path.replace('/v1.0', '')}`);
const planOf = ({ remediation }: Finding) => remediation?.plan;

describe('the plan of require-live-reviewers', () => {
  const id = (n: number) => `6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a000${n}`;
  const reviewer = (n: number) => ({ query: `/users/${id(n)}`, queryType: 'MicrosoftGraph' });
  const policy = { isEnabled: true, notifyReviewers: false, remindersEnabled: true, requestDurationInDays: 14 };
  const parts = {
    adminConsentRequestPolicy: { ...policy, version: 4, reviewers: [reviewer(2), reviewer(3)] },
    consentReviewers: [
      { query: `/users/${id(2)}`, state: 'gone' },
      { query: `/users/${id(3)}`, state: 'disabled' },
      { query: `/users/${id(5)}`, state: 'live' },
    ],
  } as GivenParts;

  it('adds the reviewers of the settings, and keeps duration, notifications and disabled reviewers', async () => {
    await started([], parts, { ADMIN_CONSENT_REVIEWERS: id(5) });
    const finding = await found('require-live-reviewers');
    expect(planOf(finding)).toMatchObject({
      irreversible: false,
      warnings: [expect.stringMatching(/no email/), expect.stringMatching(/deleted accounts: 1/)],
    });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(writes()).toEqual(['PUT /policies/adminConsentRequestPolicy']);
    expect(laptop.simulator.directory.policies.get('adminConsentRequestPolicy')).toEqual({
      ...policy,
      version: 5,
      reviewers: [reviewer(3), reviewer(5)],
    });
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { open: 0, new: 0 } });
  });

  it('does not exist if the settings name only accounts that cannot review', async () => {
    await started([], parts, { ADMIN_CONSENT_REVIEWERS: `${id(2)},${id(3)}` });
    expect(await found('require-live-reviewers')).toMatchObject({
      manual: { reason: expect.stringMatching(/deleted or disabled/) },
    });
  });
});

describe('the plan of require-consent-route', () => {
  it('keeps the duration and the notifications of the policy', async () => {
    const reviewerId = '6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0005';
    const kept = { notifyReviewers: true, remindersEnabled: false, requestDurationInDays: 7 };
    await started(
      [],
      {
        authorizationPolicy: {
          id: 'authorizationPolicy',
          defaultUserRolePermissions: { permissionGrantPoliciesAssigned: [] },
        },
        adminConsentRequestPolicy: { isEnabled: false, ...kept, reviewers: [] },
        consentReviewers: [{ query: `/users/${reviewerId}`, state: 'live' }],
      },
      { ADMIN_CONSENT_REVIEWERS: reviewerId },
    );
    expect(await execute(await found('require-consent-route'))).toMatchObject({ status: 'applied' });
    expect(laptop.simulator.directory.policies.get('adminConsentRequestPolicy')).toMatchObject({
      isEnabled: true,
      ...kept,
    });
  });
});

describe('the plan of require-application', () => {
  const app = anApp('Deleted Claims', { application: { keyCredentials: [aKey('old key')] } });
  const id = app.application?.id ?? '';
  const deletedOnce = async () => {
    await started([app]);
    laptop.simulator.directory.delete('applications', id);
    laptop.simulator.directory.restore(app.servicePrincipal?.id ?? '');
    return found('require-application');
  };

  it('restores the application, and warns that old keys come back', async () => {
    const finding = await deletedOnce();
    expect(planOf(finding)).toMatchObject({
      irreversible: false,
      undo: expect.stringContaining(`DELETE /applications/${id}`),
      warnings: [expect.stringMatching(/activates all secrets and certificates/), expect.stringMatching(/owner/)],
    });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(writes()).toEqual([`POST /directory/deletedItems/${id}/restore`]);
    expect(laptop.simulator.directory.find('applications', id)).toMatchObject({
      keyCredentials: [{ usage: 'Verify' }],
    });
    expect(await laptop.scan()).toMatchObject({ writes: 0, findings: { open: 0 } });
  });

  it('is not needed if a person restores the application first', async () => {
    const finding = await deletedOnce();
    laptop.simulator.directory.restore(id);
    expect(await execute(finding)).toMatchObject({ status: 'unneeded' });
    expect(writes()).toEqual([]);
  });
});

describe('the plan of require-resource-service-principal', () => {
  const ruleId = 'require-resource-service-principal';
  const read = aScope('Archive.Read');
  const absent = foreignApi('Archive API', {});
  const browser = anApp('Archive Browser', { application: asking({ of: absent, scopes: [read] }) });
  const publish = () =>
    laptop.simulator.directory.addForeignApplication({
      appId: absent.appId,
      displayName: 'Archive API',
      appOwnerOrganizationId: guidOf('another tenant'),
      oauth2PermissionScopes: [read],
    });

  it('creates the service principal, and warns of an unknown publisher', async () => {
    await started([browser]);
    publish();
    const finding = await found(ruleId);
    expect(planOf(finding)).toMatchObject({
      requests: [{ method: 'POST', path: '/servicePrincipals', body: { appId: absent.appId } }],
      undo: expect.stringContaining('DELETE'),
      warnings: [expect.any(String), expect.stringMatching(/another organization/), expect.stringMatching(/license/)],
    });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(laptop.simulator.directory.findByAppId('servicePrincipals', absent.appId)).toMatchObject({
      appOwnerOrganizationId: guidOf('another tenant'),
    });
  });

  it('fails without a change if Graph knows no such application', async () => {
    await started([browser]);
    expect(await execute(await found(ruleId))).toMatchObject({ status: 'failed' });
    expect(laptop.simulator.directory.findByAppId('servicePrincipals', absent.appId)).toBeUndefined();
  });

  it('does not exist for an agent identity blueprint, a deleted and a disabled service principal', async () => {
    const blueprint = anApp('Archive API', {
      application: { subtype: 'agentIdentityBlueprint' },
      servicePrincipal: null,
    });
    const reasonOf = async (api: CaseApp, prepare = () => {}) => {
      await started([anApp('Archive Browser', { application: asking({ of: api, scopes: [read] }) }), api]);
      prepare();
      const { manual, remediation } = await found(ruleId);
      expect(remediation).toBeUndefined();
      return manual?.reason;
    };
    expect(await reasonOf(blueprint)).toMatch(/blueprint/);
    await laptop.close();
    const api = anApp('Archive API', { servicePrincipal: { oauth2PermissionScopes: [read] } });
    const id = api.servicePrincipal?.id ?? '';
    expect(await reasonOf(api, () => laptop.simulator.directory.delete('servicePrincipals', id))).toMatch(/restore/);
    await laptop.close();
    const disabled = {
      ...api,
      servicePrincipal: api.servicePrincipal && { ...api.servicePrincipal, accountEnabled: false },
    };
    expect(await reasonOf(disabled)).toMatch(/disabled/);
  });
});

describe('the plan of require-usable-consent-policy', () => {
  const ruleId = 'require-usable-consent-policy';
  const graph = '00000003-0000-0000-c000-000000000000';
  const names = ['openid', 'profile', 'email', 'offline_access', 'User.Read'];
  const ids = [
    '37f7f235-527c-4136-accd-4a02d197296e',
    '14dad69e-099b-42c9-810b-d002981feec1',
    '64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0',
    '7427e0e9-2fba-42fe-b0c0-848c9e6a8182',
    'e1fe6dd8-ba31-4d61-89e7-88639da4683d',
  ];
  const under = (policy: string, classified: readonly { permissionId: string; classification: string }[] = []) => {
    const permissionClassifications = new ClassificationIndex();
    permissionClassifications.add(graph, classified);
    const permissionGrantPoliciesAssigned = [`ManagePermissionGrantsForSelf.${policy}`];
    return {
      authorizationPolicy: {
        id: 'authorizationPolicy',
        defaultUserRolePermissions: { permissionGrantPoliciesAssigned },
      },
      permissionClassifications,
    };
  };
  const start = async (parts: GivenParts) => {
    await started([], parts);
    const { directory } = laptop.simulator;
    const principal = directory.findByAppId('servicePrincipals', graph);
    const oauth2PermissionScopes = ids.map((id, at) => aScope(names[at] ?? '', { id }));
    directory.update('servicePrincipals', String(principal?.id), { oauth2PermissionScopes });
  };
  const classified = () =>
    laptop.simulator.directory.findByAppId('servicePrincipals', graph)?.delegatedPermissionClassifications;

  it('classifies the permissions of a sign-in, and warns that the whole tenant is affected', async () => {
    await start(under('microsoft-user-default-low'));
    const finding = await found(ruleId);
    expect(planOf(finding)).toMatchObject({ irreversible: false, warnings: [expect.stringMatching(/whole tenant/)] });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(writes()).toHaveLength(5);
    expect(classified()).toEqual(
      names.map((permissionName, at) => ({
        id: expect.any(String),
        permissionId: ids[at],
        permissionName,
        classification: 'low',
      })),
    );
    expect(await laptop.scan()).toMatchObject({ status: 'complete', findings: { open: 0, new: 0 } });
  });

  it('keeps a classification that an administrator chose', async () => {
    await start(under('microsoft-user-default-low', [{ permissionId: ids[4] ?? '', classification: 'medium' }]));
    expect(planOf(await found(ruleId))?.guard).toEqual({ classification: 'low', permissions: names.slice(0, 4) });
  });

  it('does not exist for a policy that includes nothing', async () => {
    const empty = { id: 'woodgrove-pilot', displayName: 'Pilot', includes: [], excludes: [] };
    await start({ ...under('woodgrove-pilot'), permissionGrantPolicies: [empty] });
    expect(await found(ruleId)).toMatchObject({
      manual: { reason: expect.stringMatching(/No assigned consent policy/) },
    });
  });
});

describe('the plan of require-valid-signing-certificate', () => {
  const ruleId = 'require-valid-signing-certificate';
  const after = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
  const thumbprint = aKey('fleet').customKeyIdentifier ?? '';
  const fleet = (days: number, preferredTokenSigningKeyThumbprint: string | null = thumbprint) => {
    const { keyCredentials, passwordCredentials } = aSamlSigningCertificate('fleet');
    return anApp('Fleet (SAML)', {
      servicePrincipal: {
        preferredSingleSignOnMode: 'saml',
        preferredTokenSigningKeyThumbprint,
        keyCredentials: keyCredentials.map((key) => ({ ...key, endDateTime: after(days) })),
        passwordCredentials,
      },
    });
  };

  it('adds a certificate and does not activate it', async () => {
    const app = fleet(20);
    await started([app]);
    const id = app.servicePrincipal?.id ?? '';
    const finding = await found(ruleId);
    expect(planOf(finding)).toMatchObject({
      irreversible: false,
      undo: expect.stringMatching(/inactive certificate/),
      warnings: [expect.stringMatching(/stays inactive/)],
    });
    expect(await execute(finding)).toMatchObject({ status: 'applied' });
    expect(writes()).toEqual([`POST /servicePrincipals/${id}/addTokenSigningCertificate`]);
    const principal = laptop.simulator.directory.find('servicePrincipals', id);
    expect(principal?.preferredTokenSigningKeyThumbprint).toBe(thumbprint);
    expect(principal?.keyCredentials).toHaveLength(4);
    expect(await laptop.scan()).toMatchObject({ status: 'complete', writes: 0, findings: { open: 0, new: 0 } });
  });

  it.each([
    ['in the last days', fleet(3), /Coordinate/],
    ['after the end', fleet(-3), /Coordinate/],
    ['if no property names the active certificate', fleet(20, null), /automatically/],
  ])('does not exist %s', async (_name, app, reason) => {
    await started([app]);
    expect(await found(ruleId)).toMatchObject({ manual: { reason: expect.stringMatching(reason) } });
  });
});
