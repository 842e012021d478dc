// Writes the table of docs/settings.md from the declarations of the settings. With --check it writes nothing and exits 1
// where the table is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from './generated-table.js';
import { load } from './load.js';

const page = 'docs/settings.md';
const { settingsDocumentation } = await load("export { settingsDocumentation } from './src/config.ts';");
const text = readFileSync(page, 'utf8');
const wanted = withTable(text, page, 'npm run settings', settingsDocumentation());
if (!process.argv.includes('--check')) writeFileSync(page, wanted);
else if (wanted !== text) {
  console.error(`The table of ${page} is stale. Run: npm run settings`);
  process.exitCode = 1;
}
