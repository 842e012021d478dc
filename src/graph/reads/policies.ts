import { z } from 'zod';
import type { TenantParts } from '../../model/tenant/tenant.js';
import { type ReadContext, readAll, readOne } from '../http/read.js';

/*
 * Members that rules use are required: an absent member would look like "off". Inner objects may have unknown members.
 * There is no `$select`, because adminConsentRequestPolicy does not support it.
 */
const strings = z.array(z.string());

const authorizationPolicy = z.object({
  id: z.string(),
  defaultUserRolePermissions: z.looseObject({ permissionGrantPoliciesAssigned: strings.nullable() }),
});

const adminConsentRequestPolicy = z.object({
  isEnabled: z.boolean(),
  // No rule reads these: a PUT sends them back as they are.
  notifyReviewers: z.boolean().optional(),
  remindersEnabled: z.boolean().optional(),
  requestDurationInDays: z.number().optional(),
  reviewers: z.array(z.looseObject({ query: z.string().nullish() })).nullable(),
});

/** Enums can get new values. `state` is newer than the other members. */
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
export function readAuthorizationPolicy(context: ReadContext): Promise<TenantParts['authorizationPolicy']> {
  return readOne(context, '/policies/authorizationPolicy', shapeOf(authorizationPolicy));
}

/** Source: Graph, adminConsentRequestPolicy resource type. */
export function readAdminConsentRequestPolicy(context: ReadContext): Promise<TenantParts['adminConsentRequestPolicy']> {
  return readOne(context, '/policies/adminConsentRequestPolicy', shapeOf(adminConsentRequestPolicy));
}

/** Source: Graph, tenantAppManagementPolicy resource type. */
export function readDefaultAppManagementPolicy(
  context: ReadContext,
): Promise<TenantParts['defaultAppManagementPolicy']> {
  return readOne(context, '/policies/defaultAppManagementPolicy', shapeOf(defaultAppManagementPolicy));
}

/** Source: Graph, appManagementPolicy resource type. */
export function readAppManagementPolicies(context: ReadContext): Promise<TenantParts['appManagementPolicies']> {
  return readAll(context, '/policies/appManagementPolicies', shapeOf(appManagementPolicy));
}

/** Graph's types allow more absent members than the schemas, and fewer values of enums. */
function shapeOf<T>(schema: z.ZodType): z.ZodType<T> {
  return schema as z.ZodType<T>;
}
