import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createProgram } from '../src/cli/program.js';
import { errorCodes } from '../src/model/errors.js';
import { remediationStatuses } from '../src/model/remediation/remediation.js';

const text = (file: string) => readFileSync(file, 'utf8');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => path.join('docs', file)),
];

const program = createProgram({
  screen: { out: process.stdout, log: process.stderr, colour: false },
  environment: {},
  signal: new AbortController().signal,
  end: () => {},
  useEnvironment: () => {},
});

/** The commands in a text: the words after the program's name, until a comment or another command begins. */
function commandsIn(page: string): string[][] {
  const shown = text(page).matchAll(/`consentinel ([a-z][^`]*)`|^(?:consentinel|.*dist\/cli\.js) ([a-z].*)$/gm);
  return [...shown].map(([, quoted, line]) => (quoted ?? line ?? '').split(/ +[#|>]|[;)`]/, 1)[0]?.split(/\s+/) ?? []);
}

/** The options of a command that `--help` shows. */
function optionsOf([name, sub]: readonly string[]): string[] {
  const command = program.commands.find((one) => one.name() === name) ?? program;
  const last = command.commands.find((one) => one.name() === sub) ?? command;
  return [program, last].flatMap((one) =>
    one
      .createHelp()
      .visibleOptions(one)
      .map(({ long }) => long ?? ''),
  );
}

/** The anchor that GitHub creates for a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

describe.each(pages)('%s', (page) => {
  it('links to existing files and headings', () => {
    for (const [, link = ''] of text(page).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page : path.join(path.dirname(page), file);
      expect([link, existsSync(target)]).toEqual([link, true]);
      const anchors = anchor && [...text(target).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));
      if (anchors) expect(anchors).toContain(anchor);
    }
  });

  it('has no path or host of one machine', () => {
    expect(text(page)).not.toMatch(/\/work\/|\/home\/\w|\/tmp\/|registry\.[a-z]/);
  });

  it('names existing commands, and options that their help shows', () => {
    for (const words of commandsIn(page)) {
      expect(program.commands.map((command) => command.name())).toContain(words[0]);
      const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/[=,.:].*/, ''));
      expect(optionsOf(words)).toEqual(expect.arrayContaining(options));
    }
  });
});

it('docs/approve.md explains every status of a remediation', () => {
  for (const status of remediationStatuses) expect(text('docs/approve.md')).toContain(`| \`${status}\``);
});

it('docs/operate.md names existing error codes', () => {
  const named = [...text('docs/operate.md').matchAll(/`((?:config|credential|permission|graph|storage)-[a-z]+)`/g)];
  for (const [, code] of named) expect(errorCodes).toContain(code);
});

describe('the pictures', () => {
  const files = readdirSync('docs/images').map((file) => path.join('docs', 'images', file));
  const shown = pages.flatMap((page) =>
    [...text(page).matchAll(/!\[([^\]]*)\]\((?!https:)([^)\s]+)\)/g)].map(([, description = '', link = '']) => ({
      description,
      file: path.join(path.dirname(page), link),
    })),
  );

  it('are all shown, each with a description', () => {
    expect([...new Set(shown.map(({ file }) => file))].sort()).toEqual(files.sort());
    for (const { description } of shown) expect(description.split(' ').length).toBeGreaterThan(4);
  });

  it('are at least six screenshots below 150 KB', () => {
    const screenshots = files.filter((file) => file.endsWith('.webp'));
    expect(screenshots.length).toBeGreaterThanOrEqual(6);
    for (const file of files) expect([file, statSync(file).size < 150 * 1024]).toEqual([file, true]);
    for (const file of screenshots) expect(readFileSync(file).toString('latin1', 8, 12)).toBe('WEBP');
  });

  it('are made by npm run screenshots', () => {
    const script = text('scripts/screenshots.js');
    for (const file of files.filter((file) => file.endsWith('.webp')))
      expect(script).toContain(`name: '${path.basename(file, '.webp')}'`);
  });

  it('have a diagram with its text as text, and colours for a dark theme', () => {
    const svg = text('docs/images/architecture.svg');
    for (const part of [/<title /, /<desc /, /role="img"/, /prefers-color-scheme: dark/, />Key Vault</])
      expect(svg).toMatch(part);
  });
});

it('every script in the documents is one of package.json', () => {
  const { scripts } = JSON.parse(text('package.json'));
  for (const page of pages) {
    for (const [, name] of text(page).matchAll(/npm run (?:--silent )?([\w-]+)/g))
      expect(Object.keys(scripts)).toContain(name);
  }
});
