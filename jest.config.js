/** Sources are ESM, so jest runs in ESM mode; swc only strips types, `npm run check` checks them. */
import { existsSync } from 'node:fs';
import { writeRuleIndex } from './scripts/rule-index.js';

// One test file can run without a build before it.
writeRuleIndex();

// The page is tried in a real browser where one is installed; CI installs it.
const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const withoutBrowser = existsSync(chromium) ? [] : ['/test/web/browser.test.ts$'];
if (withoutBrowser.length > 0) process.stderr.write(`There is no ${chromium}: the tests in a browser are left out.\n`);

export default {
  testPathIgnorePatterns: ['/node_modules/', ...withoutBrowser],
  testEnvironment: 'node',
  // Many tests start processes and a storage account; nothing asserts how long they take.
  testTimeout: 60_000,
  maxWorkers: '100%',
  // ES modules of finished test files stay in memory, and collecting them slows the later files down.
  workerIdleMemoryLimit: '1GB',
  // For `it.concurrent`: the nights of the fault matrix mostly wait.
  maxConcurrency: 8,
  roots: ['<rootDir>/test'],
  globalSetup: '<rootDir>/test/support/azurite-setup.ts',
  globalTeardown: '<rootDir>/test/support/azurite-teardown.ts',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
    '^.+\\.tsx$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic', importSource: 'hono/jsx' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
};
