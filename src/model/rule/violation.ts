export const severities = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof severities)[number];

/** The kind of directory object that a violation is about. */
export type Subject = 'application' | 'servicePrincipal' | 'tenant';

/** Facts behind a violation: flat, small, free of secrets. A change of evidence is a change of the finding. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

/**
 * What was not there when a rule looked, although it may have come since, or no listing shows it:
 * - `servicePrincipal`: of the app;
 * - `resource`: the service principal of an API that the application asks for;
 * - `preAuthorization`: of the client by such an API;
 * - `classification`: of a permission of such an API;
 * - `appRoleAssignment`: of an application permission of such an API;
 * - `assignment`: of anybody to the app.
 */
export type Absence =
  | 'servicePrincipal'
  | 'resource'
  | 'preAuthorization'
  | 'classification'
  | 'appRoleAssignment'
  | 'assignment';

/** What a rule found wrong, as plain data. */
export interface Violation {
  on: Subject;
  /** The object id of the application or service principal; the tenant id for a tenant. */
  objectId: string;
  /** Tells violations of one rule on one object apart, for example a `keyId`; left out where there can be but one. */
  key?: string;
  /** Where it differs from the rule's. */
  severity?: Severity;
  /** One sentence, ends with a period. May hold names written by strangers. */
  message: string;
  evidence: Evidence;
  /** The violation rests on something that was not there: it is confirmed by a direct read before it is stored. */
  restsOnAbsenceOf?: Absence;
}
