import type { SimulatedDirectory } from '../../src/simulator/directory/simulated-directory.js';
import type { JsonObject } from '../../src/simulator/http/server.js';
import { absentApi, adminScope, grantTo, ledger, readScope, requiring, rolesOnlyApi, unknownScope } from './apis.js';
import { credentialKinds } from './credential-kinds.js';
import { guidFor } from './random.js';
import type { Ground, Kind, Specimen } from './specimen.js';

/** The specimens of the rules about consent and reachability: one kind for each rule. */
const reachabilityKinds: readonly Kind[] = [
  {
    ruleId: 'require-service-principal',
    on: 'application',
    set(ground, { applicationId, appId, servicePrincipalId }, violating) {
      const { directory } = ground;
      const current = directory.findByAppId('servicePrincipals', appId);
      if (violating && current) directory.delete('servicePrincipals', String(current.id));
      if (violating || current) return;
      const { displayName = null } = directory.find('applications', applicationId) ?? {};
      const deleted = deletedPrincipal(directory, appId);
      if (deleted) directory.restore(String(deleted.id));
      else directory.addServicePrincipal({ id: servicePrincipalId, appId, displayName });
    },
    observe: (directory, { appId }) => !directory.findByAppId('servicePrincipals', appId),
    remedy: (directory, { appId }) => (deletedPrincipal(directory, appId) ? 'manual' : 'plan'),
  },
  withForms('require-enabled-service-principal', 'servicePrincipal', 'servicePrincipals', {
    bad: { accountEnabled: false },
    good: { accountEnabled: true },
  }),
  withForms('require-declared-permission', 'application', 'applications', {
    bad: { web: { redirectUris: ['https://soak.example/signin'] } },
    good: { web: { redirectUris: [] } },
  }),
  {
    ...asking('require-resource-service-principal', absentApi, requiring(absentApi, readScope)),
    // The world has its application as an agent identity blueprint: no plan creates its principal.
    remedy: () => 'manual',
  },
  asking('require-published-permission', ledger.appId, requiring(ledger.appId, unknownScope)),
  asking('require-delegated-permission', rolesOnlyApi.appId, requiring(rolesOnlyApi.appId, readScope)),
  {
    ruleId: 'require-granted-permission',
    on: 'application',
    application: requiring(ledger.appId, adminScope),
    set: (ground, specimen, violating) => grantTo(ground, specimen, adminScope, !violating),
    key: () => ledger.appId,
  },
  {
    ruleId: 'require-assignment',
    on: 'servicePrincipal',
    servicePrincipal: { appRoleAssignmentRequired: true },
    set({ directory }, { servicePrincipalId: resourceId }, violating) {
      const id = guidFor(`assignment ${resourceId}`);
      const others = directory.appRoleAssignments.filter((assignment) => assignment.id !== id);
      const user = { principalId: guidFor('user'), principalType: 'User', appRoleId: defaultAccess };
      directory.appRoleAssignments.splice(0, Number.POSITIVE_INFINITY, ...others);
      if (!violating) directory.appRoleAssignments.push({ id, resourceId, ...user });
    },
  },
  {
    ruleId: 'require-obo-client-consent',
    on: 'application',
    application: requiring(ledger.appId, readScope),
    plant: (ground, specimen) => grantTo(ground, specimen, readScope, true),
    set({ directory }, { applicationId }, violating) {
      const knownClientApplications = violating ? [] : [guidFor('client')];
      directory.update('applications', applicationId, { api: { ...exposed, knownClientApplications } });
    },
    counts: ({ userConsentOff }) => userConsentOff,
  },
];

/** All kinds of specimens. */
export const kinds: readonly Kind[] = [...credentialKinds, ...reachabilityKinds];

/** Source: Graph resource type appRoleAssignment: `appRoleId` of an assignment without a role. */
const defaultAccess = '00000000-0000-0000-0000-000000000000';

const exposed = {
  oauth2PermissionScopes: [{ id: guidFor('exposed'), value: 'access_as_user', type: 'User', isEnabled: true }],
};

function deletedPrincipal(directory: SimulatedDirectory, appId: string): JsonObject | undefined {
  return directory.deletedItems.list('servicePrincipals').find((object) => object.appId === appId);
}

function withForms(
  ruleId: string,
  on: Kind['on'],
  collection: 'applications' | 'servicePrincipals',
  forms: { readonly bad: JsonObject; readonly good: JsonObject },
): Kind {
  return {
    ruleId,
    on,
    set: ({ directory }: Ground, { applicationId, servicePrincipalId }: Specimen, violating: boolean) =>
      void directory.update(
        collection,
        on === 'application' ? applicationId : servicePrincipalId,
        violating ? forms.bad : forms.good,
      ),
  };
}

/** An application that requires a permission that it cannot get, or requires none. */
function asking(ruleId: string, key: string, bad: JsonObject): Kind {
  return {
    ...withForms(ruleId, 'application', 'applications', { bad, good: { requiredResourceAccess: [] } }),
    key: () => key,
  };
}
