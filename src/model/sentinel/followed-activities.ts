import { isGuid } from '../entra/guid.js';

/** An application or a service principal that an entry of the audit log names. */
export interface ChangedObject {
  readonly collection: 'applications' | 'servicePrincipals';
  /** The object id, in lower case. */
  readonly id: string;
}

/** What an entry of the audit log says about a change. */
export interface LoggedChange {
  /** The name of the activity, with plain hyphens and single blanks. */
  readonly activity: string;
  readonly targets: readonly { readonly type: string; readonly id: string }[];
}

/**
 * The activities after which an app is examined: its credentials, its consent, the app itself. A deletion and a removed
 * credential are not among them: they can only resolve a finding, which a scan does.
 * Source: Microsoft Entra, audit log activities, Core Directory, category ApplicationManagement.
 */
const followed: ReadonlySet<string> = new Set([
  'add application',
  'update application',
  'update application - certificates and secrets management',
  'restore application',
  'add service principal',
  'add service principal credentials',
  'update service principal',
  'restore service principal',
  'consent to application',
  'add delegated permission grant',
  'add app role assignment to service principal',
  'add policy to service principal',
]);

const collections: Readonly<Record<string, ChangedObject['collection']>> = {
  application: 'applications',
  serviceprincipal: 'servicePrincipals',
};

/**
 * The objects that an entry names; empty for an activity that is not followed. A target with another type or with an id
 * that is not a GUID is left out: the log also names users, policies and permissions.
 */
export function changedObjects({ activity, targets }: LoggedChange): ChangedObject[] {
  if (!followed.has(activity.toLowerCase())) return [];
  return targets.flatMap(({ type, id }) => {
    const collection = collections[type.replace(/\s/g, '').toLowerCase()];
    return collection && isGuid(id) ? [{ collection, id: id.toLowerCase() }] : [];
  });
}
