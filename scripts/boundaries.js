// Writes the tables of src/README.md from src/boundaries.json, which also defines the import checks
// (scripts/dependency-rules.cjs, scripts/app-rules.cjs). With --check it only exits with 1 if a table is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from './generated-table.js';

const page = 'src/README.md';
const { folders, packages, apps } = JSON.parse(readFileSync('src/boundaries.json', 'utf8'));

const code = (names) => names.map((name) => `\`${name}\``).join(', ');
const packagesOf = (folder) => Object.keys(packages).filter((name) => packages[name].includes(folder));
const rows = folders.map(({ folder, is, imports, pure, mayNot }) => {
  const limits = [pure && 'wait, fetch, store, log, read a clock, change its input', mayNot].filter(Boolean);
  const name = folder.endsWith('.ts') ? `\`${folder}\`` : `\`${folder}/\``;
  return `| ${name} | ${is} | ${code(imports) || 'nothing'} | ${code(packagesOf(folder))} | ${limits.join('; ')} |`;
});
const table = [
  '| folder | contains | may import | packages | must not |',
  '| --- | --- | --- | --- | --- |',
  ...rows,
  '',
  'Each function app is a bundle of its own, from the entry point `functions/<app>.ts`:',
  '',
  '| app | does | its bundle cannot contain |',
  '| --- | --- | --- |',
  ...apps.map(({ app, is, without }) => `| ${app} | ${is} | ${code(without)} |`),
].join('\n');

const text = readFileSync(page, 'utf8');
const wanted = withTable(text, page, 'npm run boundaries', table);
if (process.argv.includes('--check')) {
  if (wanted !== text) {
    process.stderr.write(`The table of ${page} is stale. Run: npm run boundaries\n`);
    process.exitCode = 1;
  }
} else writeFileSync(page, wanted);
