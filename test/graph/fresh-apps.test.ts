import { expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, caseTenant, guidOf } from '../../src/rules/testing/cases.js';
import { aSimulatedDirectory } from '../support/simulated-directory.js';

/** An agent identity has no appId: its object id is used instead. */
function anAgent(displayName: string, servicePrincipalType: unknown = 'ServiceIdentity') {
  const members = { servicePrincipalType: servicePrincipalType as string, claimsMappingPolicies: [{ id: 'p1' }] };
  const app = anApp(displayName, { application: null, servicePrincipal: members });
  const id = guidOf(`servicePrincipal ${displayName}`);
  return { ...app, appId: id, servicePrincipal: app.servicePrincipal && { ...app.servicePrincipal, appId: null } };
}

const registered = anApp('Registered');
const orphan = anApp('Orphan', { servicePrincipal: null });
const agent = anAgent('Agent');
const unreadable = anAgent('Unreadable', 7);
const absent = guidOf('absent');
const tenant = simulatedTenantOf([registered, orphan, agent, unreadable] as never, caseTenant as never);
const { open } = aSimulatedDirectory(tenant);
const select = { application: [], servicePrincipal: ['servicePrincipalType'] } as const;

it('reads each app with the facts that no listing contains, agent identities by their object id', async () => {
  const appIds = [registered.appId, orphan.appId, agent.appId, absent];
  const apps = await open().freshApps(appIds, select);
  const facts = [...apps].map(([appId, { app, facts }]) => [
    appId,
    app.servicePrincipal?.id,
    facts.claimsMappingPolicies,
    facts.deletedServicePrincipal,
  ]);
  expect(facts).toEqual([
    [registered.appId, registered.servicePrincipal?.id, 0, false],
    [orphan.appId, undefined, 0, false],
    [agent.appId, agent.appId, 1, false],
    [absent, undefined, 0, false],
  ]);
});

it('leaves out an agent identity that cannot be read: it is neither present nor absent', async () => {
  const apps = await open().freshApps([unreadable.appId, agent.appId], select);
  expect([...apps.keys()]).toEqual([agent.appId]);
});
