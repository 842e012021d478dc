import { describe } from '@jest/globals';
import { type CreateScanStore, scanFixture } from './scan-fixture.js';
import { describeScanLeases } from './scan-lease.js';
import { describeScanRows } from './scan-rows.js';

/**
 * Tests an implementation of `ScanStore` through the port alone.
 * @param name the implementation, for the report
 */
export function describeScanStore(name: string, create: CreateScanStore): void {
  describe(`the scan store on ${name}`, () => {
    const fixture = scanFixture(create);
    describeScanLeases(fixture);
    describeScanRows(fixture);
  });
}
