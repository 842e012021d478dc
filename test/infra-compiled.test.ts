import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';

interface InfraScript {
  bicepCompiler(options: { restore: boolean }): string | undefined;
  compiled(compiler: string): { template: string; diagnostics: string };
}
const { bicepCompiler, compiled }: InfraScript = await import(pathToFileURL(path.resolve('scripts/infra.js')).href);

const template = () => readFileSync('infra/azuredeploy.json', 'utf8');
// `npm run infra` restores the compiler; this test does not, so that it needs no network.
const compiler = bicepCompiler({ restore: false });
const whereCompilerIs = compiler && existsSync(compiler) ? it : it.skip;

whereCompilerIs('infra/azuredeploy.json is what the compiler makes of infra/main.bicep, without warnings', () => {
  const made = compiled(compiler ?? '');
  expect(made.diagnostics).toBe('');
  expect(made.template === template()).toBe(true);
});

it('infra/azuredeploy.json has the parameters of azd', () => {
  const { parameters } = JSON.parse(template());
  const given = JSON.parse(readFileSync('infra/main.parameters.json', 'utf8')).parameters;
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(Object.keys(given)));
});
