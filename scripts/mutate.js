// Mutation tests of the code that decides: rules, remedies, states and guards (StrykerJS). Stryker changes one operator,
// literal or statement at a time and runs the tests; a change that no test detects shows a missing test.
// Usage: npm run mutate -- [--files FILE...] [--concurrency N]
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';

/** The lowest score, in percent of killed mutants, with which the script succeeds. */
const lowestScore = 90;

/** For each mutant Jest loads every test file that imports the mutated file, so each part has its own tests. */
const parts = [
  {
    files: [
      'src/graph/http/error-body.ts',
      'src/graph/http/throttle.ts',
      'src/model/entra/credential.ts',
      'src/model/entra/signing-certificate.ts',
      'src/model/finding/resolution-limit.ts',
      'src/model/finding/transition.ts',
      'src/model/http/retry-after.ts',
      'src/model/remediation/*.ts',
      'src/model/rule/*.ts',
      'src/web/auth/csrf.ts',
      'src/web/auth/secrets.ts',
    ],
    tests: [
      'test/**/{key-credentials,plan-hash,remediation-states,rule-permissions,transition*}.test.ts',
      'test/**/{csrf,error-body,repeatable-requests,retry-after,throttle}.test.ts',
    ],
  },
  {
    files: ['src/rules/*/rule.ts', 'src/rules/*/remedy.ts'],
    tests: ['test/rules.test.ts', 'test/rules/**/*.test.ts'],
  },
];

const { values, positionals } = parseArgs({
  options: { concurrency: { type: 'string' }, files: { type: 'string', multiple: true, default: [] } },
  allowPositionals: true,
});
// The shell expands the pattern after --files to several arguments.
const selected = [...values.files, ...positionals].map((file) => file.replace(/\/$/, ''));
const sources = readdirSync('src', { recursive: true }).map((file) => path.join('src', file).replaceAll(path.sep, '/'));

const results = [];
for (const { files, tests } of parts) {
  const mutate = sources.filter((file) => isSelected(file) && files.some((glob) => path.matchesGlob(file, glob)));
  if (mutate.length > 0) results.push(...(await new Stryker(optionsFor(mutate, tests)).runMutationTest()));
}
const score = scoreOf(results);
process.stdout.write(`Score: ${score.toFixed(2)} % of ${results.length} mutants killed.\n`);
if (!(score >= lowestScore)) process.exitCode = 1;

function isSelected(file) {
  return selected.length === 0 || selected.some((one) => file === one || file.startsWith(`${one}/`));
}

/** Percent. Mutants that keep a test file from loading (`RuntimeError`) count neither way, as in Stryker's own score. */
function scoreOf(mutants) {
  const count = (...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed', 'Timeout');
  return (100 * killed) / (killed + count('Survived', 'NoCoverage'));
}

/** @returns {import('@stryker-mutator/api/core').PartialStrykerOptions} */
function optionsFor(mutate, testMatch) {
  return {
    mutate,
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    jest: {
      // jest.config.js, without the storage account. The importers of a mutated file must be in a root.
      config: {
        globalSetup: null,
        globalTeardown: null,
        roots: ['<rootDir>/src', '<rootDir>/test'],
        testMatch: testMatch.map((glob) => `<rootDir>/${glob}`),
      },
    },
    coverageAnalysis: 'perTest',
    ...(values.concurrency && { concurrency: Number(values.concurrency) }),
    // Much longer than these tests take: a slow test on a busy machine is not a killed mutant.
    timeoutMS: 30_000,
    // In ESM mode Jest keeps the modules of every run in memory.
    maxTestRunnerReuse: 50,
    disableTypeChecks: false,
    // Git and Biome ignore coverage/.
    tempDirName: 'coverage/mutation',
    ignorePatterns: ['/bench', '/dist', '/infra'],
    reporters: ['clear-text', 'progress-append-only'],
    clearTextReporter: { logTests: false },
    warnings: { slow: false },
  };
}
