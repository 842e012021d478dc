import { createHash } from 'node:crypto';
import type {
  KeyCredential,
  PasswordCredential,
  WholeApplication,
  WholeServicePrincipal,
} from '../../model/entra/app.js';
import type { AppRule, TenantRule } from '../../model/rule/rule.js';
import type { Violation } from '../../model/rule/violation.js';
import type { AppRoleAssignment } from '../../model/tenant/app-role-assignments.js';
import type { PermissionGrant } from '../../model/tenant/grants.js';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { cleanAppManagement, cleanCloudOnly, cleanConsent } from './clean-parts.js';

/** An application and its service principal as a case needs them; null where there is none. */
export interface CaseApp {
  appId: string;
  application: WholeApplication | null;
  servicePrincipal: WholeServicePrincipal | null;
}

/** What a case expects of a violation; members left out are not compared. */
export type Expected = Partial<Omit<Violation, 'evidence'>> & { evidence?: Record<string, unknown> };

/** One example of an app rule: at once a test, an example in the doc and an app of the demo tenant. */
export interface AppCase {
  /** A sentence that goes on from "a tenant where ...". */
  name: string;
  app: CaseApp;
  /** Apps that it needs around it, such as the API that it asks for. They comply; several cases may share one. */
  others?: readonly CaseApp[];
  grants?: readonly PermissionGrant[];
  assignments?: readonly CaseAssignment[];
  /** Parts that differ from the clean tenant. The case is then left out of the demo tenant: there is but one. */
  tenant?: Partial<TenantParts>;
  /** Empty for a case that complies. */
  violations: readonly Expected[];
  /** The keys of the violations of which the rule cannot tell. */
  undetermined?: readonly string[];
}

/** Somebody is assigned to an app, or a client holds an application permission. */
export type CaseAssignment = AppRoleAssignment & {
  /** The object id of the service principal of the app or the API. */
  resourceId: string;
};

/** One example of a tenant rule. */
export interface TenantCase {
  name: string;
  /** Part of the demo tenant; no two of these may contradict each other. */
  demo?: true;
  tenant: Partial<TenantParts>;
  violations: readonly Expected[];
  /** Graph does not tell what decides: nothing found means nothing here. */
  undetermined?: true;
}

export interface AppRuleWithCases {
  readonly rule: AppRule;
  readonly cases: readonly AppCase[];
}

export interface TenantRuleWithCases {
  readonly rule: TenantRule;
  readonly cases: readonly TenantCase[];
}

/** A rule with the cases of its folder. */
export type RuleWithCases = AppRuleWithCases | TenantRuleWithCases;

/** The tenant that all cases belong to, and the moment at which they are judged. */
export const caseTenant = {
  id: '0c0ffee0-7e57-4e57-8e57-0c0ffee00001',
  displayName: 'Woodgrove Bank',
  observedAt: '2026-11-24T02:00:00.000Z',
} as const;

/** Parts of a tenant that violates nothing. */
export const cleanTenantParts: TenantParts = {
  authorizationPolicy: {
    id: 'authorizationPolicy',
    defaultUserRolePermissions: {
      allowedToCreateApps: false,
      permissionGrantPoliciesAssigned: ['ManagePermissionGrantsForSelf.microsoft-user-default-recommended'],
    },
  },
  adminConsentRequestPolicy: {
    isEnabled: true,
    reviewers: [{ query: '/users/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0001', queryType: 'MicrosoftGraph' }],
  },
  consentReviewers: [{ query: '/users/6f0c5a3e-4b7c-4a55-9a30-0f1d9e5a0001', state: 'live' }],
  ...cleanAppManagement,
  ...cleanCloudOnly,
  ...cleanConsent,
};

/**
 * An app of this tenant that violates nothing: an application and its service principal, without credentials.
 * @param displayName names the case's app; its ids follow from it
 * @param parts what differs; null leaves the object out
 */
export function anApp(
  displayName: string,
  parts: {
    application?: Partial<WholeApplication> | null;
    servicePrincipal?: Partial<WholeServicePrincipal> | null;
  } = {},
): CaseApp {
  const appId = guidOf(`appId of ${displayName}`);
  const application: WholeApplication = {
    id: guidOf(`application ${displayName}`),
    appId,
    displayName,
    signInAudience: 'AzureADMyOrg',
    keyCredentials: [],
    passwordCredentials: [],
    ...parts.application,
  };
  const servicePrincipal: WholeServicePrincipal = {
    id: guidOf(`servicePrincipal ${displayName}`),
    appId,
    displayName,
    servicePrincipalType: 'Application',
    appOwnerOrganizationId: caseTenant.id,
    accountEnabled: true,
    keyCredentials: [],
    passwordCredentials: [],
    ...parts.servicePrincipal,
  };
  return {
    appId,
    application: parts.application === null ? null : application,
    servicePrincipal: parts.servicePrincipal === null ? null : servicePrincipal,
  };
}

/** A key credential; by default a certificate that verifies, which is never wrong. */
export function aKey(name: string, members: Partial<KeyCredential> = {}): KeyCredential {
  return {
    keyId: guidOf(`key ${name}`),
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    displayName: `CN=${name}`,
    customKeyIdentifier: createHash('sha1').update(name).digest('hex').toUpperCase(),
    startDateTime: '2024-03-01T00:00:00Z',
    endDateTime: '2034-03-01T00:00:00Z',
    ...members,
  };
}

/** A symmetric signing key, valid now. */
export function aSymmetricSigningKey(name: string, members: Partial<KeyCredential> = {}): KeyCredential {
  return aKey(name, { type: 'Symmetric', usage: 'Sign', displayName: null, customKeyIdentifier: null, ...members });
}

/** A client secret of the same dates as `aKey`. */
export function aPassword(name: string, members: Partial<PasswordCredential> = {}): PasswordCredential {
  return {
    keyId: guidOf(`password ${name}`),
    displayName: name,
    startDateTime: '2024-03-01T00:00:00Z',
    endDateTime: '2034-03-01T00:00:00Z',
    ...members,
  };
}

/** The three entries of a SAML signing certificate; the password has the keyId of the Sign entry. */
export function aSamlSigningCertificate(name: string): {
  keyCredentials: KeyCredential[];
  passwordCredentials: PasswordCredential[];
} {
  const sign = aKey(name, { type: 'X509CertAndPassword', usage: 'Sign' });
  return {
    keyCredentials: [sign, aKey(name, { keyId: guidOf(`verify ${name}`) })],
    passwordCredentials: [aPassword(name, { keyId: sign.keyId })],
  };
}

/** A GUID that follows from a text, so that cases have the same ids for ever. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
