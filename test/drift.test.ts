import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { settingNames, settingsDocumentation } from '../src/config.js';
import { measures } from '../src/jobs/telemetry/measures.js';
import { errorCodes } from '../src/model/errors.js';
import { appCases, tenantCases } from '../src/rules/all-cases.js';
import { rules } from '../src/rules/index.js';

const text = (file: string) => readFileSync(file, 'utf8');
/** The names in backquotes in the first column of a Markdown table. */
const firstColumn = (markdown: string) =>
  markdown
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));

describe('the documents are up to date', () => {
  it('docs/errors.md explains exactly the error codes', () => {
    expect(firstColumn(text('docs/errors.md')).sort()).toEqual([...errorCodes].sort());
  });

  it('docs/settings.md explains exactly the settings', () => {
    expect(firstColumn(text('docs/settings.md')).sort()).toEqual([...settingNames].sort());
  });

  it('docs/settings.md has the generated table (npm run settings)', () => {
    expect(text('docs/settings.md')).toContain(`\n\n${settingsDocumentation()}\n\n`);
  });

  it('docs/settings.md has a table with short cells below each heading', () => {
    const groups = settingsDocumentation()
      .split(/^## .+$/m)
      .slice(1);
    expect(groups.length).toBeGreaterThan(5);
    for (const group of groups) expect(group).toMatch(/^\n\n\| setting \| default \| meaning \|\n(\|.*\n)+\| `/);
    const cells = settingsDocumentation()
      .split('\n')
      .map((line) => line.split(' | ').at(-1) ?? '');
    for (const cell of cells) expect(`${cell.length <= 300} ${cell}`).toMatch(/^true/);
  });

  it('docs/operate.md explains exactly the measures', () => {
    const named = firstColumn(text('docs/operate.md')).filter((name) => name?.startsWith('consentinel.'));
    expect(named.sort()).toEqual(Object.keys(measures).sort());
  });

  it('every folder of a rule is in the index and has cases', () => {
    const folders = readdirSync('src/rules', { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'testing')
      .map(({ name }) => name);
    expect(folders.sort()).toEqual(rules.map(({ id }) => id));
    expect(Object.keys({ ...appCases, ...tenantCases }).sort()).toEqual(folders.sort());
  });

  it.each(['README.md', 'src/README.md', 'docs/alerts.md', 'docs/errors.md', 'docs/reports.md', 'docs/settings.md'])(
    'every link of %s is to an existing file',
    (file) => {
      const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/') + 1) : '';
      const links = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link]) => folder + link);
      expect(links.filter((link) => !existsSync(link))).toEqual([]);
    },
  );
});
