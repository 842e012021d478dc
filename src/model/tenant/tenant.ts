import type {
  AdminConsentRequestPolicy,
  AppManagementPolicy,
  AuthorizationPolicy,
  TenantAppManagementPolicy,
} from '@microsoft/microsoft-graph-types';
import type { FirstPartySettings } from '../entra/first-party.js';
import type { AppRoleAssignments } from './app-role-assignments.js';
import type { GrantPolicy, PermissionClassifications } from './consent-policy.js';
import type { Grants } from './grants.js';
import type { Domain, HybridOrganization, SynchronizationFeatures } from './hybrid.js';
import type { Resources } from './resources.js';

/** Whom the tenant belongs to; read before anything else. */
export interface Organization {
  id: string;
  displayName: string;
}

/** A reviewer of the admin consent workflow: the query that names it, and whether it can still review. */
export interface ConsentReviewer {
  query: string;
  /** `unknown` for groups, roles and whatever else does not name one user. */
  state: 'live' | 'disabled' | 'gone' | 'unknown';
}

/**
 * What a rule may read of a tenant beyond its apps. Most parts are loaded whole before the first app is judged, a few
 * are left behind by the walk (`walkedParts`); a part that could not be loaded takes the rules that select it out of the
 * scan.
 */
export interface TenantParts {
  /** `GET /policies/authorizationPolicy` */
  authorizationPolicy: Pick<AuthorizationPolicy, 'id' | 'defaultUserRolePermissions'>;
  /** `GET /policies/adminConsentRequestPolicy` */
  adminConsentRequestPolicy: Pick<AdminConsentRequestPolicy, 'isEnabled' | 'reviewers'>;
  /** Who is assigned to which app: looked up per API or app as the walk meets a need. */
  appRoleAssignments: AppRoleAssignments;
  /** `GET /policies/appManagementPolicies` */
  appManagementPolicies: readonly Required<
    Pick<AppManagementPolicy, 'id' | 'displayName' | 'isEnabled' | 'restrictions'>
  >[];
  /** The reviewers of the admin consent workflow, each user among them looked up by `GET /users/{id}`. */
  consentReviewers: readonly ConsentReviewer[];
  /** `GET /policies/defaultAppManagementPolicy` */
  defaultAppManagementPolicy: Required<
    Pick<TenantAppManagementPolicy, 'isEnabled' | 'applicationRestrictions' | 'servicePrincipalRestrictions'>
  >;
  /** `GET /domains` */
  domains: readonly Domain[];
  /** `GET /oauth2PermissionGrants` */
  grants: Grants;
  /** `GET /directory/onPremisesSynchronization`; null where Graph does not tell an application. */
  onPremisesSynchronization: SynchronizationFeatures | null;
  /** `GET /organization` */
  organization: HybridOrganization;
  /** `delegatedPermissionClassifications` of Microsoft Graph, and of other APIs as the walk meets a need. */
  permissionClassifications: PermissionClassifications;
  /** `GET /policies/permissionGrantPolicies`: those by which users consent, with includes and excludes. */
  permissionGrantPolicies: readonly GrantPolicy[];
  /** The APIs of the tenant: complete once all service principals were read. */
  resources: Resources;
}

export type TenantPart = keyof TenantParts;

/** Parts that the walk over the directory leaves behind; the others are read before it. */
export const walkedParts = ['appRoleAssignments', 'resources'] as const satisfies readonly TenantPart[];
export type LoadedPart = Exclude<TenantPart, (typeof walkedParts)[number]>;

/** The tenant as a rule sees it: identity, the moment of the scan, and the selected parts. */
export type Tenant<P extends TenantPart = never> = Organization & {
  /** The start of the scan, ISO 8601 UTC. Rules have no other clock. */
  readonly observedAt: string;
  /** Principals that are Microsoft's beyond those the program knows; see `isFirstParty`. */
  readonly firstParty?: FirstPartySettings;
} & Pick<TenantParts, P>;
