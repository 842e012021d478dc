/** Further first-party principals, from the settings FIRST_PARTY_APP_IDS and FIRST_PARTY_TENANT_IDS; lower case. */
export interface FirstPartySettings {
  readonly appIds: readonly string[];
  readonly tenantIds: readonly string[];
}

/** The tenants that own Microsoft's applications. Source: Microsoft Learn, "Verify first-party Microsoft applications". */
const microsoftTenants: ReadonlySet<string> = new Set([
  'f8cdef31-a31e-4b4a-93e4-5f571e91255a',
  '72f988bf-86f1-41af-91ab-2d7cd011db47',
]);

/** Well-known applications, for service principals without an owner. Source: the same page. */
const microsoftApps: ReadonlySet<string> = new Set([
  '00000002-0000-0000-c000-000000000000', // Azure Active Directory Graph
  '00000002-0000-0ff1-ce00-000000000000', // Office 365 Exchange Online
  '00000003-0000-0000-c000-000000000000', // Microsoft Graph
  '00000003-0000-0ff1-ce00-000000000000', // Office 365 SharePoint Online
  '00000004-0000-0ff1-ce00-000000000000', // Skype for Business Online
  '00000006-0000-0ff1-ce00-000000000000', // Microsoft Office 365 Portal
  '00000007-0000-0000-c000-000000000000', // Common Data Service (Dynamics 365)
  '00000009-0000-0000-c000-000000000000', // Power BI Service
  '04b07795-8ddb-461a-bbee-02f9e1bf7b46', // Microsoft Azure CLI
  '14d82eec-204b-4c2f-b7e8-296a70dab67e', // Microsoft Graph Command Line Tools
  '1950a258-227b-4e31-a9cf-717495945fc2', // Microsoft Azure PowerShell
  '797f4846-ba00-4fd7-ba43-dac1f8f63013', // Azure Service Management
  'c5393580-f805-4401-95e8-94b7a6ef2fc2', // Office 365 Management APIs
  'cfa8b339-82a2-471a-a3c9-0fc0be7a4093', // Azure Key Vault
  'e406a681-f3d4-42a8-90b6-c2b029497af1', // Azure Storage
]);

const noFurther: FirstPartySettings = { appIds: [], tenantIds: [] };

/**
 * Whether Microsoft owns an app, so that the tenant cannot change it. In the tenant that owns such an app it is an app
 * like any other. Ids are compared without regard to case.
 * @param of the app, with the owner of its service principal
 * @param tenantId of the scanned tenant
 * @param more further first-party apps and tenants from the settings
 */
export function isFirstParty(
  of: { readonly appId: string; readonly appOwnerOrganizationId?: string | null },
  tenantId: string,
  more: FirstPartySettings = noFurther,
): boolean {
  const appId = of.appId.toLowerCase();
  const owner = of.appOwnerOrganizationId?.toLowerCase();
  if (owner === tenantId.toLowerCase()) return false;
  if (microsoftApps.has(appId) || more.appIds.includes(appId)) return true;
  return owner !== undefined && (microsoftTenants.has(owner) || more.tenantIds.includes(owner));
}
