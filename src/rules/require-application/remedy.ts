import { isGuid } from '../../model/entra/guid.js';
import type { AppRemedy } from '../../model/rule/remedy.js';

/**
 * Restores the deleted application, with its credentials and permissions. Its service principal is there already.
 * Source: Graph, restore deleted item; "Restore or remove a recently deleted application".
 */
export const restoreApplication: AppRemedy = {
  permission: 'Application.ReadWrite.All',
  plan({ evidence: { applicationId } }) {
    if (typeof applicationId !== 'string' || !isGuid(applicationId)) {
      const steps = ['Restore it: Entra admin center > App registrations > Deleted applications.'];
      return { manual: { reason: 'Graph returned no id of the deleted application.', steps } };
    }
    return {
      plan: {
        requests: [{ method: 'POST', path: `/directory/deletedItems/${applicationId}/restore`, body: {} }],
        irreversible: false,
        undo: `Delete it again: DELETE /applications/${applicationId}.`,
        warnings: [
          'All secrets and certificates of the application come back: anyone who has an old one that has not expired can use it again.',
          'A person deleted the application. Ask the owner whether it is still needed.',
        ],
        guard: { applicationId },
      },
    };
  },
};
