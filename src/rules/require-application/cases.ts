import { DeletedApplicationIndex } from '../../model/tenant/deleted-applications.js';
import { foreignApi } from '../testing/case-apis.js';
import { type AppCase, anApp, guidOf } from '../testing/cases.js';

/** An app of this tenant whose application was deleted. */
const withoutApplication = (displayName: string, servicePrincipalType = 'Application') =>
  anApp(displayName, { application: null, servicePrincipal: { servicePrincipalType } });

/** Source: Graph, list deletedItems: deleted applications stay for 30 days. */
const deleted = (displayName: string) => ({
  deletedApplications: new DeletedApplicationIndex([
    {
      id: guidOf(`application ${displayName}`),
      appId: guidOf(`appId of ${displayName}`).toUpperCase(),
      deletedDateTime: '2026-11-20T09:00:00Z',
    },
  ]),
});

export const cases: readonly AppCase[] = [
  {
    name: 'the application of a service principal of the tenant was deleted',
    app: withoutApplication('Expense Claims'),
    tenant: deleted('Expense Claims'),
    violations: [
      {
        on: 'servicePrincipal',
        objectId: guidOf('servicePrincipal Expense Claims'),
        evidence: {
          applicationId: guidOf('application Expense Claims'),
          deletedDateTime: '2026-11-20T09:00:00Z',
        },
      },
    ],
  },
  {
    name: 'an application was deleted and registered again with the same appId',
    app: anApp('Restored Claims'),
    tenant: deleted('Restored Claims'),
    violations: [],
  },
  {
    // Source: Microsoft Learn, sp-dev-docs: since December 2024 their service principals have the type Application.
    name: 'a SharePoint add-in has no application, and none was deleted',
    app: withoutApplication('Contract Add-in'),
    tenant: deleted('Another App'),
    violations: [],
  },
  {
    name: 'a service principal of an older SharePoint add-in has the appId of a deleted application',
    app: withoutApplication('Legacy Add-in', 'Legacy'),
    tenant: deleted('Legacy Add-in'),
    violations: [],
  },
  {
    name: 'an app of another tenant has only its service principal',
    app: foreignApi('Foreign Claims App', { appId: guidOf('appId of Foreign Claims App') }),
    tenant: deleted('Foreign Claims App'),
    violations: [],
  },
];
