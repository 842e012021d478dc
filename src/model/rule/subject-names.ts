import type { Subject } from './violation.js';

/** The subjects of findings as Microsoft Graph's documentation names them, in lower case. */
export const subjectNames: Readonly<Record<Subject, string>> = {
  application: 'application',
  servicePrincipal: 'service principal',
  tenant: 'tenant',
};
