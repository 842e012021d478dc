import { describe, expect, it } from '@jest/globals';
import type { WholeApplication } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-obo-client-consent/rule.js';
import { aGrant, aScope } from '../../src/rules/testing/case-apis.js';
import { aMiddleTier } from '../../src/rules/testing/case-granted.js';
import { anApp } from '../../src/rules/testing/cases.js';
import { violationsOf } from './judge.js';

describe('an API that uses the On-Behalf-Of flow and lists no client', () => {
  const redirecting = { redirectUris: ['https://loans.woodgrove.example'] };
  const noConsent = { authorizationPolicy: { id: 'p', defaultUserRolePermissions: {} } };
  const { app } = aMiddleTier('Loan API', { application: { api: { knownClientApplications: [] } } });

  function found(members: Partial<WholeApplication>, parts: Partial<Parameters<typeof violationsOf>[1]> = {}) {
    const application = app.application && { ...app.application, ...members };
    return violationsOf(rule, { app: { ...app, application }, tenant: noConsent, ...parts });
  }

  it('has a violation with what is missing', () => {
    const evidence = {
      knownClientApplications: 0,
      preAuthorizedApplications: 0,
      usersMayConsent: false,
      clientsGranted: false,
    };
    const objectId = app.application?.id;
    const message = expect.stringMatching(/^Loan API .+\.$/);
    expect(found({})).toEqual([{ on: 'application', objectId, message, evidence }]);
  });

  it('has a violation if Graph returns no user permissions', () => {
    const authorizationPolicy = { id: 'p' };
    expect(found({}, { tenant: { authorizationPolicy } })).toHaveLength(1);
  });

  it.each<[string, Partial<WholeApplication>, number]>([
    ['has a web client', { web: redirecting }, 0],
    ['has a single-page client', { spa: redirecting }, 0],
    ['has a public client', { publicClient: redirecting }, 0],
    ['has clients without a redirect URI', { web: { redirectUris: [] }, spa: {}, publicClient: null }, 1],
  ])('that %s: %j, violations: %i', (_name, members, count) => {
    expect(found(members)).toHaveLength(count);
  });

  it('has no violation without a service principal or an application', () => {
    const { appId, application, servicePrincipal } = app;
    expect(found({}, { app: { appId, application, servicePrincipal: null } })).toEqual([]);
    expect(found({}, { app: { appId, application: null, servicePrincipal } })).toEqual([]);
  });

  it('has no violation if a client has a grant', () => {
    const client = anApp('Loan Desktop');
    const grants = [aGrant(client, app, [aScope('access as user to Loan API')])];
    expect([found({}, { grants }), found({}, { grants: [aGrant(app, client, [])] })]).toEqual([
      [],
      [expect.anything()],
    ]);
  });
});
