import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { nugetPackage } from '../scripts/nuget-package.js';
import { bareEnvironment } from './support/bare-environment.js';
import { describeUnless } from './support/left-out.js';
import { powerShell } from './support/powershell.js';

interface PesterResult {
  readonly name: string;
  readonly result: 'Passed' | 'Failed' | 'Skipped' | 'NotRun' | 'Inconclusive';
  readonly message: string;
}

const pesterVersion = '6.2.0';
const program = powerShell();
const pester = program && nugetPackage('.cache/pester', 'Pester', pesterVersion);

/** Runs the tests of powershell/tests/. Jest must know their names before it starts, so they run while it collects. */
function pesterResults(pwsh: string, folder: string): readonly PesterResult[] {
  const script = path.resolve('powershell/tests/Invoke-Tests.ps1');
  const args = ['-NoProfile', '-NonInteractive', '-File', script, path.join(folder, 'tools/Pester.psd1')];
  const env = { ...bareEnvironment(), DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1', POWERSHELL_TELEMETRY_OPTOUT: '1' };
  const text = execFileSync(pwsh, args, { env, encoding: 'utf8', maxBuffer: 2 ** 26, timeout: 600_000 });
  // Lines of -WhatIf precede the result.
  const line = text.split('\n').findLast((each) => each.startsWith('['));
  return JSON.parse(line ?? '[]');
}

function missing(): string | undefined {
  if (!program) return 'no pwsh was found (see .ci/run)';
  return pester ? undefined : `Pester ${pesterVersion} could not be restored with .NET`;
}

describeUnless(missing(), 'the PowerShell module', () => {
  const results = program && pester ? pesterResults(program, pester) : [];
  it('has tests', () => expect(results.length).toBeGreaterThan(40));
  for (const { name, result, message } of results)
    it(name, () => expect({ result, message }).toEqual({ result: 'Passed', message: '' }));
});
