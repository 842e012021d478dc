import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../../src/config.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { asking, microsoftGraph, userRead, userReadAll } from '../../src/rules/testing/case-apis.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createInstallation } from '../../src/runtime.js';
import type { Fault, JsonObject, Simulator } from '../../src/simulator/http/server.js';
import { aLaptop } from '../support/laptop.js';
import { withParts } from '../support/runtime-parts.js';

/** `DELTA_CHANGES=10000` makes the long run. */
const changesInAll = Number(process.env.DELTA_CHANGES ?? 200);
const roundsPerRun = 4;
const changesPerRound = 25;
const day = 86_400_000;

type Collection = 'applications' | 'servicePrincipals';
const collection = fc.constantFrom<Collection>('applications', 'servicePrincipals');
const change = fc.record({
  kind: fc.constantFrom(
    ...(['addKey', 'removeKey', 'rename', 'tag', 'disable', 'delete', 'restore', 'purge', 'create'] as const),
    ...(['grant', 'grantToUser', 'widenGrant', 'narrowGrant', 'removeGrant'] as const),
  ),
  collection,
  which: fc.nat({ max: 1000 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;
const fault = fc.constantFrom<Fault['kind'] | undefined>(
  ...([undefined, undefined, 'delta-replay', 'delta-repeat', 'empty-page', 'delta-expired', 'delta-reset'] as const),
);
const round = fc.record({
  changes: fc.array(change, { minLength: changesPerRound, maxLength: changesPerRound }),
  fault,
  days: fc.constantFrom(0.01, 1, 1, 1, 7),
});

let created = 0;

const scopes = [userRead, userReadAll].map(({ value }) => value);
const wide = scopes.join(' ');

/** Makes a change of grants. */
function applyToGrants({ directory }: Simulator, { kind, which }: Change): void {
  const { grants } = directory;
  const at = which % Math.max(1, grants.length);
  const scope = kind === 'widenGrant' ? wide : (scopes[which % 2] ?? '');
  if (kind === 'grant' || kind === 'grantToUser') {
    const principals = [...directory.collection('servicePrincipals').own()];
    const clientId = String(principals[which % principals.length]?.id);
    const user = kind === 'grant' ? null : '5f000000-0000-4000-8000-00000000000a';
    const consentType = user === null ? 'AllPrincipals' : 'Principal';
    const resourceId = String(microsoftGraph.servicePrincipal?.id);
    if (grants.some((one) => one.clientId === clientId && one.consentType === consentType)) return;
    grants.push({ id: `grant_${created++}`, clientId, resourceId, consentType, principalId: user, scope });
  } else if (grants.length === 0) return;
  else if (kind === 'removeGrant') grants.splice(at, 1);
  else grants[at] = { ...grants[at], scope };
}

/** Makes one change that an administrator can make. */
function apply(simulator: Simulator, change: Change): void {
  const { directory } = simulator;
  const { kind, collection: name, which } = change;
  if (/grant/i.test(kind)) {
    applyToGrants(simulator, change);
    return;
  }
  const objects = [...directory.collection(name).own()];
  const object = objects[which % Math.max(1, objects.length)];
  const deleted = directory.deletedItems.list(name);
  const gone = deleted[which % Math.max(1, deleted.length)];
  const id = String(object?.id);
  const keys = (object?.keyCredentials ?? []) as readonly JsonObject[];
  if (kind === 'create') {
    const app = anApp(`Created ${created++}`, which % 2 ? {} : { servicePrincipal: null });
    if (app.application) directory.addApplication(app.application);
    if (app.servicePrincipal) directory.addServicePrincipal(app.servicePrincipal);
  } else if (kind === 'restore' || kind === 'purge') {
    if (!gone) return;
    const isFree = !directory.findByAppId(name, String(gone.appId));
    if (kind === 'purge') directory.purge(String(gone.id));
    else if (isFree) directory.restore(String(gone.id));
  } else if (!object) return;
  else if (kind === 'addKey') directory.addKey(name, id);
  else if (kind === 'removeKey') directory.removeKey(name, id, String(keys[0]?.keyId));
  else if (kind === 'rename') directory.update(name, id, { displayName: `Name ${which}` });
  else if (kind === 'tag') directory.update(name, id, { tags: [`tag ${which}`] });
  else if (kind === 'disable' && name === 'servicePrincipals')
    directory.update(name, id, { accountEnabled: which % 2 === 0 });
  else if (kind === 'delete') directory.delete(name, id);
}

it('a scan with delta queries has the findings of a full scan', async () => {
  const runs = Math.max(1, Math.round(changesInAll / (roundsPerRun * changesPerRound)));
  const property = fc.asyncProperty(
    fc.array(round, { minLength: roundsPerRun, maxLength: roundsPerRun }),
    fc.constantFrom('selected' as const, 'changed' as const),
    async (rounds, deltaProperties) => {
      const apps = Array.from({ length: 12 }, (_, n) =>
        anApp(`App ${n}`, {
          application: {
            ...asking({ of: microsoftGraph, scopes: [userRead, userReadAll].slice(n % 2) }),
            ...(n % 3 === 0 && { keyCredentials: [aSymmetricSigningKey(`App ${n}`)] }),
          },
        }),
      );
      const tenant = simulatedTenantOf(apps);
      const key = randomBytes(32).toString('base64');
      const settings = { MAX_RESOLVED_PERCENT: '100', INVENTORY_KEY: key };
      const delta = await aLaptop({ tenant, keysInDelta: true, deltaProperties }, { ...settings, DELTA_SCANS: 'on' });
      const { simulator } = delta;
      const all = { ...delta.settings, DELTA_SCANS: 'off' };
      const full = await createInstallation(readConfig(all), all, {
        tablePrefix: `t${randomBytes(6).toString('hex')}`,
      });
      const fullParts = withParts(full.runtime());
      try {
        let days = 0;
        let listedAllAt = Number.NEGATIVE_INFINITY;
        for (const { changes, fault: kind, days: more } of [{ changes: [], fault: undefined, days: 0 }, ...rounds]) {
          for (const one of changes) apply(simulator, one);
          days += more;
          simulator.setClockSkew(days * day);
          if (kind) simulator.order({ kind, match: { path: /\/delta\?/ }, times: 1 } as Fault);
          const scan = await delta.scan();
          simulator.clearFaults();
          await scanTenant(fullParts, { requestedBy: 'test' });
          // Without this, a scan that always lists all objects would pass.
          if (days - listedAllAt < 7 && !endsTheLink(kind)) expect(scan.delta).toMatchObject({ used: true });
          if (!scan.delta?.used) listedAllAt = days;
          const wanted: Finding[] = [];
          for await (const { value } of fullParts.findings.findings(tenant.id)) wanted.push(value);
          expect((await delta.stored()).map(withoutTimes)).toEqual(
            wanted.sort((a, b) => a.id.localeCompare(b.id)).map(withoutTimes),
          );
          expect(scan.delta).not.toHaveProperty('suspected');
        }
      } finally {
        await full.close();
        await delta.close();
      }
    },
  );
  await fc.assert(property, { numRuns: runs, endOnFailure: true });
}, 3_600_000);

/** Whether Graph refuses the link of a delta query, so that the scan lists all objects. */
function endsTheLink(kind: Fault['kind'] | undefined): boolean {
  return kind === 'delta-expired' || kind === 'delta-reset';
}

/** What a scan decides about a finding, without when it did so. */
function withoutTimes({ id, status, severity, message, displayName, life }: Finding) {
  return { id, status, severity, message, displayName, life };
}
