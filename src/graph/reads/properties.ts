import type { ApplicationProperty, ServicePrincipalProperty } from '../../model/entra/app.js';

/**
 * The kind of a property's value. A collection is never null for a rule; other values keep Graph's null. Dates, GUIDs and
 * enum values are strings: enums can get new values, and dates keep Graph's text.
 */
export type Kind =
  | 'string'
  /** A string with few different values in a tenant: enum values, owners. */
  | 'repeatedString'
  | 'boolean'
  | 'object'
  | 'strings'
  | 'objects'
  | 'keyCredentials'
  | 'passwordCredentials'
  | 'publishedScopes'
  | 'publishedAppRoles';

/** Source: Graph v1.0 metadata, entity type application. */
export const applicationKinds = {
  addIns: 'objects',
  api: 'object',
  appManagementPolicies: 'objects',
  appRoles: 'objects',
  applicationTemplateId: 'string',
  authenticationBehaviors: 'object',
  certification: 'object',
  createdDateTime: 'string',
  createdOnBehalfOf: 'object',
  defaultRedirectUri: 'string',
  deletedDateTime: 'string',
  description: 'string',
  disabledByMicrosoftStatus: 'repeatedString',
  extensionProperties: 'objects',
  federatedIdentityCredentials: 'objects',
  groupMembershipClaims: 'string',
  homeRealmDiscoveryPolicies: 'objects',
  identifierUris: 'strings',
  info: 'object',
  isDeviceOnlyAuthSupported: 'boolean',
  isDisabled: 'boolean',
  isFallbackPublicClient: 'boolean',
  keyCredentials: 'keyCredentials',
  logo: 'string',
  nativeAuthenticationApisEnabled: 'string',
  notes: 'string',
  oauth2RequirePostResponse: 'boolean',
  optionalClaims: 'object',
  owners: 'objects',
  parentalControlSettings: 'object',
  passwordCredentials: 'passwordCredentials',
  publicClient: 'object',
  publisherDomain: 'string',
  requestSignatureVerification: 'object',
  requiredResourceAccess: 'objects',
  samlMetadataUrl: 'string',
  serviceManagementReference: 'string',
  servicePrincipalLockConfiguration: 'object',
  signInAudience: 'repeatedString',
  spa: 'object',
  synchronization: 'object',
  tags: 'strings',
  tokenEncryptionKeyId: 'string',
  tokenIssuancePolicies: 'objects',
  tokenLifetimePolicies: 'objects',
  uniqueName: 'string',
  verifiedPublisher: 'object',
  web: 'object',
} as const satisfies Record<ApplicationProperty, Kind>;

/** Source: Graph v1.0 metadata, entity type servicePrincipal. */
export const servicePrincipalKinds = {
  accountEnabled: 'boolean',
  addIns: 'objects',
  alternativeNames: 'strings',
  appDescription: 'string',
  appDisplayName: 'string',
  appManagementPolicies: 'objects',
  appOwnerOrganizationId: 'repeatedString',
  appRoleAssignedTo: 'objects',
  appRoleAssignmentRequired: 'boolean',
  appRoleAssignments: 'objects',
  appRoles: 'publishedAppRoles',
  applicationTemplateId: 'string',
  claimsMappingPolicies: 'objects',
  createdObjects: 'objects',
  customSecurityAttributes: 'object',
  delegatedPermissionClassifications: 'objects',
  deletedDateTime: 'string',
  description: 'string',
  disabledByMicrosoftStatus: 'repeatedString',
  endpoints: 'objects',
  federatedIdentityCredentials: 'objects',
  homeRealmDiscoveryPolicies: 'objects',
  homepage: 'string',
  info: 'object',
  keyCredentials: 'keyCredentials',
  loginUrl: 'string',
  logoutUrl: 'string',
  memberOf: 'objects',
  notes: 'string',
  notificationEmailAddresses: 'strings',
  oauth2PermissionGrants: 'objects',
  oauth2PermissionScopes: 'publishedScopes',
  ownedObjects: 'objects',
  owners: 'objects',
  passwordCredentials: 'passwordCredentials',
  preferredSingleSignOnMode: 'repeatedString',
  preferredTokenSigningKeyThumbprint: 'string',
  remoteDesktopSecurityConfiguration: 'object',
  replyUrls: 'strings',
  resourceSpecificApplicationPermissions: 'objects',
  samlSingleSignOnSettings: 'object',
  servicePrincipalNames: 'strings',
  servicePrincipalType: 'repeatedString',
  signInAudience: 'repeatedString',
  synchronization: 'object',
  tags: 'strings',
  tokenEncryptionKeyId: 'string',
  tokenIssuancePolicies: 'objects',
  tokenLifetimePolicies: 'objects',
  transitiveMemberOf: 'objects',
  verifiedPublisher: 'object',
} as const satisfies Record<ServicePrincipalProperty, Kind>;
