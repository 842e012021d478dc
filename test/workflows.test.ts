import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';

const run = promisify(execFile);
const folder = '.github/workflows';
const workflows = readdirSync(folder).map((file) => {
  const text = readFileSync(path.join(folder, file), 'utf8');
  return { file, text, content: parse(text) };
});
const steps = ({ content }: (typeof workflows)[number]): Record<string, unknown>[] =>
  Object.values<{ steps: Record<string, unknown>[] }>(content.jobs).flatMap((job) => job.steps);

describe.each(workflows)('$file', (workflow) => {
  it('pins each action by its commit, with the version beside it', () => {
    for (const { uses } of steps(workflow)) {
      if (uses === undefined) continue;
      expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      expect(workflow.text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+`));
    }
  });

  it('has no rights by default, and keeps no token after the checkout', () => {
    expect(workflow.content.permissions).toEqual({ contents: 'read' });
    const checkouts = steps(workflow).filter(({ uses }) => String(uses).startsWith('actions/checkout@'));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const { with: options } of checkouts) expect(options).toMatchObject({ 'persist-credentials': false });
  });

  it('puts no expression into a script: its text could be a command', () => {
    for (const { run: script } of steps(workflow)) if (script) expect(script).not.toContain('${{');
  });

  it('runs existing scripts, and says that it was not run', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [, name = ''] of workflow.text.matchAll(/npm run ([\w-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
    for (const [, file = ''] of workflow.text.matchAll(/node (scripts\/\S+)/g))
      expect(readFileSync(file, 'utf8')).not.toBe('');
    expect(workflow.text).toMatch(/^# NOT RUN YET/);
  });
});

it('the tests run on three systems with three versions of Node.js', () => {
  const { matrix } = workflows.find(({ file }) => file === 'ci.yml')?.content.jobs.test.strategy ?? {};
  expect(matrix.os.map((os: string) => os.split('-')[0])).toEqual(['ubuntu', 'windows', 'macos']);
  expect(matrix.node).toEqual(['20.19', '22', '24']);
});

it('the files of a release have checksums and a bill of materials each', async () => {
  const out = await mkdtemp(path.join(tmpdir(), 'consentinel-release-'));
  try {
    await run(process.execPath, ['scripts/release.js', '--out', out]);
    const sums = readFileSync(path.join(out, 'SHA256SUMS'), 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split('  '));
    const files = readdirSync(out).filter((file) => file !== 'SHA256SUMS');
    expect(sums.map(([, file]) => file)).toEqual(files.sort());
    for (const [sum, file = ''] of sums)
      expect(
        createHash('sha256')
          .update(readFileSync(path.join(out, file)))
          .digest('hex'),
      ).toBe(sum);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
    const archives = files.filter((file) => /\.(tgz|zip)$/.test(file));
    expect(archives).toHaveLength(4);
    for (const archive of archives) {
      const bill = archive.replace(`-${version}`, '').replace(/\.(tgz|zip)$/, '.cdx.json');
      expect(JSON.parse(readFileSync(path.join(out, bill), 'utf8')).bomFormat).toBe('CycloneDX');
    }
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}, 120_000);
