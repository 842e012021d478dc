import { beforeAll, beforeEach } from '@jest/globals';
import type { ScanStore } from '../../../src/jobs/ports/index.js';
import type { Scan } from '../../../src/model/scan/scan.js';
import { aScan, tenantId } from '../examples.js';

/** What a scan store is created with. */
export interface ScanStoreSetup {
  /** The time of the tests, ISO 8601 UTC. */
  now(): string;
  /** How long a lease is valid without a renewal. */
  readonly leaseSeconds: number;
}

/**
 * Creates empty storage.
 * @returns a function that opens the storage; each call gives a writer of its own
 */
export type CreateScanStore = (setup: ScanStoreSetup) => Promise<() => ScanStore>;

/** What a test of a scan store uses. */
export interface ScanFixture {
  readonly store: ScanStore;
  /** Each test has a tenant of its own. */
  readonly tenant: string;
  now(): string;
  /** Advances the clock. */
  pass(seconds: number): void;
  /** A scan of the tenant that starts now. */
  scanOf(id: string, other?: Partial<Scan>): Scan;
  /** Opens the same storage as another writer. */
  open(): ScanStore;
}

/** Prepares the tests of the enclosing `describe`. @returns gives the fixture of the test that runs */
export function scanFixture(create: CreateScanStore): () => ScanFixture {
  let time: number;
  let tests = 0;
  let fixture: ScanFixture;
  let open: () => ScanStore;
  const now = () => new Date(time).toISOString();

  beforeAll(async () => {
    open = await create({ now, leaseSeconds: 90 });
  });

  beforeEach(() => {
    time = Date.parse('2026-11-01T02:00:00.000Z');
    const tenant = `${tenantId.slice(0, -3)}${String(++tests).padStart(3, '0')}`;
    const pass = (seconds: number) => {
      time += seconds * 1000;
    };
    const scanOf = (id: string, other = {}) => aScan(id, { tenantId: tenant, startedAt: now(), ...other });
    fixture = { store: open(), tenant, now, pass, scanOf, open };
  });

  return () => fixture;
}
