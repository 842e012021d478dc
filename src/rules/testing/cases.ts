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
import type { SignInFailure } from '../../model/tenant/sign-in-failures.js';
import type { Organization, TenantParts } from '../../model/tenant/tenant.js';
import { cleanAppManagement, cleanApps, cleanCloudOnly, cleanConsent } from './clean-parts.js';

/** The application and the service principal of an app; null where there is none. */
export interface CaseApp {
  appId: string;
  application: WholeApplication | null;
  servicePrincipal: WholeServicePrincipal | null;
}

/**
 * The expected properties of a violation; absent ones are not compared. The severity is that of the finding: of the
 * violation, or else of the rule.
 */
export type Expected = Partial<Omit<Violation, 'evidence'>> & { evidence?: Record<string, unknown> };

/** What differs from the clean tenant. */
export type CaseParts = Partial<TenantParts> & Pick<Organization, 'tenantType'>;

/** One example of an app rule: a test, an example in the documentation, and an app of the demo tenant. */
export interface AppCase {
  /** Completes the sentence "a tenant where ...". */
  name: string;
  app: CaseApp;
  /** Other apps that the case needs, such as the API that the app requires. They comply; cases can share them. */
  others?: readonly CaseApp[];
  grants?: readonly PermissionGrant[];
  assignments?: readonly CaseAssignment[];
  /** The failed sign-ins of the last day. */
  signIns?: readonly SignInFailure[];
  /** Parts that differ from the clean tenant. Such a case is not in the demo tenant, which has one value of each part. */
  tenant?: CaseParts;
  /** Empty for an app that complies. */
  violations: readonly Expected[];
  /** The keys of the violations that are undetermined. */
  undetermined?: readonly string[];
}

/** The assignment of a user to an app, or of an application permission to a client. */
export type CaseAssignment = AppRoleAssignment & {
  /** The object id of the service principal of the app or the API. */
  resourceId: string;
};

/** One example of a tenant rule. */
export interface TenantCase {
  name: string;
  /** The case is part of the demo tenant; two such cases must not contradict each other. */
  demo?: true;
  tenant: CaseParts;
  violations: readonly Expected[];
  /** The rule is undetermined, because Graph does not return the deciding value. */
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

/** The tenant of all cases, and the time at which they are judged. */
export const caseTenant = {
  id: '0c0ffee0-7e57-4e57-8e57-0c0ffee00001',
  displayName: 'Woodgrove Bank',
  observedAt: '2026-11-24T02:00:00.000Z',
} as const;

/** The parts of a tenant without a violation. */
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
  ...cleanApps,
  ...cleanCloudOnly,
  ...cleanConsent,
};

/**
 * An app of this tenant without a violation: an application and its service principal, without credentials.
 * @param displayName of the app; its ids follow from it
 * @param parts properties that differ; null for no object
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
    appRoleAssignmentRequired: false,
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

/** A key credential; by default a certificate that verifies signatures, which always complies. */
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

/** A client secret with the same dates as `aKey`. */
export function aPassword(name: string, members: Partial<PasswordCredential> = {}): PasswordCredential {
  return {
    keyId: guidOf(`password ${name}`),
    displayName: name,
    startDateTime: '2024-03-01T00:00:00Z',
    endDateTime: '2034-03-01T00:00:00Z',
    ...members,
  };
}

/** The three credentials of a SAML signing certificate; the password has the keyId of the Sign entry. */
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

/** A GUID derived from a text, so that cases always have the same ids. */
export function guidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
