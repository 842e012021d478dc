import type { PublishedScope, WholeApplication, WholeServicePrincipal } from '../../model/entra/app.js';
import { aGrant, aScope, asking, mailRead, microsoftGraph, userRead } from './case-apis.js';
import { type AppCase, anApp, guidOf } from './cases.js';

interface Parts {
  application?: Partial<WholeApplication>;
  servicePrincipal?: Partial<WholeServicePrincipal>;
}

/** The part of a case with an app whose permissions are all granted by an administrator. */
type Granted = Required<Pick<AppCase, 'app' | 'grants'>>;

/** An app that signs users in, and that declares its permissions and has them granted. */
export function aGrantedApp(displayName: string, parts: Parts = {}, scopes: PublishedScope[] = [userRead]): Granted {
  const asks = asking({ of: microsoftGraph, scopes });
  const app = anApp(displayName, { ...parts, application: { ...asks, ...parts.application } });
  return { app, grants: [aGrant(app, microsoftGraph, scopes)] };
}

/** A middle-tier API that reads the email of its users on their behalf, and that names one client. */
export function aMiddleTier(displayName: string, parts: Parts = {}): Granted {
  const api = {
    knownClientApplications: [guidOf(`client of ${displayName}`)],
    oauth2PermissionScopes: [aScope(`access as user to ${displayName}`)],
    ...parts.application?.api,
  };
  return aGrantedApp(displayName, { ...parts, application: { ...parts.application, api } }, [mailRead]);
}
