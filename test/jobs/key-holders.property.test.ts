import { randomBytes } from 'node:crypto';
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfig } from '../../src/config.js';
import { scanTenant } from '../../src/jobs/scan/scan-tenant.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import type { Finding } from '../../src/model/finding/finding.js';
import {
  aKey,
  anApp,
  aPassword,
  aSamlSigningCertificate,
  aSymmetricSigningKey,
} from '../../src/rules/testing/cases.js';
import { createInstallation } from '../../src/runtime.js';
import type { JsonObject, Simulator } from '../../src/simulator/http/server.js';
import { holdersApart, lagging, listingsIn } from '../support/holder-scans.js';
import { aLaptop } from '../support/laptop.js';
import { withParts } from '../support/runtime-parts.js';

/** `HOLDER_RUNS=200` makes a long run. */
const numRuns = Number(process.env.HOLDER_RUNS ?? 4);

type Collection = 'applications' | 'servicePrincipals';
const expired = { endDateTime: '2020-01-01T00:00:00Z' };
const soon = { endDateTime: new Date(Date.now() + 3 * 86_400_000).toISOString() };
const secret = aPassword('secret', expired);
/** What an object can hold: each name gives the credentials of it. */
const credentials: Readonly<Record<string, object>> = {
  none: { keyCredentials: [], passwordCredentials: [] },
  secret: { keyCredentials: [], passwordCredentials: [secret] },
  certificate: { keyCredentials: [aKey('valid')], passwordCredentials: [secret] },
  'expired certificate': { keyCredentials: [aKey('expired', expired)], passwordCredentials: [] },
  'expiring certificate': { keyCredentials: [aKey('soon', soon)], passwordCredentials: [] },
  symmetric: { keyCredentials: [aSymmetricSigningKey('symmetric')], passwordCredentials: [] },
  'two keys': { keyCredentials: [aSymmetricSigningKey('one'), aSymmetricSigningKey('two')], passwordCredentials: [] },
  saml: { ...aSamlSigningCertificate('saml'), preferredSingleSignOnMode: 'saml' },
  'expired saml': {
    keyCredentials: [aKey('saml', { ...expired, usage: 'Sign', type: 'X509CertAndPassword' })],
    passwordCredentials: [],
  },
};
const held = fc.constantFrom(...Object.keys(credentials));
const app = fc.record({ application: fc.option(held), servicePrincipal: fc.option(held) });
const change = fc.record({
  kind: fc.constantFrom('hold', 'hold', 'hold', 'delete', 'create', 'rename'),
  collection: fc.constantFrom<Collection>('applications', 'servicePrincipals'),
  which: fc.nat({ max: 1_000 }),
  held,
});

let created = 0;

function apply(
  { directory }: Simulator,
  { kind, collection, which, held: name }: typeof change extends fc.Arbitrary<infer T> ? T : never,
) {
  const objects: JsonObject[] = [...directory.collection(collection).own()];
  const id = String(objects[which % Math.max(1, objects.length)]?.id);
  if (kind === 'create') {
    const one = anApp(`Created ${created++}`, { application: credentials[name] ?? {} });
    if (one.application) directory.addApplication(one.application);
    if (which % 2 && one.servicePrincipal) directory.addServicePrincipal(one.servicePrincipal);
  } else if (objects.length === 0) return;
  else if (kind === 'delete') directory.delete(collection, id);
  else if (kind === 'rename') directory.update(collection, id, { displayName: `Name ${which}` });
  else directory.update(collection, id, credentials[name] ?? {});
}

const decided = ({ id, status, severity, message, displayName, life }: Finding) => ({
  id,
  status,
  severity,
  message,
  displayName,
  life,
});
const openIn = (findings: readonly Finding[]) =>
  findings.filter(({ status }) => status === 'open').map(({ id, message }) => `${id} ${message}`);

it('a scan that lists the holders of keys apart has the findings of a scan that reads the keys of all objects', async () => {
  let apart = 0;
  const property = fc.asyncProperty(
    fc.array(app, { minLength: 6, maxLength: 12 }),
    fc.array(fc.array(change, { minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 3 }),
    fc.boolean(),
    async (apps, rounds, isLagging) => {
      const parts = (name: string | null) => (name === null ? null : credentials[name]) as never;
      const tenant = simulatedTenantOf(
        apps.map(({ application, servicePrincipal }, n) =>
          anApp(`App ${n}`, {
            application: parts(application),
            servicePrincipal: parts(servicePrincipal ?? (application ? null : 'none')),
          }),
        ),
      );
      const settings = { MAX_RESOLVED_PERCENT: '100' };
      const laptop = await aLaptop({ tenant, ...(isLagging && lagging) }, settings, { keyReading: holdersApart });
      const { simulator } = laptop;
      const prefix = { tablePrefix: `t${randomBytes(6).toString('hex')}` };
      const other = await createInstallation(readConfig(laptop.settings), laptop.settings, prefix);
      const all = withParts(other.runtime());
      const scanAll = async () => {
        expect(await scanTenant(all, { requestedBy: 'test' })).toMatchObject({ status: 'complete' });
        const found: Finding[] = [];
        for await (const { value } of all.findings.findings(tenant.id)) found.push(value);
        return found.sort((a, b) => a.id.localeCompare(b.id));
      };
      const scanApart = async () => {
        const start = simulator.requests.length;
        expect(await laptop.scan()).toMatchObject({ status: 'complete' });
        apart += Number(listingsIn(simulator.requests.slice(start)).withoutKeys > 0);
        return laptop.stored();
      };
      try {
        await scanApart();
        await scanAll();
        let before = new Set(openIn(await laptop.stored()));
        for (const changes of rounds) {
          for (const one of changes) apply(simulator, one);
          const found = await scanApart();
          const wanted = await scanAll();
          if (isLagging) {
            // Nothing wrong appears, and nothing that still exists is resolved.
            const [open, exists] = [openIn(found), new Set(openIn(wanted))];
            expect(open.filter((one) => !before.has(one) && !exists.has(one))).toEqual([]);
            expect([...before].filter((one) => exists.has(one) && !open.includes(one))).toEqual([]);
            before = new Set(open);
          } else expect(found.map(decided)).toEqual(wanted.map(decided));
        }
        simulator.directory.catchUp();
        expect(openIn(await scanApart())).toEqual(openIn(await scanAll()));
      } finally {
        await other.close();
        await laptop.close();
      }
    },
  );
  await fc.assert(property, { numRuns, endOnFailure: true });
  expect(apart).toBeGreaterThan(numRuns);
}, 3_600_000);
