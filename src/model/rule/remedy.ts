import type { App } from '../entra/app.js';
import type { Remedy } from '../remediation/remediation.js';
import type { Tenant } from '../tenant/tenant.js';
import type { NoUndo } from './undo.js';
import type { Violation } from './violation.js';

/** The properties that are read again before a plan is made or executed, besides those that the rules select. */
export const remedySelect = {
  application: ['keyCredentials', 'passwordCredentials', 'servicePrincipalLockConfiguration', 'signInAudience'],
  servicePrincipal: [
    'appOwnerOrganizationId',
    'keyCredentials',
    'passwordCredentials',
    'preferredSingleSignOnMode',
    'preferredTokenSigningKeyThumbprint',
    'servicePrincipalType',
  ],
} as const;

/** Facts that no listing returns. Undefined where they could not be read: then no plan may rely on them. */
export interface RemedyFacts {
  /** How many claims-mapping policies are assigned to the service principal. */
  readonly claimsMappingPolicies: number | undefined;
  /** Whether a deleted service principal of the app could be restored. */
  readonly deletedServicePrincipal: boolean | undefined;
}

/** An app with a violation, as it is now. */
export interface RemedySubject {
  readonly app: App<(typeof remedySelect.application)[number], (typeof remedySelect.servicePrincipal)[number]>;
  readonly facts: RemedyFacts;
  /** The app that `AppRemedy.otherApp` names; undefined if it could not be read. */
  readonly other?: RemedySubject | undefined;
}

/** The scanned tenant, and the settings of its first-party apps. */
export type RemedyTenant = Pick<Tenant, 'id' | 'firstParty'>;

/** The settings of remedies. */
export interface RemedyOptions {
  /** The object ids of the reviewers of admin consent requests, from ADMIN_CONSENT_REVIEWERS. */
  readonly adminConsentReviewers: readonly string[];
}

/** How violations of an app rule are fixed. */
export interface AppRemedy {
  /** The least privileged application permission for the plan's requests. */
  readonly permission: string;
  /** Why an applied plan is not undone: a remediation that changes an app records no state for it. */
  readonly undo: NoUndo;
  /** The appId of another app on which the plan depends, such as the API that the app requires. */
  otherApp?(violation: Pick<Violation, 'evidence'>): string | undefined;
  plan(violation: Violation, subject: RemedySubject, tenant: RemedyTenant): Remedy;
}
