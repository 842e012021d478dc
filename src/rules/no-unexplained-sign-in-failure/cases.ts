import { SignInFailureIndex } from '../../model/tenant/sign-in-failures.js';
import { foreignApi, microsoftGraph } from '../testing/case-apis.js';
import { aGrantedApp } from '../testing/case-granted.js';
import { type AppCase, anApp, type CaseApp, guidOf } from '../testing/cases.js';

/** A failed sign-in to an app. The user is a hash, as the reader of the log makes it. */
const aFailure = (app: CaseApp, code = 'AADSTS50000', resourceId: string | null = null) => ({
  appId: app.appId,
  resourceId,
  code,
  user: guidOf('a user'),
  at: '2026-11-24T01:58:00.000Z',
});
/** Not in the demo tenant, which has one such app. */
const tenant = {};

const parking = aGrantedApp('Parking Permits');
const badges = aGrantedApp('Badge Desk');
const canteen = aGrantedApp('Canteen Menu');
const shuttle = aGrantedApp('Shuttle Bus');
const survey = foreignApi('Survey Cloud', {});
const vault = anApp('Vault Reader', {
  application: null,
  servicePrincipal: { servicePrincipalType: 'ManagedIdentity' },
});

export const cases: readonly AppCase[] = [
  {
    name: 'users fail to sign in to an app with 50000, and nothing explains it',
    ...parking,
    signIns: [aFailure(parking.app)],
    violations: [{ on: 'application', evidence: { code: 'AADSTS50000' } }],
  },
  {
    name: 'a client fails because of the app, which is the API of the request',
    ...badges,
    signIns: [aFailure(parking.app, 'AADSTS50000', badges.app.appId)],
    tenant,
    violations: [{ on: 'application' }],
  },
  {
    name: 'users fail to sign in to an app of another tenant',
    app: survey,
    signIns: [aFailure(survey)],
    tenant,
    violations: [{ on: 'servicePrincipal' }],
  },
  {
    name: 'users fail to sign in with another code',
    ...canteen,
    signIns: [aFailure(canteen.app, 'AADSTS65001')],
    tenant,
    violations: [],
  },
  {
    name: 'users fail to sign in to another app',
    ...canteen,
    signIns: [aFailure(parking.app)],
    tenant,
    violations: [],
  },
  {
    name: 'only the newest part of the sign-in log was read, without failures of the app',
    ...shuttle,
    tenant: { signInFailures: new SignInFailureIndex([aFailure(parking.app)], ['AADSTS50000']) },
    violations: [],
    undetermined: [''],
  },
  {
    name: 'users fail to sign in to an app of Microsoft',
    app: microsoftGraph,
    signIns: [aFailure(microsoftGraph)],
    tenant,
    violations: [],
  },
  {
    name: 'the log names a managed identity',
    app: vault,
    signIns: [aFailure(vault)],
    tenant,
    violations: [],
  },
];
