import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { WholeServicePrincipal } from '../../src/model/entra/app.js';
import type { AppRule } from '../../src/model/rule/rule.js';
import { catalogue } from '../../src/reports/catalogue.js';
import { rules } from '../../src/rules/index.js';
import { anApp } from '../../src/rules/testing/cases.js';

const text = (file: string) => readFileSync(file, 'utf8');

describe('the pages of the rules', () => {
  it('src/rules/README.md is the generated catalogue (npm run catalogue)', () => {
    expect(text('src/rules/README.md')).toBe(catalogue(rules));
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    'the page of %s has its title, its codes and its sections',
    (id, rule) => {
      const page = text(`src/rules/${id}/README.md`);
      expect(page.startsWith(`# ${id}\n\n${rule.title}.\n`)).toBe(true);
      expect(page.match(/^## .+$/gm)).toEqual([
        '## What it finds',
        '## Why it matters',
        '## How to fix it',
        '## When to suppress it',
        '## What it cannot see',
        '## Sources',
      ]);
      const sources = page.slice(page.indexOf('## Sources'));
      expect(sources.match(/^- \[[^\]]+\]\(https:\/\/learn\.microsoft\.com\/[^)]+\)$/gm)).not.toBeNull();
      for (const code of rule.codes) expect(page).toContain(code);
    },
  );
});

const readsResources = rules.filter(
  (rule): rule is AppRule => rule.on === 'app' && (rule.select.tenant ?? []).includes('resources'),
);

/** The rules that can find a violation on a service principal without an application. */
function applyingTo(members: { appRoleAssignmentRequired?: boolean }): string[] {
  const { servicePrincipal } = anApp('Foreign', { application: null, servicePrincipal: members });
  return readsResources
    .filter((rule) => rule.appliesWithoutApplication?.(servicePrincipal as WholeServicePrincipal) ?? true)
    .map(({ id }) => id);
}

describe('the rules that select resources', () => {
  it('apply without an application only if the service principal requires assignment', () => {
    expect(applyingTo({ appRoleAssignmentRequired: true })).toEqual(['require-assignment']);
  });

  it.each([{ appRoleAssignmentRequired: false }, {}])('do not apply without an application to %j', (members) => {
    expect(applyingTo(members)).toEqual([]);
  });

  it('all define whether they apply without an application', () => {
    expect(readsResources.filter((rule) => !rule.appliesWithoutApplication).map(({ id }) => id)).toEqual([]);
  });
});
