// Writes the permissions that rules and remedies declare: the granted roles (infra/graph-roles.json) and the table of
// docs/permissions.md. With --check it only exits with 1 if either is stale.
import { readFileSync, writeFileSync } from 'node:fs';
import { withTable } from './generated-table.js';
import { load } from './load.js';
import { writeRuleIndex } from './rule-index.js';

const rolesFile = 'infra/graph-roles.json';
const page = 'docs/permissions.md';

writeRuleIndex();
const { rules, permissionsOf, remediatorPermissions, directoryPermission } = await load(
  [
    "export { rules } from './src/rules/index.ts';",
    "export { directoryPermission, permissionsOf, remediatorPermissions } from './src/model/rule/permissions.ts';",
  ].join('\n'),
);
const sorted = (names) => [...new Set(names)].sort();
const code = (text) => `\`${text}\``;

// Granted only where ADMIN_CONSENT_REVIEWERS enables the remedy that needs it.
const remediator = remediatorPermissions(rules, { adminConsentReviewers: [] });
const withReviewers = remediatorPermissions(rules, { adminConsentReviewers: ['a user'] });
const roles = {
  reader: sorted([directoryPermission, ...rules.flatMap(permissionsOf)]),
  // A diagnosis leaves out rules that only say that a diagnosis is needed.
  web: sorted([directoryPermission, ...rules.filter(({ isFallback }) => !isFallback).flatMap(permissionsOf)]),
  remediator,
  remediatorWithReviewers: withReviewers.filter((role) => !remediator.includes(role)),
};
const executes = (role, { remedy, ...rule }) =>
  remedy && (remedy.permission === role || permissionsOf(rule).includes(role));
const table = [
  '| identity | permission | rules that need it |',
  '| --- | --- | --- |',
  ...roles.reader.map((role) => row('reader', role, (rule) => permissionsOf(rule).includes(role))),
  ...roles.remediator.map((role) => row('remediator', role, (rule) => executes(role, rule))),
  ...roles.remediatorWithReviewers.map((role) =>
    row('remediator, with `ADMIN_CONSENT_REVIEWERS`', role, (rule) => executes(role, rule)),
  ),
].join('\n');

const text = readFileSync(page, 'utf8');
const wanted = new Map([
  [rolesFile, `{\n${Object.entries(roles).map(list).join(',\n')}\n}\n`],
  [page, withTable(text, page, 'npm run permissions', table)],
]);

const stale = [...wanted].filter(([file, content]) => read(file) !== content);
if (!process.argv.includes('--check')) for (const [file, content] of stale) writeFileSync(file, content);
else if (stale.length > 0) {
  console.error(`Stale: ${stale.map(([file]) => file).join(', ')}. Run npm run permissions.`);
  process.exitCode = 1;
}

function row(identity, role, needs) {
  const ids = rules.filter(needs).map(({ id }) => code(id));
  return `| ${identity} | ${code(role)} | ${ids.join(', ') || 'none'} |`;
}

/** A JSON list in the style of the formatter: on one line if it fits. */
function list([name, items]) {
  const line = `  "${name}": [${items.map((item) => `"${item}"`).join(', ')}]`;
  return line.length <= 120 ? line : `  "${name}": [\n${items.map((item) => `    "${item}"`).join(',\n')}\n  ]`;
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
