import { describe } from '@jest/globals';
import type { FindingStore } from '../../../src/jobs/ports/index.js';
import { describeCommits } from './finding-commit.js';
import { describeConflicts } from './finding-conflicts.js';
import { describeFindingReads } from './finding-reads.js';

/**
 * Creates empty storage.
 * @param ruleIds the rules of the installation; the storage may also contain findings of former rules
 * @returns a function that opens the storage; each call gives a writer of its own
 */
export type CreateFindingStore = (ruleIds: readonly string[]) => Promise<() => FindingStore>;

/**
 * Tests an implementation of `FindingStore` through the port alone.
 * @param name the implementation, for the report
 */
export function describeFindingStore(name: string, create: CreateFindingStore): void {
  describe(`the finding store on ${name}`, () => {
    describeCommits(create);
    describeConflicts(() => create(['no-a']));
    describeFindingReads(() => create(['no-a', 'no-b']));
  });
}
