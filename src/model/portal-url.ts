import type { Finding } from './finding.js';

const portal = 'https://entra.microsoft.com/#view';

/**
 * The blade of the Entra admin center where a person sees what a finding is about. Every part of the address is an id
 * of ours or of Graph's, encoded: names never enter it.
 */
export function portalUrl({ on, objectId, appId }: Pick<Finding, 'on' | 'objectId' | 'appId'>): string {
  const [object, app] = [objectId, appId].map(encodeURIComponent);
  if (on === 'application')
    return `${portal}/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${app}`;
  if (on === 'servicePrincipal') {
    return `${portal}/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/${object}/appId/${app}`;
  }
  return `${portal}/Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings`;
}

/** The blade of a user. */
export function userUrl(userId: string): string {
  return `${portal}/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(userId)}`;
}
