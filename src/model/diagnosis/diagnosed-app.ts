import type { App } from '../entra/app.js';
import { reachabilitySelect } from '../reachability/reachability.js';

/** The properties of an app that a diagnosis reads. */
export const diagnosedSelect = {
  application: [...reachabilitySelect.application, 'identifierUris', 'keyCredentials', 'passwordCredentials'],
  servicePrincipal: [
    ...reachabilitySelect.servicePrincipal,
    'keyCredentials',
    'passwordCredentials',
    'servicePrincipalNames',
  ],
} as const;

/** An app with the properties that a diagnosis reads. */
export type DiagnosedApp = App<
  (typeof diagnosedSelect.application)[number],
  (typeof diagnosedSelect.servicePrincipal)[number]
>;
