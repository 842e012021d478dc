import { version } from '../version.js';
import { createWeb } from '../web/app.js';
import { appServiceAuthenticator } from '../web/auth/app-service.js';
import type { Web } from '../web/routes/route-context.js';
import { createTenantsWeb } from '../web/tenants-web.js';
import { sharedInstallation } from './shared-runtime.js';

let shared: Web | undefined;

/** One page for all requests of this instance, so that they share its caches. */
export async function sharedWeb(): Promise<Web> {
  const installation = await sharedInstallation();
  const { page, tenants } = installation;
  const authenticator = appServiceAuthenticator(page);
  shared ??=
    tenants.tenantIds.length > 1
      ? createTenantsWeb(installation.tenantsReview(), authenticator, { version })
      : createWeb(installation.runtime().review(), authenticator, { version });
  return shared;
}
