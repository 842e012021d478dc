import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { readConfig } from '../src/config.js';
import { demoTenant, simulatedTenantOf } from '../src/local/demo-tenant.js';
import { createAppInstallation } from '../src/wiring/create-installation.js';
import { remediatorOf } from '../src/wiring/remediation-parts.js';
import { aLaptop } from './support/laptop.js';

it('the remediator reads the home tenant with its own identity, also where the reader uses the multi-tenant app', async () => {
  const home = demoTenant();
  const other = { ...simulatedTenantOf([]), id: randomUUID(), displayName: 'Fabrikam' };
  const several = await aLaptop({ tenant: home, others: [other] });
  try {
    const remediator = { remediator: remediatorOf, readsAs: 'remediator', queues: [] } as const;
    const config = readConfig(several.settings);
    const installation = await createAppInstallation(config, several.settings, remediator);
    const { directory } = await installation.runtime(home.id).remediation();
    expect(await directory.principal()).toBe(several.simulator.identities.remediator.clientId);
    // Without that part, an app gets the token of the multi-tenant app, and has no client that writes.
    const scanner = await createAppInstallation(config, several.settings, { queues: [] });
    expect(scanner.runtime(home.id).remediationQueue()).toBeUndefined();
    const reads = scanner.runtime(home.id).scanContext().directory;
    expect(await reads.principal()).not.toBe(several.simulator.identities.remediator.clientId);
  } finally {
    await several.close();
  }
});
