import { z } from 'zod';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { readAll, readOne, type Source } from '../http/read.js';

/*
 * Members that rules decide upon must be there: an absent one would read as "switched off". Unknown members of inner
 * objects pass. No `$select`: adminConsentRequestPolicy does not support it.
 */
const strings = z.array(z.string());

const authorizationPolicy = z.object({
  id: z.string(),
  defaultUserRolePermissions: z.looseObject({ permissionGrantPoliciesAssigned: strings.nullable() }),
});

const adminConsentRequestPolicy = z.object({
  isEnabled: z.boolean(),
  reviewers: z.array(z.looseObject({ query: z.string().nullish() })).nullable(),
});

/** Enums are open, and `state` came later than the rest. */
const restriction = z.looseObject({
  restrictionType: z.string().nullable(),
  state: z.string().nullish(),
  restrictForAppsCreatedAfterDateTime: z.string().nullish(),
});
const restrictions = z.looseObject({ passwordCredentials: z.array(restriction).nullable() }).nullable();

const defaultAppManagementPolicy = z.object({
  isEnabled: z.boolean(),
  applicationRestrictions: restrictions,
  servicePrincipalRestrictions: restrictions,
});

const appManagementPolicy = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  isEnabled: z.boolean(),
  restrictions,
});

/** Source: Graph, authorizationPolicy resource type. */
export function readAuthorizationPolicy(source: Source): Promise<TenantParts['authorizationPolicy']> {
  return readOne(source, '/policies/authorizationPolicy', shapeOf(authorizationPolicy));
}

/** Source: Graph, adminConsentRequestPolicy resource type. */
export function readAdminConsentRequestPolicy(source: Source): Promise<TenantParts['adminConsentRequestPolicy']> {
  return readOne(source, '/policies/adminConsentRequestPolicy', shapeOf(adminConsentRequestPolicy));
}

/** Source: Graph, tenantAppManagementPolicy resource type. */
export function readDefaultAppManagementPolicy(source: Source): Promise<TenantParts['defaultAppManagementPolicy']> {
  return readOne(source, '/policies/defaultAppManagementPolicy', shapeOf(defaultAppManagementPolicy));
}

/** Source: Graph, appManagementPolicy resource type. */
export function readAppManagementPolicies(source: Source): Promise<TenantParts['appManagementPolicies']> {
  return readAll(source, '/policies/appManagementPolicies', shapeOf(appManagementPolicy));
}

/** Graph's own types are wider where we check, and narrower where enums are open. */
function shapeOf<T>(schema: z.ZodType): z.ZodType<T> {
  return schema as z.ZodType<T>;
}
