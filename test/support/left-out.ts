import { describe, it } from '@jest/globals';

const windows = process.platform === 'win32' ? 'Windows has no such facility' : undefined;

/**
 * Describes tests that need a program or a system. Where it is missing, they are left out, and the name says why: `.ci/run`
 * installs all programs, so that it leaves out nothing.
 * @param missing why the tests cannot run; undefined if they can
 */
export function describeUnless(missing: string | undefined, name: string, tests: () => void): void {
  if (missing === undefined) describe(name, tests);
  else describe.skip(`${name}: NOT RUN, because ${missing}`, tests);
}

/** Tests that use stand-ins written for a POSIX shell. They run on all systems but Windows. */
export const describeOnPosix = (name: string, tests: () => void): void => describeUnless(windows, name, tests);

/** A test of a facility that Windows does not have: file modes, or pausing a process. It runs on all other systems. */
export const itOnPosix = windows === undefined ? it : it.skip;
