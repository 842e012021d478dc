import { isGuid } from '../../model/entra/guid.js';
import type { AppRemedy } from '../../model/rule/remedy.js';
import { undoDeletes } from '../../model/rule/undo.js';

/**
 * Restores the deleted application, with its credentials and permissions. Its service principal is there already.
 * Source: Graph, restore deleted item; "Restore or remove a recently deleted application".
 */
export const restoreApplication: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  undo: undoDeletes,
  plan({ evidence: { applicationId } }) {
    if (typeof applicationId !== 'string' || !isGuid(applicationId)) {
      const steps = ['Restore the application: Entra admin center > App registrations > Deleted applications.'];
      return { manual: { reason: 'Graph returned no id of the deleted application.', steps } };
    }
    return {
      plan: {
        requests: [{ method: 'POST', path: `/directory/deletedItems/${applicationId}/restore`, body: {} }],
        irreversible: false,
        undo: `Delete the application again: DELETE /applications/${applicationId}.`,
        warnings: [
          'The restore activates all secrets and certificates of the application. Anyone who has a valid one can use it again.',
          'A user deleted the application. Ask the owner whether it is still in use.',
        ],
        guard: { applicationId },
      },
    };
  },
};
