import type { Cloud } from '../entra/clouds.js';
import type { Finding } from './finding.js';

/**
 * The blade of the Entra admin center that shows the object of a finding. The URL holds encoded ids only, never names.
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

/** The blades of the settings that tenant rules check; other rules link to the overview. */
const tenantBlades: readonly (readonly [RegExp, string])[] = [
  [/consent|reviewers/, 'Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings'],
  [/sync|password/, 'Microsoft_AAD_Connect_Provisioning/AADConnectMenuBlade/~/ConnectSync'],
];

/** The blade of a user. @param userId the object id */
export function userUrl(userId: string, { adminCenter }: Pick<Cloud, 'adminCenter'>): string {
  return `${adminCenter}/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${encodeURIComponent(userId)}`;
}
