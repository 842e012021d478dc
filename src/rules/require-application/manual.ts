import { guidOr, type ManualFix, type ManualFixFacts } from '../../model/remediation/manual-fix.js';

/**
 * Restores the application within 30 days of its deletion.
 * Source: Microsoft Learn, "Restore or remove a recently deleted application"; Graph, restore deleted item.
 */
export function manualFix({ appId: id }: ManualFixFacts): ManualFix {
  const appId = guidOr(id, '<app id>');
  const deleted = '/directory/deletedItems';
  return {
    portal: `Entra admin center > Entra ID > App registrations > Deleted applications > ${appId} > Restore app registration`,
    powershell: [
      `Get-MgDirectoryDeletedItemAsApplication -Filter "appId eq '${appId}'"`,
      'Restore-MgDirectoryDeletedItem -DirectoryObjectId <object id of the deleted application>',
    ],
    graph: [
      { method: 'GET', path: `${deleted}/microsoft.graph.application?$filter=appId eq '${appId}'` },
      { method: 'POST', path: `${deleted}/<object id of the deleted application>/restore` },
    ],
  };
}
