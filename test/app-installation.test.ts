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

it('keeps the runtimes of some tenants only, and the scans that the process ran in all of them', async () => {
  const others = Array.from({ length: 60 }, (_, i) => ({
    ...simulatedTenantOf([]),
    id: randomUUID(),
    displayName: `${i}`,
  }));
  const several = await aLaptop({ tenant: demoTenant(), others });
  try {
    const { installation } = several;
    const [first = '', second = ''] = others.map(({ id }) => id);
    const [before, kept] = [installation.runtime(first), installation.runtime(second)];
    for (const { id } of others) {
      installation.runtime(id);
      installation.runtime(second);
    }
    expect(installation.runtime(second)).toBe(kept);
    const after = installation.runtime(first);
    expect(after).not.toBe(before);
    expect(after.scanContext().ownScans).toBe(before.scanContext().ownScans);
    expect(kept.scanContext().ownScans).not.toBe(before.scanContext().ownScans);
  } finally {
    await several.close();
  }
});
