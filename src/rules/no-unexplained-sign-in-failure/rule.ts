import { isPlatformIdentity } from '../../model/entra/platform-identity.js';
import { appRule } from '../../model/rule/rule.js';
import { manualFix } from './manual.js';

const code = 'AADSTS50000';
/** One array for all apps. */
const codes = [code];

/**
 * Users fail to sign in with the code that has five possible causes, and no rule finds one of them: a diagnosis of one
 * failing request does.
 * Sources: Graph, signIn resource type (appId, resourceId, status); Microsoft Learn, AADSTS50000.
 */
export const rule = appRule({
  id: 'no-unexplained-sign-in-failure',
  title: 'A rule explains each app that fails with AADSTS50000',
  problem: 'Unexplained sign-in failures',
  severity: 'medium',
  codes,
  isFallback: true,
  manualFix,
  select: { servicePrincipal: ['appOwnerOrganizationId', 'servicePrincipalType'], tenant: ['signInFailures'] },
  undetermined({ appId, application, servicePrincipal }, { signInFailures }) {
    const objectId = (application ?? servicePrincipal)?.id;
    if (!objectId || signInFailures.isComplete(code) || signInFailures.of(appId, codes)) return [];
    return [{ objectId, key: '' }];
  },
  check(app, tenant) {
    const { appId, application, servicePrincipal } = app;
    const object = application ?? servicePrincipal;
    if (!object || !tenant.signInFailures.of(appId, codes) || isPlatformIdentity(app, tenant)) return [];
    return [
      {
        on: application ? 'application' : 'servicePrincipal',
        objectId: object.id,
        message: `Users fail to sign in to ${object.displayName} with ${code}, and no rule explains why: run \`consentinel diagnose --app ${appId} --code ${code}\`.`,
        // The numbers change every night: they are under `failing` of the finding.
        evidence: { code },
      },
    ];
  },
});
