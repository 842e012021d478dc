import { createServicePrincipalOf } from '../../model/rule/create-service-principal.js';
import type { AppRemedy } from '../../model/rule/remedy.js';
import { undoDeletes } from '../../model/rule/undo.js';

/** Creates the service principal of the application. */
export const createServicePrincipal: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  undo: undoDeletes,
  plan: (_violation, subject) => createServicePrincipalOf(subject),
};
