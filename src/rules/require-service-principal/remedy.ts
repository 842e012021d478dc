import { createServicePrincipalOf } from '../../model/rule/create-service-principal.js';
import type { AppRemedy } from '../../model/rule/remedy.js';

/** Creates the service principal of the application. */
export const createServicePrincipal: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan: (_violation, subject) => createServicePrincipalOf(subject),
};
