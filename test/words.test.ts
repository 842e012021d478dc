import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { emailOf } from '../src/alerts/channels/email/email-channel.js';
import { slackMessage } from '../src/alerts/channels/slack/slack-message.js';
import { teamsMessage } from '../src/alerts/channels/teams/teams-card.js';
import { sampleDigest } from '../src/alerts/sample.js';
import { createProgram } from '../src/cli/program.js';
import type { Digest } from '../src/model/alerts/digest.js';
import type { AppRule, Rule, TenantRule } from '../src/model/rule/rule.js';
import type { Violation } from '../src/model/rule/violation.js';
import { appCases, tenantCases } from '../src/rules/all-cases.js';
import { rules } from '../src/rules/index.js';
import { tenantOfCase } from '../src/rules/testing/case-tenant.js';
import { caseTenant, cleanTenantParts } from '../src/rules/testing/cases.js';
import { appeared, aRemediation, digestOf, happened, night, plainRules, standing } from './alerts/examples.js';
import { retiredWords, retiredWordsIn } from './support/retired-words.js';
import { linesOf, literalsOf, type UserText, withoutCode } from './support/user-texts.js';
import { slackTextsOf, textsOf } from './support/webhook-sink.js';

const filesOf = (...patterns: string[]) =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...patterns], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean);

/** The retired words of texts, one line each: the place, the word and its replacement. */
const faultsOf = (texts: readonly UserText[]) =>
  texts.flatMap(({ place, text }) =>
    retiredWordsIn(withoutCode(text)).map(
      ({ word, use }) => `${place}: "${word}" → ${use}: ${text.trim().slice(0, 160)}`,
    ),
  );

/** Sources whose literals are not texts of the product: fictional names of apps, the simulated Graph, styles and scripts. */
const noTexts = /^src\/(simulator\/|rules\/testing\/|rules\/[^/]+\/cases\.ts|web\/style\/|reports\/html-style\.ts)/;

const sources = filesOf('src/*.ts', 'src/*.tsx').filter((file) => !noTexts.test(file));

describe('the texts of the sources', () => {
  it.each(['model', 'rules', 'jobs', 'graph', 'storage', 'alerts', 'reports', 'config', 'settings', 'cli', 'web', ''])(
    'in src/%s have no retired words',
    (folder) => {
      const own = sources.filter((file) => (folder === '' ? true : file.startsWith(`src/${folder}/`)));
      expect(own).not.toEqual([]);
      expect(own.flatMap((file) => faultsOf(literalsOf(file)))).toEqual([]);
    },
  );
});

it.each(
  filesOf('README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/*.md', 'src/*.md').map((file) => [file]),
)('%s has no retired words', (file) => {
  expect(faultsOf(linesOf(file))).toEqual([]);
});

/** The texts of a rule: its facts, and what it says about each of its cases. */
function textsOfRule(rule: Rule): UserText[] {
  const found = rule.on === 'app' ? ofApps(rule) : ofTenants(rule);
  const messages = found.flatMap(({ violation, names }) => {
    const fix = rule.manualFix?.({ appId: '', key: '', ...violation });
    const shown = [violation.message, fix?.portal ?? '', ...(fix?.powershell ?? [])];
    // Names of apps can have any words.
    return shown.map((text) => names.reduce((rest, name) => rest.replaceAll(name, 'App'), text));
  });
  return [rule.title, rule.problem, ...messages].map((text) => ({ place: rule.id, text }));
}

type Found = { readonly violation: Violation & { appId?: string }; readonly names: readonly string[] };

function ofApps(rule: AppRule): Found[] {
  return (appCases[rule.id] ?? []).flatMap((example) => {
    const tenant = tenantOfCase(example);
    const names = [example.app, ...(example.others ?? [])].flatMap(({ application, servicePrincipal }) =>
      [application, servicePrincipal].flatMap((half) => (half ? [half.displayName] : [])),
    );
    return rule.check(example.app as never, tenant as never).map((violation) => ({ violation, names }));
  });
}

function ofTenants(rule: TenantRule): Found[] {
  return (tenantCases[rule.id] ?? []).flatMap(({ tenant }) =>
    rule
      .check({ ...caseTenant, ...cleanTenantParts, ...tenant } as never)
      .map((violation) => ({ violation, names: [caseTenant.displayName] })),
  );
}

it.each(rules.map((rule) => [rule.id, rule] as const))('the texts of %s have no retired words', (_, rule) => {
  const texts = textsOfRule(rule);
  expect(texts.length).toBeGreaterThan(2);
  expect(faultsOf(texts)).toEqual([]);
});

describe('the texts of alerts', () => {
  const everySection = digestOf(
    [
      appeared('A'),
      appeared('B', { life: 2 }),
      [standing('C', { remediation: aRemediation('failed') }), happened(standing('C'), 'failed')],
      appeared('D', { remediation: aRemediation('proposed', { proposedAt: night.start }) }),
      standing('E', { status: 'resolved', resolvedAt: night.start }),
      standing('F', { remediation: aRemediation('stale', { proposedAt: night.start }), changedAt: night.start }),
    ],
    {
      scan: {
        status: 'incomplete',
        heldBack: 12,
        notExamined: [{ ruleId: 'no-a', reason: 'A permission is missing.' }],
      },
      past: { previousIncomplete: true, warnings: ['A warning.'] },
    },
  ) as Digest;
  const failed = digestOf([], { scan: { status: 'failed' } }) as Digest;
  const sample = sampleDigest('t', night.until, plainRules);

  it.each([
    ['every section', everySection],
    ['a failed scan', failed],
    ['a sample', sample],
  ])('of %s have no retired words', (_, digest) => {
    const { subject, text, html } = emailOf(digest, ['a@contoso.com']);
    const card = textsOf(teamsMessage(digest));
    const message = slackTextsOf(slackMessage(digest));
    const texts = [subject, text, html.replace(/<[^>]*>/g, ' '), ...card.markdown, ...card.plain, ...message.plain];
    expect(faultsOf(texts.map((each) => ({ place: 'alert', text: each })))).toEqual([]);
  });
});

describe('the help of the command line', () => {
  const program = createProgram({
    screen: { out: process.stdout, log: process.stderr, colour: false },
    environment: {},
    signal: new AbortController().signal,
    end: () => {},
    useEnvironment: () => {},
  });
  const commands = [program, ...program.commands.flatMap((command) => [command, ...command.commands])];

  it.each(commands.map((command) => [command.name(), command] as const))(
    'of %s has no retired words',
    (name, command) => {
      expect(faultsOf([{ place: name, text: command.helpInformation() }])).toEqual([]);
    },
  );
});

describe('the check', () => {
  it.each([
    ['The findings that nobody mended stand.', ['mend', 'stand', 'nobody']],
    ['The brake held back 40 resolutions.', ['brake']],
    ['It carries no symmetric signing key.', ['carry']],
    ['Lower-case letters look like `look` and `told`.', []],
  ])('of %j finds %j', (text, words) => {
    expect(retiredWordsIn(withoutCode(text)).map(({ word }) => word)).toEqual(words);
  });

  it('has a replacement for each word', () => {
    for (const { word, pattern, use } of retiredWords) {
      expect(word).toMatch(pattern);
      expect(use).not.toMatch(pattern);
    }
  });
});
