import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applicationReader, servicePrincipalReader } from '../../src/graph/reads/parse.js';
import { applicationKinds, servicePrincipalKinds } from '../../src/graph/reads/properties.js';
import type { WholeApplication, WholeServicePrincipal } from '../../src/model/entra/app.js';
import { judgeApp, undeterminedFindings, type WholeApp } from '../../src/model/finding/judge.js';
import type { AppRule } from '../../src/model/rule/rule.js';
import { ListPresenceIndex } from '../../src/model/tenant/list-presence.js';
import { rules } from '../../src/rules/index.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import { anApp, caseTenant, guidOf } from '../../src/rules/testing/cases.js';

const appRules = rules.filter((rule): rule is AppRule => rule.on === 'app');
const microsoftTenants = ['f8cdef31-a31e-4b4a-93e4-5f571e91255a', '72f988bf-86f1-41af-91ab-2d7cd011db47'];

/** Graph returns null for most properties that were never set. */
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const guid = fc.constantFrom('a', 'b', 'c', 'd').map(guidOf);
const date = fc.constantFrom('2020-01-01T00:00:00Z', '2026-12-01T00:00:00.1234567Z', '2094-01-01T00:00:00Z');
const name = orNull(fc.string({ maxLength: 12 }));
const few = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3 });

const keyCredential = fc.record({
  keyId: orNull(guid),
  type: orNull(
    fc.constantFrom('Symmetric', 'AsymmetricX509Cert', 'X509CertAndPassword', 'asymmetricx509cert', 'Novel'),
  ),
  usage: orNull(fc.constantFrom('Sign', 'Verify', 'Encrypt', 'sign', 'Novel')),
  displayName: name,
  customKeyIdentifier: orNull(fc.oneof(fc.base64String({ maxLength: 44 }), fc.constant('A'.repeat(40)))),
  startDateTime: orNull(date),
  endDateTime: orNull(date),
});
const passwordCredential = fc.record({
  keyId: orNull(guid),
  displayName: name,
  startDateTime: orNull(date),
  endDateTime: orNull(date),
});
const scope = fc.record({
  id: guid,
  value: name,
  type: orNull(fc.constantFrom('User', 'Admin', 'Novel')),
  isEnabled: fc.boolean(),
});
const role = fc.record({
  id: guid,
  value: name,
  isEnabled: fc.boolean(),
  allowedMemberTypes: few(fc.constantFrom('User', 'Application')),
});
const redirecting = orNull(fc.record({ redirectUris: few(fc.webUrl()) }));
const appId = fc.constantFrom('app-a', 'app-b', 'app-c').map(guidOf);

/** An application as Graph documents it: collections are never null, and objects can be. */
const application: fc.Arbitrary<Partial<WholeApplication>> = fc.record({
  displayName: fc.constantFrom('Portal', 'b2c-extensions-app. Do not modify.', 'Tenant Schema Extension App', ''),
  subtype: fc.constantFrom('agentIdentityBlueprint', undefined as never),
  api: orNull(
    fc.record({
      acceptMappedClaims: orNull(fc.boolean()),
      knownClientApplications: few(appId),
      oauth2PermissionScopes: few(scope),
      preAuthorizedApplications: few(fc.record({ appId: orNull(appId), delegatedPermissionIds: few(guid) })),
    }),
  ),
  appRoles: few(role),
  disabledByMicrosoftStatus: orNull(
    fc.constantFrom('NotDisabled', 'DisabledDueToViolationOfServicesAgreement', 'Novel'),
  ),
  isDisabled: orNull(fc.boolean()),
  isFallbackPublicClient: orNull(fc.boolean()),
  keyCredentials: few(keyCredential),
  passwordCredentials: few(passwordCredential),
  publicClient: redirecting,
  requiredResourceAccess: few(
    fc.record({
      resourceAppId: orNull(appId),
      resourceAccess: few(fc.record({ id: guid, type: fc.constantFrom('Scope', 'Role', 'Novel') })),
    }),
  ),
  signInAudience: orNull(fc.constantFrom('AzureADMyOrg', 'AzureADMultipleOrgs', 'PersonalMicrosoftAccount', 'Novel')),
  spa: redirecting,
  tokenEncryptionKeyId: orNull(guid),
  verifiedPublisher: orNull(fc.record({ verifiedPublisherId: orNull(guid) })),
  web: orNull(
    fc.record({
      redirectUris: few(fc.webUrl()),
      implicitGrantSettings: orNull(
        fc.record({ enableIdTokenIssuance: orNull(fc.boolean()), enableAccessTokenIssuance: orNull(fc.boolean()) }),
      ),
    }),
  ),
}) as fc.Arbitrary<Partial<WholeApplication>>;

