import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build, stop } from 'esbuild';
import { createProgram } from '../src/cli/program.js';
import { errorCodes } from '../src/model/errors.js';
import { remediationStatuses } from '../src/model/remediation/remediation.js';
import type { AppRule } from '../src/model/rule/rule.js';
import { type AppCase, caseTenant, cleanTenantParts } from '../src/rules/testing/cases.js';

const text = (file: string) => readFileSync(file, 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync('docs')
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

const commands = createProgram({
  screen: { out: process.stdout, log: process.stderr, colour: false },
  environment: {},
  signal: new AbortController().signal,
  end: () => {},
}).commands.map((command) => command.name());

/** The anchor that GitHub makes of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

describe.each(pages)('%s', (page) => {
  it('links to files and headings that are there', () => {
    for (const [, link = ''] of text(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect([link, existsSync(target)]).toEqual([link, true]);
      const anchors = anchor && [...text(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
      if (anchors) expect(anchors).toContain(anchor);
    }
  });

  it('speaks of nothing that belongs to one machine', () => {
    expect(text(page)).not.toMatch(/\/work\/|\/home\/\w|\/tmp\/|registry\.[a-z]/);
  });

  it('names commands that there are', () => {
    const shown = [
      ...text(page).matchAll(/`consentinel ([a-z][a-z-]+)|^(?:consentinel|.*dist\/cli\.js) ([a-z][a-z-]+)/gm),
    ];
    for (const [, quoted, line] of shown) expect(commands).toContain(quoted ?? line);
  });
});

it('docs/approve.md explains every status of a remediation', () => {
  for (const status of remediationStatuses) expect(text('docs/approve.md')).toContain(`| \`${status}\``);
});

it('docs/operate.md names error codes that there are', () => {
  const named = [...text('docs/operate.md').matchAll(/`((?:config|credential|permission|graph|storage)-[a-z]+)`/g)];
  for (const [, code] of named) expect(errorCodes).toContain(code);
});

it('every script in the documents is one of package.json', () => {
  const { scripts } = JSON.parse(text('package.json'));
  for (const page of pages) {
    for (const [, name] of text(page).matchAll(/npm run (?:--silent )?([\w-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  }
});

describe('the example in docs/write-a-rule.md', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'consentinel-rule-'));
  let rule: AppRule;
  let cases: readonly AppCase[];
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await stop();
  });

  beforeAll(async () => {
    const own = path.join(folder, 'src/rules/no-http-redirect-uri');
    mkdirSync(own, { recursive: true });
    symlinkSync(path.resolve('src/model'), path.join(folder, 'src/model'));
    symlinkSync(path.resolve('src/rules/testing'), path.join(folder, 'src/rules/testing'));
    const [first = '', second = ''] = [...text('docs/write-a-rule.md').matchAll(/```ts\n([\s\S]*?)```/g)].map(
      ([, code]) => code ?? '',
    );
    writeFileSync(path.join(own, 'rule.ts'), first);
    writeFileSync(path.join(own, 'cases.ts'), second);
    const contents = "export { noHttpRedirectUri as rule } from './rule.ts'; export { cases } from './cases.ts';";
    const stdin = { contents, resolveDir: own, loader: 'ts' as const };
    const outfile = path.join(folder, 'example.mjs');
    await build({ stdin, bundle: true, outfile, format: 'esm', platform: 'node' });
    ({ rule, cases } = await import(outfile));
  });

  it('finds what its cases say, and nothing else', () => {
    expect(rule.id).toBe('no-http-redirect-uri');
    expect(cases.length).toBeGreaterThan(3);
    for (const { name, app, violations } of cases) {
      const found = rule.check(app as never, { ...caseTenant, ...cleanTenantParts } as never);
      expect([name, found.length]).toEqual([name, violations.length]);
      violations.forEach(({ evidence, ...members }, index) => {
        expect(found[index]).toMatchObject({ ...members, ...(evidence && { evidence }) });
      });
    }
  });
});
