import { describe, expect, it } from '@jest/globals';
import { directoryPermission, permissionOfPart, permissionsOf } from '../../src/model/rule/permissions.js';
import { remedySelect } from '../../src/model/rule/remedy.js';
import { appRule, tenantRule } from '../../src/model/rule/rule.js';
import { subjectNames } from '../../src/model/rule/subject-names.js';
import { severities } from '../../src/model/rule/violation.js';

const facts = {
  id: 'no-example',
  title: 'An example',
  problem: 'An example',
  severity: 'low',
  codes: ['AADSTS50000'],
} as const;
const check = () => [];

describe('the permissions of a rule', () => {
  it('for apps are those of its tenant parts and of the directory, each once, sorted', () => {
    const select = { tenant: ['organization', 'grants', 'resources', 'domains'] } as const;
    expect(permissionsOf(appRule({ ...facts, select, check }) as never)).toEqual([
      'Application.Read.All',
      'DelegatedPermissionGrant.Read.All',
      'Domain.Read.All',
      'Organization.Read.All',
    ]);
    expect(permissionsOf(appRule({ ...facts, select: {}, check }))).toStrictEqual([directoryPermission]);
  });

  it('for the tenant are those of its tenant parts only', () => {
    const select = { tenant: ['organization', 'domains'] } as const;
    expect(permissionsOf(tenantRule({ ...facts, select, check }) as never)).toEqual([
      'Domain.Read.All',
      'Organization.Read.All',
    ]);
    expect(permissionsOf(tenantRule({ ...facts, select: {}, check }))).toStrictEqual([]);
  });
});

it('each tenant part has its least privileged permission', () => {
  expect(permissionOfPart).toEqual({
    authorizationPolicy: 'Policy.Read.All',
    adminConsentRequestPolicy: 'Policy.Read.All',
    appRoleAssignments: 'Application.Read.All',
    appManagementPolicies: 'Policy.Read.All',
    claimsMappingPolicies: 'Policy.Read.All',
    consentReviewers: 'User.Read.All',
    defaultAppManagementPolicy: 'Policy.Read.All',
    deletedApplications: 'Application.Read.All',
    domains: 'Domain.Read.All',
    extensionProperties: 'Application.Read.All',
    federatedCredentials: 'Application.Read.All',
    grants: 'DelegatedPermissionGrant.Read.All',
    onPremisesSynchronization: 'OnPremDirectorySynchronization.Read.All',
    organization: 'Organization.Read.All',
    permissionClassifications: 'Application.Read.All',
    permissionGrantPolicies: 'Policy.Read.PermissionGrant',
    resources: 'Application.Read.All',
    signInFailures: 'AuditLog.Read.All',
  });
});

it('a declared rule has its subject and is frozen', () => {
  const [app, tenant] = [appRule({ ...facts, select: {}, check }), tenantRule({ ...facts, select: {}, check })];
  expect([app, tenant]).toEqual([
    { ...facts, select: {}, check, on: 'app' },
    { ...facts, select: {}, check, on: 'tenant' },
  ]);
  expect([Object.isFrozen(app), Object.isFrozen(tenant)]).toEqual([true, true]);
});

it('a plan reads the credentials, the lock, the sign-on mode and the owner of an app', () => {
  expect(remedySelect).toEqual({
    application: ['keyCredentials', 'passwordCredentials', 'servicePrincipalLockConfiguration', 'signInAudience'],
    servicePrincipal: [
      'appOwnerOrganizationId',
      'keyCredentials',
      'passwordCredentials',
      'preferredSingleSignOnMode',
      'preferredTokenSigningKeyThumbprint',
      'servicePrincipalType',
    ],
  });
});

it('the severities are sorted from low to critical', () => {
  expect(severities).toEqual(['low', 'medium', 'high', 'critical']);
});

it('subjects have the names of Microsoft Graph in lower case', () => {
  expect(subjectNames).toEqual({
    application: 'application',
    servicePrincipal: 'service principal',
    tenant: 'tenant',
  });
});
