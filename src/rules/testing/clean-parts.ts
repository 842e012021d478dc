import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { ClaimsMappingIndex } from '../../model/tenant/claims-mapping.js';
import { ClassificationIndex } from '../../model/tenant/consent-policy.js';
import { DeletedApplicationIndex } from '../../model/tenant/deleted-applications.js';
import { GrantIndex } from '../../model/tenant/grants.js';
import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { ResourceIndex } from '../../model/tenant/resources.js';
import { SignInFailureIndex } from '../../model/tenant/sign-in-failures.js';
import type { TenantParts } from '../../model/tenant/tenant.js';

type Restrictions = NonNullable<TenantParts['defaultAppManagementPolicy']['applicationRestrictions']>;

/** Restrictions that prevent the addition of symmetric keys. */
export const noSymmetricKeys: Restrictions = {
  passwordCredentials: [
    {
      restrictionType: 'symmetricKeyAddition',
      state: 'enabled',
      maxLifetime: null,
      restrictForAppsCreatedAfterDateTime: null,
    },
  ],
  keyCredentials: [],
};

/** Policies that prevent the addition of symmetric keys. */
export const cleanAppManagement: Pick<TenantParts, 'appManagementPolicies' | 'defaultAppManagementPolicy'> = {
  defaultAppManagementPolicy: {
    isEnabled: true,
    applicationRestrictions: noSymmetricKeys,
    servicePrincipalRestrictions: noSymmetricKeys,
  },
  appManagementPolicies: [],
};

/** A tenant without an on-premises directory, whose passwords do not expire. */
export const cleanCloudOnly: Pick<TenantParts, 'organization' | 'onPremisesSynchronization' | 'domains'> = {
  organization: {
    onPremisesSyncEnabled: null,
    onPremisesLastSyncDateTime: null,
    onPremisesLastPasswordSyncDateTime: null,
  },
  onPremisesSynchronization: { passwordSyncEnabled: false, cloudPasswordPolicyForPasswordSyncedUsersEnabled: false },
  domains: [
    {
      id: 'woodgrove.example',
      authenticationType: 'Managed',
      isVerified: true,
      // The value of Graph for passwords that never expire.
      passwordValidityPeriodInDays: 2_147_483_647,
    },
  ],
};

/** A tenant without grants and classifications. */
export const cleanConsent: Pick<
  TenantParts,
  'appRoleAssignments' | 'grants' | 'permissionClassifications' | 'permissionGrantPolicies' | 'resources'
> = {
  appRoleAssignments: new AppRoleAssignmentIndex(),
  grants: new GrantIndex(),
  permissionClassifications: new ClassificationIndex(),
  permissionGrantPolicies: [],
  resources: new ResourceIndex(),
};

/** A tenant without claims-mapping policies, deleted applications, directory extensions, federated credentials and failed sign-ins. */
export const cleanApps: Pick<
  TenantParts,
  'claimsMappingPolicies' | 'deletedApplications' | 'extensionProperties' | 'federatedCredentials' | 'signInFailures'
> = {
  claimsMappingPolicies: new ClaimsMappingIndex(),
  deletedApplications: new DeletedApplicationIndex(),
  extensionProperties: new ListPresenceIndex(),
  federatedCredentials: new ListPresenceIndex(),
  signInFailures: new SignInFailureIndex(),
};
