import type { App } from '../entra/app.js';
import type { Remedy } from '../remediation/remediation.js';
import type { Tenant } from '../tenant/tenant.js';
import type { Violation } from './violation.js';

/** What is read afresh of a flagged app before a plan is made or carried out, besides what the rules select. */
export const remedySelect = {
  application: ['keyCredentials', 'passwordCredentials', 'servicePrincipalLockConfiguration', 'signInAudience'],
  servicePrincipal: ['keyCredentials', 'passwordCredentials', 'servicePrincipalType', 'appOwnerOrganizationId'],
} as const;

/** Facts that no listing shows; undefined where they could not be read, and then no plan may rest on them. */
export interface RemedyFacts {
  /** How many claims-mapping policies are assigned to the service principal. */
  readonly claimsMappingPolicies: number | undefined;
  /** Whether a deleted service principal of the app could be restored. */
  readonly deletedServicePrincipal: boolean | undefined;
}

/** A flagged app as it is now. */
export interface RemedySubject {
  readonly app: App<(typeof remedySelect.application)[number], (typeof remedySelect.servicePrincipal)[number]>;
  readonly facts: RemedyFacts;
}

/** The tenant at work, and what counts as Microsoft's in it. */
export type RemedyTenant = Pick<Tenant, 'id' | 'firstParty'>;

/** What an administrator has set for remedies. */
export interface RemedyOptions {
  /** Object ids of users who may review requests for consent; from ADMIN_CONSENT_REVIEWERS. */
  readonly adminConsentReviewers: readonly string[];
}

/** How violations of an app rule are ended. */
export interface AppRemedy {
  /** The least application permission that the plan's requests need. */
  readonly permission: string;
  plan(violation: Violation, subject: RemedySubject, tenant: RemedyTenant): Remedy;
}
