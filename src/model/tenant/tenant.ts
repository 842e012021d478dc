import type {
  AdminConsentRequestPolicy,
  AppManagementPolicy,
  AuthorizationPolicy,
  TenantAppManagementPolicy,
} from '@microsoft/microsoft-graph-types';
import type { ExpirySettings } from '../entra/expiry.js';
import type { FirstPartySettings } from '../entra/first-party.js';
import type { AppRoleAssignments } from './app-role-assignments.js';
import type { ClaimsMappings } from './claims-mapping.js';
import type { GrantPolicy, PermissionClassifications } from './consent-policy.js';
import type { DeletedApplications } from './deleted-applications.js';
import type { Grants } from './grants.js';
import type { Domain, HybridOrganization, SynchronizationFeatures } from './hybrid.js';
import type { ListPresence } from './list-presence.js';
import type { Resources } from './resources.js';
import type { SignInFailures } from './sign-in-failures.js';

/** The organization of the tenant; it is read first. */
export interface Organization {
  id: string;
  displayName: string;
  /** Undefined where Graph does not return it; see `isCustomerTenant`. */
  tenantType?: string | undefined;
}

/** A reviewer of the admin consent workflow: the query that names it, and whether it can review. */
export interface ConsentReviewer {
  query: string;
  /** `unknown` for a group, a role, or another query that does not name one user. */
  state: 'live' | 'disabled' | 'gone' | 'unknown';
}

/**
 * What a rule can read of a tenant besides its apps. Most parts are loaded before the first app is judged; the walk over
 * the directory fills a few (`walkedParts`). If a part cannot be loaded, the rules that select it do not run.
 */
export interface TenantParts {
  /** `GET /policies/authorizationPolicy` */
  authorizationPolicy: Pick<AuthorizationPolicy, 'id' | 'defaultUserRolePermissions'>;
  /** `GET /policies/adminConsentRequestPolicy` */
  adminConsentRequestPolicy: Pick<
    AdminConsentRequestPolicy,
    'isEnabled' | 'notifyReviewers' | 'remindersEnabled' | 'requestDurationInDays' | 'reviewers'
  >;
  /** The app role assignments: looked up for an API or an app when the walk needs them. */
  appRoleAssignments: AppRoleAssignments;
  /** `GET /policies/appManagementPolicies` */
  appManagementPolicies: readonly Required<
    Pick<AppManagementPolicy, 'id' | 'displayName' | 'isEnabled' | 'restrictions'>
  >[];
  /**
   * `GET /policies/claimsMappingPolicies` with the objects to which they apply; null where Graph does not return them to
   * an application.
   */
  claimsMappingPolicies: ClaimsMappings | null;
  /** The reviewers of the admin consent workflow; each user is looked up with `GET /users/{id}`. */
  consentReviewers: readonly ConsentReviewer[];
  /** `GET /policies/defaultAppManagementPolicy` */
  defaultAppManagementPolicy: Required<
    Pick<TenantAppManagementPolicy, 'isEnabled' | 'applicationRestrictions' | 'servicePrincipalRestrictions'>
  >;
  /** `GET /directory/deletedItems/microsoft.graph.application` */
  deletedApplications: DeletedApplications;
  /** `GET /domains` */
  domains: readonly Domain[];
  /** The applications that own directory extensions: looked up when the walk needs them. */
  extensionProperties: ListPresence;
  /** The applications with federated identity credentials: looked up when the walk needs them. */
  federatedCredentials: ListPresence;
  /** `GET /oauth2PermissionGrants` */
  grants: Grants;
  /** `GET /directory/onPremisesSynchronization`; null where Graph does not return it to an application. */
  onPremisesSynchronization: SynchronizationFeatures | null;
  /** `GET /organization` */
  organization: HybridOrganization;
  /** `delegatedPermissionClassifications` of Microsoft Graph, and of other APIs when the walk needs them. */
  permissionClassifications: PermissionClassifications;
  /** `GET /policies/permissionGrantPolicies`: the policies under which users consent, with includes and excludes. */
  permissionGrantPolicies: readonly GrantPolicy[];
  /** The APIs of the tenant: complete when all service principals were read. */
  resources: Resources;
  /** `GET /auditLogs/signIns` of the last 24 hours, with the codes that rules about apps name. */
  signInFailures: SignInFailures;
}

export type TenantPart = keyof TenantParts;

/** The parts that the walk over the directory fills; the others are read before it. */
export const walkedParts = [
  'appRoleAssignments',
  'extensionProperties',
  'federatedCredentials',
  'resources',
] as const satisfies readonly TenantPart[];
/** The parts that are read on their own, because what is read depends on the rules. */
export type LoadedPart = Exclude<TenantPart, (typeof walkedParts)[number] | 'signInFailures'>;

/** The tenant as a rule sees it: its identity, the time of the scan, and the selected parts. */
export type Tenant<P extends TenantPart = never> = Organization & {
  /** The start of the scan, ISO 8601 UTC. Rules have no other clock. */
  readonly observedAt: string;
  /** Further apps that Microsoft owns; see `isFirstParty`. */
  readonly firstParty?: FirstPartySettings;
  /** When rules report credentials that will expire; see `defaultExpiry`. */
  readonly expiry?: ExpirySettings;
} & Pick<TenantParts, P>;

/** The settings that rules read, for every tenant of an installation. */
export type RuleSettings = Pick<Tenant, 'firstParty' | 'expiry'>;
