// Writes what the declarations of the settings say to where others read it: the table of docs/settings.md, and the settings
// that azd passes to the deployment (infra/main.parameters.json): those that the templates of infra/app/ do not set
// themselves. With --check it writes nothing and exits 1 where either is stale.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { withTable } from './generated-table.js';
import { load } from './load.js';

const page = 'docs/settings.md';
const parameters = 'infra/main.parameters.json';
const schema = 'docs/schema/config.schema.json';
const { settings, settingsDocumentation, settingsFileSchema } = await load(
  "export { settings, settingsDocumentation } from './src/config.ts'; export { settingsFileSchema } from './src/cli/settings-file.ts';",
);
const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

const templates = readdirSync('infra/app').filter((file) => file.endsWith('.bicep'));
const bicep = templates.map((file) => read(`infra/app/${file}`)).join('\n');
const given = settings
  .filter(({ name, deployed }) => deployed && !new RegExp(`\\b${name}: `).test(bicep))
  .map(({ name }) => [name, `\${${name}=}`])
  .sort();
const deployment = JSON.parse(read(parameters));
deployment.parameters.settings.value = Object.fromEntries(given);

const wanted = new Map([
  [page, withTable(read(page), page, 'npm run settings', settingsDocumentation())],
  [parameters, `${formatted(deployment)}\n`],
  [schema, `${JSON.stringify(settingsFileSchema(), null, 2)}\n`],
]);
const differs = (file, content) =>
  file === schema
    ? JSON.stringify(JSON.parse(read(file) || '{}')) !== JSON.stringify(JSON.parse(content))
    : read(file) !== content;
const stale = [...wanted].filter(([file, content]) => differs(file, content));
if (!process.argv.includes('--check')) for (const [file, content] of stale) writeFileSync(file, content);
else if (stale.length > 0) {
  console.error(`Stale: ${stale.map(([file]) => file).join(', ')}. Run npm run settings.`);
  process.exitCode = 1;
}

/** As the formatter has it: an object with one value is on one line. */
function formatted(value) {
  return JSON.stringify(value, null, 2).replace(/\{\n\s+("value": "[^"]*")\n\s+\}/g, '{ $1 }');
}