const servicePrincipal: fc.Arbitrary<Partial<WholeServicePrincipal>> = fc.record({
  accountEnabled: orNull(fc.boolean()),
  appOwnerOrganizationId: orNull(fc.constantFrom(caseTenant.id, guidOf('another tenant'))),
  appRoleAssignmentRequired: orNull(fc.boolean()),
  appRoles: few(role),
  disabledByMicrosoftStatus: orNull(
    fc.constantFrom('NotDisabled', 'DisabledDueToViolationOfServicesAgreement', 'Novel'),
  ),
  keyCredentials: few(keyCredential),
  oauth2PermissionScopes: few(scope),
  passwordCredentials: few(passwordCredential),
  preferredSingleSignOnMode: orNull(fc.constantFrom('saml', 'oidc', 'password', 'notSupported', 'novel')),
  preferredTokenSigningKeyThumbprint: orNull(fc.constantFrom('unused', 'a'.repeat(40), 'A'.repeat(40), '')),
  servicePrincipalType: orNull(fc.constantFrom('Application', 'Legacy', 'SocialIdp', 'ServiceIdentity', 'Novel')),
  claimsMappingPolicies: few(fc.record({ id: guid })),
}) as fc.Arbitrary<Partial<WholeServicePrincipal>>;

interface Legal {
  readonly application: Partial<WholeApplication> | null;
  readonly servicePrincipal: Partial<WholeServicePrincipal> | null;
  readonly listed: boolean | 'unknown';
  readonly tenantType: string | undefined;
}
const legal = (parts: { [K in keyof Legal]?: fc.Arbitrary<Legal[K]> } = {}): fc.Arbitrary<Legal> =>
  fc.record({
    application: orNull(application),
    servicePrincipal: orNull(servicePrincipal),
    listed: fc.constantFrom<boolean | 'unknown'>(true, false, 'unknown'),
    tenantType: fc.constantFrom('AAD', 'AAD B2C', 'CIAM', undefined),
    ...parts,
  });

/** What the rules find on an object, and what they leave undetermined, after the object was read as from Graph. */
function judged({ application: a, servicePrincipal: s, listed, tenantType }: Legal) {
  const app = anApp('Legal', { application: a, servicePrincipal: s });
  const lists = new ListPresenceIndex(app.application ? [[app.application.id, listed]] : []);
  const parts = { tenantType, extensionProperties: lists, federatedCredentials: lists };
  const tenant = tenantOfCase({ name: '', violations: [], app, tenant: parts as object });
  const read: WholeApp = {
    appId: app.appId,
    application: app.application
      ? (applicationReader(selected('application'))(raw(app.application)) as never)
      : undefined,
    servicePrincipal: app.servicePrincipal
      ? (servicePrincipalReader(selected('servicePrincipal'))(raw(app.servicePrincipal)) as never)
      : undefined,
  };
  for (const rule of appRules)
    if (read.servicePrincipal) rule.appliesWithoutApplication?.(read.servicePrincipal as never);
  return { found: judgeApp(appRules, read, tenant), undetermined: undeterminedFindings(appRules, read, tenant) };
}

/** The object as Graph sends it: with every selected property. */
function raw({ subtype, ...object }: object & { subtype?: string }): object {
  const properties = Object.keys({ ...applicationKinds, ...servicePrincipalKinds });
  const lists = [
    'keyCredentials',
    'passwordCredentials',
    'requiredResourceAccess',
    'appRoles',
    'oauth2PermissionScopes',
  ];
  const unset = Object.fromEntries(properties.map((property) => [property, lists.includes(property) ? [] : null]));
  return JSON.parse(
    JSON.stringify({ ...unset, ...object, ...(subtype && { '@odata.type': `#microsoft.graph.${subtype}` }) }),
  );
}

function selected(on: 'application' | 'servicePrincipal'): never[] {
  return [...new Set(appRules.flatMap((rule) => rule.select[on] ?? []))] as never[];
}

describe('every legal object of Graph', () => {
  it('is judged by every rule, with a message of one sentence and flat evidence', () => {
    fc.assert(
      fc.property(legal(), (object) => {
        const { found } = judged(object);
        for (const { observed } of found) {
          expect(observed.message).toMatch(/\.$/);
          for (const value of Object.values(observed.evidence))
            expect(['string', 'number', 'boolean']).toContain(typeof (value ?? ''));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('has no finding if Microsoft owns it', () => {
    const owned = servicePrincipal.chain((members) =>
      fc.constantFrom(...microsoftTenants).map((appOwnerOrganizationId) => ({ ...members, appOwnerOrganizationId })),
    );
    fc.assert(
      fc.property(legal({ application: fc.constant(null), servicePrincipal: owned }), (object) => {
        expect(judged(object).found.map(({ observed }) => observed.ruleId)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('has no finding if it is a managed identity', () => {
    const identity = servicePrincipal.map((members) => ({ ...members, servicePrincipalType: 'ManagedIdentity' }));
    fc.assert(
      fc.property(legal({ application: fc.constant(null), servicePrincipal: identity }), (object) => {
        expect(judged(object).found.map(({ observed }) => observed.ruleId)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});
