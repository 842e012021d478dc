import { describe, it } from '@jest/globals';

const isWindows = process.platform === 'win32';

/** A test of a facility that Windows does not have: file modes, or pausing a process. It runs on all other systems. */
export const itOnPosix = isWindows ? it.skip : it;

/** Tests that use stand-ins written for a POSIX shell. They run on all systems but Windows. */
export const describeOnPosix = isWindows ? describe.skip : describe;
