import type { ApplicationProperty, ServicePrincipalProperty } from '../../model/entra/app.js';

/**
 * What a property may hold. Collections are never null to a rule; the others keep null where Graph says null. Strings
 * stand for dates, GUIDs and enum values too: enums are open, and dates stay the text that Graph sent.
 */
export type Kind =
  | 'string'
  /** A string of which there are few in a tenant: enum values, owners. */
  | 'word'
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
  disabledByMicrosoftStatus: 'word',
  extensionProperties: 'objects',
  federatedIdentityCredentials: 'objects',
  groupMembershipClaims: 'string',
  homeRealmDiscoveryPolicies: 'objects',
  identifierUris: 'strings',
  info: 'object',
  isDeviceOnlyAuthSupported: 'boolean',
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
  signInAudience: 'word',
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
  appOwnerOrganizationId: 'word',
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
  disabledByMicrosoftStatus: 'word',
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
  preferredSingleSignOnMode: 'word',
  preferredTokenSigningKeyThumbprint: 'string',
  remoteDesktopSecurityConfiguration: 'object',
  replyUrls: 'strings',
  resourceSpecificApplicationPermissions: 'objects',
  samlSingleSignOnSettings: 'object',
  servicePrincipalNames: 'strings',
  servicePrincipalType: 'word',
  signInAudience: 'word',
  synchronization: 'object',
  tags: 'strings',
  tokenEncryptionKeyId: 'string',
  tokenIssuancePolicies: 'objects',
  tokenLifetimePolicies: 'objects',
  transitiveMemberOf: 'objects',
  verifiedPublisher: 'object',
} as const satisfies Record<ServicePrincipalProperty, Kind>;
