/**
 * The address of a tenant on the review page, where there are several.
 * @param publicUrl where the page lives, the setting PUBLIC_URL
 */
export function tenantPageUrl(publicUrl: string, tenantId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}${tenantPath(tenantId)}`;
}

/** Everything of one of several tenants lives below it. */
export function tenantPath(tenantId: string): string {
  return `/tenants/${encodeURIComponent(tenantId)}`;
}

/**
 * The address of a finding on the review page; ids are encoded, names never enter it.
 * @param publicUrl where the page lives, the setting PUBLIC_URL, or the address of the tenant there
 */
export function findingUrl(publicUrl: string, findingId: string): string {
  return `${publicUrl.replace(/\/+$/, '')}/findings/${encodeURIComponent(findingId)}`;
}
