import type { JsonObject } from '../protocol/json.js';

export const collectionNames = ['applications', 'servicePrincipals'] as const;
export type CollectionName = (typeof collectionNames)[number];

/** Generated objects. The simulator computes each on request, so their number needs no memory. */
export interface FillerSize {
  /** Applications and service principals together, up to 1,000,000. */
  objects: number;
  /** The same seed generates the same objects. */
  seed: number;
  /** Every n-th application has a symmetric signing key. Without it, all applications comply. */
  plantEvery?: number;
  /**
   * Every n-th object of each collection holds a certificate, and no other object holds a key credential, except the
   * planted ones. Without it, about one object in five holds one.
   */
  keyHolderEvery?: number;
}

/** The simulated tenant. Objects are complete, as Graph stores them, including `key` of keyCredentials. */
export interface SimulatedTenant {
  id: string;
  displayName: string;
  /** May have `owners: [{id, '@odata.type', mail, userPrincipalName}]`, which Graph shows under `/owners` only. */
  applications: readonly JsonObject[];
  /** May have `owners`, and `servicePrincipalLockConfiguration` for a lock set in the app's home tenant. */
  servicePrincipals: readonly JsonObject[];
  /** The key is the name in `/policies/{name}`. A collection is `{value: [...]}`. */
  policies: { authorizationPolicy: JsonObject; adminConsentRequestPolicy: JsonObject; [other: string]: JsonObject };
  /** More properties of `GET /organization`, for example those of a hybrid tenant. */
  organization?: JsonObject;
  domains?: readonly JsonObject[];
  users?: readonly JsonObject[];
  /** The features of `GET /directory/onPremisesSynchronization`. A missing one is off. */
  onPremisesSynchronization?: JsonObject;
  /** Delegated permission grants: `{id, clientId, resourceId, consentType, principalId, scope}`. */
  oauth2PermissionGrants?: readonly JsonObject[];
  /** Memberships of users and groups: the ids of a group and of a member. */
  groupMembers?: readonly { groupId: string; memberId: string }[];
  /** App role assignments: `{id, principalId, principalType, resourceId, appRoleId}`. */
  appRoleAssignments?: readonly JsonObject[];
  /**
   * Entries of the sign-in log. `minutesAgo` instead of `createdDateTime` counts from the start of the simulator. They name
   * users, as the real log does.
   */
  signIns?: readonly JsonObject[];
  /** Generated failed sign-ins. The simulator computes each on request. */
  signInFiller?: SignInFiller;
  /** Entries of the audit log, with `activityDateTime` or `minutesAgo`. */
  directoryAudits?: readonly JsonObject[];
  /** False for a tenant without Entra ID P1, which has no sign-in log in Graph. @default true */
  premium?: boolean;
  filler?: FillerSize;
}

/** Generated failed sign-ins. */
export interface SignInFiller {
  count: number;
  /** The apps, in turns. */
  appIds: readonly string[];
  /** The number of different users. */
  users: number;
  /** @default 50000 */
  errorCode?: number;
  /** The age of the oldest entry. @default 23 hours */
  withinMinutes?: number;
}
