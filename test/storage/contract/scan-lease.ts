import { describe, expect, it } from '@jest/globals';
import { all } from '../examples.js';
import type { ScanFixture } from './scan-fixture.js';

/** Tests who may scan a tenant: `begin`, `renew` and `finish`. */
export function describeScanLeases(fixture: () => ScanFixture): void {
  describe('begin', () => {
    it('writes the scan as running', async () => {
      const { store, tenant, scanOf } = fixture();
      const scan = scanOf('s1');
      const lease = await store.begin(scan);
      expect(lease).toMatchObject({ tenantId: tenant, scanId: 's1' });
      expect(await store.scan(tenant, 's1')).toEqual(scan);
      expect(await store.tenants()).toContain(tenant);
    });

    it('rejects a second scan; the error names the first, its times and when to retry', async () => {
      const { store, tenant, scanOf, pass, open } = fixture();
      const lease = await store.begin(scanOf('s1'));
      pass(60);
      await lease.renew();
      pass(60);
      await expect(open().begin(scanOf('s2'))).rejects.toMatchObject({
        code: 'scan-in-progress',
        message: expect.stringMatching(/Scan s1 .* 2026-11-01T02:00:00.000Z.* 2026-11-01T02:01:00.000Z/),
        remedy: expect.stringContaining('2026-11-01T02:02:30.000Z'),
      });
      expect(await store.scan(tenant, 's2')).toBeUndefined();
    });

    it('rejects the same scan, delivered twice, while its lease is valid', async () => {
      const { store, scanOf } = fixture();
      await store.begin(scanOf('s1'));
      await expect(store.begin(scanOf('s1'))).rejects.toMatchObject({ code: 'scan-in-progress' });
    });

    it('lets exactly one of ten concurrent scans start', async () => {
      const { store, tenant, scanOf, open } = fixture();
      const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => open().begin(scanOf(`s${i}`))));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'scan-in-progress' });
      expect(await all(store.scans(tenant))).toHaveLength(1);
    });

    it('takes over an expired lease and marks its scan failed', async () => {
      const { store, tenant, scanOf, pass, now, open } = fixture();
      await store.begin(scanOf('s1'));
      pass(91);
      await open().begin(scanOf('s2'));
      expect(await store.scan(tenant, 's1')).toMatchObject({
        status: 'failed',
        finishedAt: now(),
        errors: [{ code: 'lease-lost', message: expect.stringContaining('2026-11-01T02:00:00.000Z') }],
      });
      expect(await store.scan(tenant, 's2')).toMatchObject({ status: 'running' });
    });

    it('lets exactly one of ten concurrent scans take over an expired lease', async () => {
      const { store, tenant, scanOf, pass, open } = fixture();
      await store.begin(scanOf('s1'));
      pass(91);
      const results = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => open().begin(scanOf(`t${i}`))));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      expect((await all(store.scans(tenant))).map(({ status }) => status).sort()).toEqual(['failed', 'running']);
    });

    it('continues a scan that stopped and is delivered again', async () => {
      const { store, tenant, scanOf, pass } = fixture();
      await store.begin(scanOf('s1'));
      pass(91);
      const lease = await store.begin(scanOf('s1'));
      await store.finish(lease, scanOf('s1', { status: 'complete' }));
      expect(await all(store.scans(tenant))).toMatchObject([{ id: 's1', status: 'complete', errors: [] }]);
    });

    it('does not affect the leases of other tenants', async () => {
      const { store, tenant, scanOf } = fixture();
      await store.begin(scanOf('s1'));
      await expect(store.begin(scanOf('s1', { tenantId: `${tenant.slice(0, -3)}abc` }))).resolves.toBeDefined();
    });
  });

  describe('the lease', () => {
    it('is valid for as long as it is renewed', async () => {
      const { store, scanOf, pass } = fixture();
      const lease = await store.begin(scanOf('s1'));
      for (let i = 0; i < 5; i++) {
        pass(60);
        await lease.renew();
      }
      await expect(store.begin(scanOf('s2'))).rejects.toMatchObject({ code: 'scan-in-progress' });
    });

    it('can be renewed after it expired, unless another scan took it over', async () => {
      const { store, scanOf, pass } = fixture();
      const lease = await store.begin(scanOf('s1'));
      pass(600);
      await expect(lease.renew()).resolves.toBeUndefined();
    });

    it('that another scan took over can neither be renewed nor finished', async () => {
      const { store, tenant, scanOf, pass, open } = fixture();
      const lost = await store.begin(scanOf('s1'));
      pass(91);
      await open().begin(scanOf('s2'));
      await expect(lost.renew()).rejects.toMatchObject({
        code: 'lease-lost',
        message: expect.stringContaining('scan s2 took it over'),
      });
      await expect(store.finish(lost, scanOf('s1', { status: 'complete' }))).rejects.toMatchObject({
        code: 'lease-lost',
      });
      expect(await store.scan(tenant, 's1')).toMatchObject({ status: 'failed' });
      expect(await store.scan(tenant, 's2')).toMatchObject({ status: 'running' });
    });

    it('accepts renewals that overlap with each other and with the end of the scan', async () => {
      const { store, tenant, scanOf } = fixture();
      const lease = await store.begin(scanOf('s1'));
      const renewals = Array.from({ length: 5 }, () => lease.renew());
      await store.finish(lease, scanOf('s1', { status: 'complete' }));
      await expect(Promise.all([...renewals, lease.renew()])).resolves.toHaveLength(6);
      expect(await store.scan(tenant, 's1')).toMatchObject({ status: 'complete' });
    });
  });

  describe('finish', () => {
    it('writes the final row and releases the lease', async () => {
      const { store, tenant, scanOf } = fixture();
      const final = scanOf('s1', {
        status: 'incomplete',
        finishedAt: '2026-11-01T02:05:00.000Z',
        counts: { applications: 3, servicePrincipals: 4 },
        notExamined: [{ ruleId: 'no-a', reason: 'The permission Policy.Read.All is missing.' }],
        errors: [{ code: 'permission-missing', message: 'Grant it.' }],
      });
      const lease = await store.begin(scanOf('s1'));
      await store.finish(lease, final);
      expect(await store.scan(tenant, 's1')).toEqual(final);
      await expect(store.begin(scanOf('s2'))).resolves.toMatchObject({ scanId: 's2' });
      expect(await store.scan(tenant, 's1')).toEqual(final);
    });

    it('succeeds again when it is repeated, also while another scan runs', async () => {
      const { store, scanOf } = fixture();
      const lease = await store.begin(scanOf('s1'));
      const final = scanOf('s1', { status: 'complete' });
      await store.finish(lease, final);
      await expect(store.finish(lease, final)).resolves.toBeUndefined();
      await store.begin(scanOf('s2'));
      await expect(store.finish(lease, final)).resolves.toBeUndefined();
    });
  });
}
