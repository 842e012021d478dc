/**
 * The URL of a tenant on the review page, where there are several tenants.
 * @param publicUrl the setting PUBLIC_URL
 */
export function tenantPageUrl(publicUrl: string, tenantId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${tenantPath(tenantId)}`;
}

/** The path below which everything of one of several tenants is. */
export function tenantPath(tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantId)}`;
}

/**
 * The URL of a finding on the review page. It holds the encoded id only, never a name.
 * @param publicUrl the setting PUBLIC_URL, or the URL of the tenant's page
 */
export function findingUrl(publicUrl: string, findingId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/findings/${encodeURIComponent(findingId)}`;
}

/**
 * The URL of the open findings of a rule on the review page.
 * @param publicUrl the setting PUBLIC_URL, or the URL of the tenant's page
 */
export function findingsUrl(publicUrl: string, ruleId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/findings?rule=${encodeURIComponent(ruleId)}`;
}
