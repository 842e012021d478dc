import type { TenantPart } from './tenant.js';

/** An activity of the audit log that changes a policy of the tenant. */
export interface PolicyActivity {
  /** As the log names it. */
  readonly activity: string;
  /** A part of the name of the modified property: other entries of the activity change something else. */
  readonly property: string;
}

/**
 * The activities that change what rules about the tenant read. The log has no activity of their own for the admin consent
 * workflow, the default app management policy and permission classifications: their changes are not shown.
 * Sources: Microsoft Learn, "Microsoft Entra audit log activity reference", Core Directory, category AuthorizationPolicy.
 * It does not list modified properties: their names are those of Graph's authorizationPolicy, as published detection rules
 * read them from the log. An entry that names no such property explains nothing.
 */
export const policyActivities: Readonly<Partial<Record<TenantPart, PolicyActivity>>> = {
  authorizationPolicy: { activity: 'Update authorization policy', property: 'PermissionGrantPolic' },
};
