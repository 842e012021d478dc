/** The kind of a tenant, as Graph returns it. */
interface Typed {
  readonly tenantType?: string | null | undefined;
}

/**
 * Whether the users of a tenant are customers: an external tenant or a B2C tenant. Customers cannot consent; an
 * administrator consents for them. An unknown type counts as a workforce tenant, which nearly all tenants are.
 * Sources: Graph, organization: `tenantType` (`AAD`, `AAD B2C`, `CIAM`); Microsoft Learn, "Register your app in the
 * external tenant": customers cannot consent to permissions.
 */
export function isCustomerTenant(tenant: Typed): boolean {
  return isExternalTenant(tenant) || isB2cTenant(tenant);
}

/** Whether a tenant has an external configuration (Microsoft Entra External ID). */
export function isExternalTenant({ tenantType }: Typed): boolean {
  return tenantType?.toUpperCase() === 'CIAM';
}

/** Whether a tenant belongs to Azure AD B2C. */
export function isB2cTenant({ tenantType }: Typed): boolean {
  return tenantType?.toUpperCase() === 'AAD B2C';
}
