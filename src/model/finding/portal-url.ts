import type { Cloud } from '../entra/clouds.js';
import type { Finding } from './finding.js';

/**
 * The blade of the Entra admin center where a person sees what a finding is about. Every part of the address is an id
 * of ours or of Graph's, encoded: names never enter it.
 */
export function portalUrl(
  { on, objectId, appId, ruleId }: Pick<Finding, 'on' | 'objectId' | 'appId' | 'ruleId'>,
  { adminCenter }: Pick<Cloud, 'adminCenter'>,
): string {
  const portal = `${adminCenter}/#view`;
  const [object, app] = [objectId, appId].map(encodeURIComponent);
  if (on === 'application')
    return `${portal}/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/${app}`;
  if (on === 'servicePrincipal') {
    return `${portal}/Microsoft_AAD_IAM/ManagedAppMenuBlade/~/Overview/objectId/${object}/appId/${app}`;
  }
  return `${portal}/${tenantBlades.find(([rules]) => rules.test(ruleId))?.[1] ?? tenantOverview}`;
}

const tenantOverview = 'Microsoft_AAD_IAM/TenantOverview.ReactView';

/** Where a tenant rule's setting is; the overview for those without a blade of their own. */
const tenantBlades: readonly (readonly [RegExp, string])[] = [
  [/consent|reviewers/, 'Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings'],
  [/sync|password/, 'Microsoft_AAD_Connect_Provisioning/AADConnectMenuBlade/~/ConnectSync'],
];

/** The blade of a user. */
export function userUrl(userId: string, { adminCenter }: Pick<Cloud, 'adminCenter'>): string {
  return `${adminCenter}/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(userId)}`;
}
