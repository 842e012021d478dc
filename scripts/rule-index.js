// Writes the list of all rules and the list of their cases from the folders of src/rules, so that a new rule changes
// its own folder only. Git ignores both files: the installation, the build, the checks and the tests write them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { replaceFile } from './replace-file.js';

const script = fileURLToPath(import.meta.url);
const folder = path.join(path.dirname(script), '../src/rules');
const header = '// Written by scripts/rule-index.js from the folders of src/rules. Do not edit: Git ignores this file.';

/** Writes both lists; a file that is up to date is left alone. */
export function writeRuleIndex() {
  const ids = readdirSync(folder)
    .filter((id) => existsSync(path.join(folder, id, 'rule.ts')))
    .sort();
  write('rules.generated.ts', [
    "import type { Rule } from '../model/rule/rule.js';",
    ...ids.map((id) => `import { rule as ${nameOf(id)} } from './${id}/rule.js';`),
    '',
    '/** Every rule, sorted by id. */',
    `export const rules: readonly Rule[] = [${ids.map(nameOf).join(', ')}];`,
  ]);
  write('cases.generated.ts', [
    ...ids.flatMap((id) => [
      `import { cases as ${nameOf(id)}Cases } from './${id}/cases.js';`,
      `import { rule as ${nameOf(id)} } from './${id}/rule.js';`,
    ]),
    "import type { RuleWithCases } from './testing/cases.js';",
    '',
    '/** Every rule with its cases, sorted by id. */',
    'export const rulesWithCases: readonly RuleWithCases[] = [',
    ...ids.map((id) => `  { rule: ${nameOf(id)}, cases: ${nameOf(id)}Cases },`),
    '];',
  ]);
}

/** `no-symmetric-signing-key` as an identifier: `noSymmetricSigningKey`. */
function nameOf(id) {
  return id.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
}

function write(name, lines) {
  const file = path.join(folder, name);
  const text = `${[header, ...lines].join('\n')}\n`;
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) replaceFile(file, text);
}

if (process.argv[1] === script) writeRuleIndex();
