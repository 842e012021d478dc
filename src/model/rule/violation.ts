export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The kind of directory object that a violation is about. */
export type Subject = 'application' | 'servicePrincipal' | 'tenant';

/** The facts of a violation: flat, small, and free of secrets. A change of the evidence changes the finding. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/**
 * What was missing when a rule ran, although it can have been created since, or no listing returns it:
 * - `servicePrincipal`: of the app;
 * - `resource`: the service principal of an API that the application requires;
 * - `preAuthorization`: of the client by such an API;
 * - `classification`: of a permission of such an API;
 * - `appRoleAssignment`: of an application permission of such an API;
 * - `assignment`: of any user, group or service principal to the app;
 * - `extensionProperty`: a directory extension that the application owns;
 * - `federatedCredential`: of the application;
 * - `preAuthorizedClient`: of the client by any API of this tenant. Known after the last application was read;
 * - `grant`: of delegated permissions to the app;
 * - `clientGrant`: of delegated permissions of the app to any client.
 */
export type Absence =
  | 'servicePrincipal'
  | 'resource'
  | 'preAuthorization'
  | 'classification'
  | 'appRoleAssignment'
  | 'assignment'
  | 'extensionProperty'
  | 'federatedCredential'
  | 'preAuthorizedClient'
  | 'grant'
  | 'clientGrant';

/** A violation of a rule, as plain data. */
export interface Violation {
  on: Subject;
  /** The object id of the application or service principal; the tenant id for a tenant. */
  objectId: string;
  /** Distinguishes violations of one rule on one object, for example a `keyId`; omitted where there can be only one. */
  key?: string;
  /** Only where it differs from the severity of the rule. */
  severity?: Severity;
  /** One sentence, ends with a period. Can contain untrusted names. */
  message: string;
  evidence: Evidence;
  /** The violation rests on something missing: a direct read confirms it before it is stored. */
  restsOnAbsenceOf?: Absence;
}
