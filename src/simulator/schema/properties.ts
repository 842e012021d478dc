import type { JsonObject, JsonValue } from '../protocol/json.js';
import type { CollectionName } from './tenant.js';

/** The values that Graph shows for properties that were never set: empty collections, otherwise null. */
type Defaults = Readonly<Record<string, JsonValue>>;

const unset = (names: string): Defaults => Object.fromEntries(names.split(' ').map((name) => [name, null]));
const emptyLists = (names: string): Defaults => Object.fromEntries(names.split(' ').map((name) => [name, []]));

/** Structural properties by collection. Source: Graph v1.0 metadata, types application and servicePrincipal. */
export const propertyDefaults: Readonly<Record<CollectionName, Defaults>> = {
  applications: {
    ...unset(
      'id deletedDateTime appId applicationTemplateId authenticationBehaviors certification createdByAppId createdDateTime defaultRedirectUri description disabledByMicrosoftStatus displayName groupMembershipClaims isDeviceOnlyAuthSupported isDisabled isFallbackPublicClient nativeAuthenticationApisEnabled notes optionalClaims parentalControlSettings publisherDomain requestSignatureVerification samlMetadataUrl serviceManagementReference servicePrincipalLockConfiguration signInAudience tokenEncryptionKeyId uniqueName verifiedPublisher api info publicClient spa web logo',
    ),
    oauth2RequirePostResponse: false,
    ...emptyLists('identifierUris tags addIns appRoles keyCredentials passwordCredentials requiredResourceAccess'),
  },
  servicePrincipals: {
    ...unset(
      'id deletedDateTime accountEnabled appDescription appDisplayName appId applicationTemplateId appOwnerOrganizationId createdDateTime customSecurityAttributes description disabledByMicrosoftStatus displayName homepage info isDisabled loginUrl logoutUrl notes preferredSingleSignOnMode preferredTokenSigningKeyThumbprint samlSingleSignOnSettings servicePrincipalType signInAudience tokenEncryptionKeyId verifiedPublisher',
    ),
    appRoleAssignmentRequired: false,
    ...emptyLists(
      'alternativeNames notificationEmailAddresses replyUrls servicePrincipalNames tags addIns appRoles keyCredentials oauth2PermissionScopes passwordCredentials resourceSpecificApplicationPermissions',
    ),
  },
};

/** Properties that Graph returns only if `$select` names them. Source: the pages of the two resource types. */
export const onSelectOnly: ReadonlySet<string> = new Set([
  'customSecurityAttributes',
  'logo',
  'authenticationBehaviors',
]);

/** Read-only properties. */
export const readOnlyProperties: Readonly<Record<CollectionName, ReadonlySet<string>>> = {
  applications: new Set(
    'id appId deletedDateTime createdDateTime createdByAppId applicationTemplateId publisherDomain certification verifiedPublisher disabledByMicrosoftStatus'.split(
      ' ',
    ),
  ),
  servicePrincipals: new Set(
    'id appId deletedDateTime createdDateTime appDisplayName appDescription appOwnerOrganizationId applicationTemplateId servicePrincipalType signInAudience verifiedPublisher disabledByMicrosoftStatus'.split(
      ' ',
    ),
  ),
};

/** The type names in Graph's metadata. */
export const typeNames: Readonly<Record<CollectionName, string>> = {
  applications: 'microsoft.graph.application',
  servicePrincipals: 'microsoft.graph.servicePrincipal',
};

/** The properties of one entry of keyCredentials. Source: Graph resource type keyCredential. */
export const keyCredentialMembers = [
  'keyId',
  'type',
  'usage',
  'displayName',
  'customKeyIdentifier',
  'startDateTime',
  'endDateTime',
  'key',
] as const;

/** The keyCredentials of an object. */
export function keysOf(object: JsonObject): readonly JsonObject[] {
  return (object.keyCredentials as readonly JsonObject[] | undefined) ?? [];
}
