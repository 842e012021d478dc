import type { AdminConsentRequestPolicy, AuthorizationPolicy } from '@microsoft/microsoft-graph-types';

/** Whom the tenant belongs to; read before anything else. */
export interface Organization {
  id: string;
  displayName: string;
}

/**
 * What a rule may read of a tenant beyond its apps. Each part is loaded whole before the first app is judged; a part
 * that could not be loaded takes the rules that select it out of the scan.
 */
export interface TenantParts {
  /** `GET /policies/authorizationPolicy` */
  authorizationPolicy: Pick<AuthorizationPolicy, 'id' | 'defaultUserRolePermissions'>;
  /** `GET /policies/adminConsentRequestPolicy` */
  adminConsentRequestPolicy: Pick<AdminConsentRequestPolicy, 'isEnabled' | 'reviewers'>;
}

export type TenantPart = keyof TenantParts;

/** The tenant as a rule sees it: identity, the moment of the scan, and the selected parts. */
export type Tenant<P extends TenantPart = never> = Organization & {
  /** The start of the scan, ISO 8601 UTC. Rules have no other clock. */
  readonly observedAt: string;
} & Pick<TenantParts, P>;
