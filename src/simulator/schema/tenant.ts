import type { JsonObject } from '../protocol/json.js';

export const collectionNames = ['applications', 'servicePrincipals'] as const;
export type CollectionName = (typeof collectionNames)[number];

/** Objects that are generated when they are asked for, so that their number costs no memory. */
export interface FillerSize {
  /** Applications and service principals together, up to 1,000,000. */
  objects: number;
  /** The same seed gives the same objects. */
  seed: number;
  /** Every so many applications, one carries a symmetric signing key; left out, all comply. */
  plantEvery?: number;
}

/** The tenant that the simulator plays: complete objects as Graph stores them, `key` of keyCredentials included. */
export interface SimulatedTenant {
  id: string;
  displayName: string;
  /** May carry `owners: [{id, '@odata.type', mail, userPrincipalName}]`, which Graph shows under `/owners` only. */
  applications: readonly JsonObject[];
  /** May carry `owners`, and `servicePrincipalLockConfiguration` for a lock that sits in the app's home tenant. */
  servicePrincipals: readonly JsonObject[];
  /** By the name in `/policies/{name}`; a collection is given as `{value: [...]}`. */
  policies: { authorizationPolicy: JsonObject; adminConsentRequestPolicy: JsonObject; [other: string]: JsonObject };
  /** More members of `GET /organization`: what a hybrid tenant has. */
  organization?: JsonObject;
  domains?: readonly JsonObject[];
  users?: readonly JsonObject[];
  /** The features of `GET /directory/onPremisesSynchronization`; all off unless given. */
  onPremisesSynchronization?: JsonObject;
  /** What clients may do for users: `{id, clientId, resourceId, consentType, principalId, scope}`. */
  oauth2PermissionGrants?: readonly JsonObject[];
  /** Who is assigned to what: `{id, principalId, principalType, resourceId, appRoleId}`. */
  appRoleAssignments?: readonly JsonObject[];
  filler?: FillerSize;
}
