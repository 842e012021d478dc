/** Sources are ESM, so jest runs in ESM mode; swc only strips types, `npm run check` checks them. */
export default {
  testEnvironment: 'node',
  // Many tests start processes and a storage account; nothing asserts how long they take.
  testTimeout: 60_000,
  maxWorkers: '100%',
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/azurite-setup.ts',
  globalTeardown: '<rootDir>/test/support/azurite-teardown.ts',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
};
