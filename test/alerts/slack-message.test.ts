import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { slackMessage } from '../../src/alerts/channels/slack/slack-message.js';
import { slackLink, slackText } from '../../src/alerts/channels/slack/slack-text.js';
import { sampleDigest } from '../../src/alerts/sample.js';
import type { Digest } from '../../src/model/alerts/digest.js';
import { sectionNames } from '../../src/model/alerts/news.js';
import { blocksFault, slackTextsOf } from '../support/webhook-sink.js';
import { anyFinding, anyText } from './any-findings.js';
import { appeared, digestOf, hostileNames, night, plainRules, standing } from './examples.js';

const publicUrl = 'https://consentinel.contoso.com';
const digest = (...args: Parameters<typeof digestOf>): Digest => {
  const made = digestOf(...args);
  if (!made) throw new Error('There is nothing to report.');
  return made;
};

/** A message as lines: the kind of each block and its texts; `m:` marks text in which Slack renders markup. */
function lines(message: string): string[] {
  expect(blocksFault(message)).toBeUndefined();
  const { text, blocks } = JSON.parse(message);
  const shown = (object: { type: string; text: unknown }): string => {
    if (object.type === 'button') return shown(object.text as { type: string; text: string });
    return object.type === 'mrkdwn' ? `m:${object.text}` : String(object.text);
  };
  return [
    `text: ${text}`,
    ...blocks.map((block: { type: string; text?: never; elements?: never[]; fields?: never[] }) => {
      const objects = [...(block.text ? [block.text] : []), ...(block.elements ?? []), ...(block.fields ?? [])];
      return `${block.type}: ${objects.map(shown).join(' | ')}`;
    }),
  ];
}

const sampled = new RegExp(`^${publicUrl}/findings/[0-9a-f]{16}$`);
const portal = (url: string) => `<${url}|Entra admin center>`;
const tenant = 'Tenant: 11111111-2222-3333-4444-555555555555';
const scanned = 'Scan: 2026-11-24 02:00 UTC.';
const open = `High: 1 open, 1 of them new; ${scanned}`;

describe('a message for Slack', () => {
  const payroll = appeared('Payroll Sync', { appId: 'a1', message: 'It has a symmetric signing key.' });
  const blade =
    'https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/a1';
  const errors = [{ code: 'graph-unavailable', message: 'Graph was away.' }];
  const failed = { status: 'failed', errors } as const;

  it.each<[string, Digest, string[]]>([
    [
      'of a new finding, with a page',
      digest([payroll], { rules: { publicUrl } }),
      [
        'text: 1 new finding: 1 high',
        'header: 1 new finding: 1 high',
        `context: ${tenant} | ${open}`,
        `section: HIGH  Symmetric signing key: Payroll Sync | m:<${publicUrl}/findings/${payroll.id}|Review>  ·  ${portal(blade)}`,
        'actions: Review and decide',
      ],
    ],
    [
      'of a new finding, without a page',
      digest([payroll]),
      [
        'text: 1 new finding: 1 high',
        'header: 1 new finding: 1 high',
        `context: ${tenant} | ${open}`,
        `section: HIGH  Symmetric signing key: Payroll Sync | m:${portal(blade)}`,
        'actions: Open the Entra admin center',
      ],
    ],
    [
      'of one of several tenants',
      digest([payroll], { rules: { severalTenants: true }, scan: { tenantName: 'A & B <Ltd>' } }),
      [
        'text: 1 new finding: 1 high',
        'header: 1 new finding: 1 high',
        `context: Tenant: A &amp; B &lt;Ltd&gt; (11111111-2222-3333-4444-555555555555) | ${open}`,
        `section: HIGH  Symmetric signing key: Payroll Sync | m:${portal(blade)}`,
        'actions: Open the Entra admin center',
      ],
    ],
    [
      'of a failed scan',
      digest([payroll], { scan: failed }),
      [
        'text: The scan failed. No result for this night.',
        'header: The scan failed. No result for this night.',
        `context: ${tenant} | High: 1 open; ${scanned}`,
        'section: ⚠ The scan failed. The findings are those of an earlier scan.\n⚠ Graph was away.',
        'actions: Open the Entra admin center',
      ],
    ],
    [
      'of findings that are resolved, of a finding that failed, and of a problem of the tenant',
      digest([
        standing('Gone', { status: 'resolved', resolvedAt: night.start }),
        standing('Gone too', { status: 'resolved', resolvedAt: night.start }),
        appeared('Contoso', { on: 'tenant', ruleId: 'require-consent-route', severity: 'medium' }),
      ]),
      [
        'text: 1 new finding: 1 medium; 2 findings resolved',
        'header: 1 new finding: 1 medium; 2 findings resolved',
        `context: ${tenant} | Medium: 1 open, 1 of them new; ${scanned}`,
        'section: m:*New findings (1)*',
        `section: MEDIUM  Users cannot consent or ask for consent | m:${portal('https://entra.microsoft.com/#view/Microsoft_AAD_IAM/ConsentPoliciesMenuBlade/~/UserSettings')}`,
        'section: m:*Resolved findings (2)*',
        'section: HIGH  Symmetric signing key: 2 apps: Gone, Gone too',
        'actions: Open the Entra admin center',
      ],
    ],
  ])('%s', (_, given, expected) => {
    expect(lines(slackMessage(given))).toEqual(expected);
  });

  it('marks a sample as a test', () => {
    expect(lines(slackMessage(sampleDigest('t', night.until, plainRules))).slice(0, 2)).toEqual([
      'text: TEST: sample alert from Consentinel. No action is needed.',
      'header: TEST: sample alert from Consentinel. No action is needed.',
    ]);
  });

  it('has one button, which opens the page', () => {
    expect(slackTextsOf(slackMessage(digest([payroll], { rules: { publicUrl } }))).buttons).toEqual([
      ['Review and decide', publicUrl],
    ]);
  });

  it('groups findings by problem and shows the number of the rest', () => {
    const many = Array.from({ length: 500 }, (_, i) => appeared(`App ${i}`));
    const { markup, plain } = slackTextsOf(slackMessage(digest(many, { rules: { publicUrl } })));
    expect(plain[0]).toBe('500 new findings: 500 high');
    expect(plain).toContain(
      'HIGH  Symmetric signing key: 500 apps: App 0, App 1, App 10, App 100, App 101 and 495 more',
    );
    expect(markup).toEqual([`<${publicUrl}/findings?rule=no-symmetric-signing-key|Review>`]);
  });

  it('links a single finding directly', () => {
    const { markup } = slackTextsOf(slackMessage(digest([payroll], { rules: { publicUrl } })));
    const links = markup.flatMap((text) => /^<([^|]+)\|Review>/.exec(text)?.[1] ?? []);
    expect(links).toHaveLength(1);
    for (const link of links) expect(link).toMatch(sampled);
  });
});

describe('hostile names', () => {
  const mentions = [
    '<!channel> <!here|x> <@U012AB3CD> <#C012AB3CD> <https://evil.example|click>',
    '*bold* _it_ ~gone~ `code` ```block``` > quote',
    '&lt;!channel&gt; &amp;amp;',
    ':rotating_light: @channel #general',
  ];

  it.each([...hostileNames, ...mentions].map((name) => [name.slice(0, 30), name]))(
    'such as %j have no effect on a message',
    (_, name) => {
      const scan = { errors: [{ code: 'x', message: name }], status: 'incomplete', tenantName: name } as const;
      const hostile = appeared('x', { displayName: name, message: `The application ${name} has a key.` });
      const [bad, good] = [
        digest([hostile], { scan, rules: { severalTenants: true, publicUrl } }),
        digest([appeared('x')], { scan: { ...scan, errors: [{ code: 'x', message: 'y' }] }, rules: { publicUrl } }),
      ].map(slackMessage);
      expect(blocksFault(bad ?? '')).toBeUndefined();
      const { markup, plain, buttons } = slackTextsOf(bad ?? '');
      // Text with markup and buttons are identical to those of a harmless name.
      expect({ markup, buttons }).toEqual({
        markup: slackTextsOf(good ?? '').markup,
        buttons: slackTextsOf(good ?? '').buttons,
      });
      for (const text of plain) {
        expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
        expect(text).not.toMatch(/[\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]|:\/\/|www\./u);
      }
      expect(JSON.parse(bad ?? '').text).toBe(JSON.parse(good ?? '').text);
    },
  );

  it('cannot end a link through their ids', () => {
    const hostile = appeared('x', { appId: 'a|b> <!channel>&c' });
    const { markup } = slackTextsOf(slackMessage(digest([hostile])));
    expect(markup[0]).toMatch(/^<https:\/\/entra\.microsoft\.com\/[^<>|\s]+\|Entra admin center>$/);
    expect(slackLink('Page', 'https://a.example/x|y>z a&b')).toBe('<https://a.example/x%7cy%3ez%20a&amp;b|Page>');
  });
});

describe('any text', () => {
  const shown = (text: string) =>
    text.replace(/&(amp|lt|gt);/g, (_, name) => ({ amp: '&', lt: '<', gt: '>' })[name as 'lt']);

  it('is escaped and cut to its limit, never inside an entity', () => {
    fc.assert(
      fc.property(
        fc.oneof(anyText, fc.string({ unit: fc.constantFrom('&', '<', 'a') })),
        fc.integer({ min: 1, max: 200 }),
        (text, most) => {
          const escaped = slackText(text, most);
          expect(escaped.length).toBeLessThanOrEqual(most);
          expect(escaped).not.toMatch(/[<>]|&(?!(amp|lt|gt);)/);
          const whole = shown(escaped) === text;
          expect(whole || (escaped.endsWith('…') && text.startsWith(shown(escaped.slice(0, -1))))).toBe(true);
        },
      ),
    );
  });
});

describe('any findings', () => {
  const rules = fc.constantFrom({}, { publicUrl }, { publicUrl: `https://c.contoso.com/${'p'.repeat(270)}` });
  const totals = fc.constantFrom(12_345, 1e21);
  const errors = fc.array(fc.record({ code: anyText, message: anyText }), { maxLength: 5 });

  it('make a message within the limits of Slack, however many there are', () => {
    fc.assert(
      fc.property(
        fc.array(anyFinding, { minLength: 1, maxLength: 40 }),
        fc.constantFrom(1, 100),
        rules,
        errors,
        fc.array(anyText, { maxLength: 5 }),
        anyText,
        (findings, times, rule, failures, warnings, tenantName) => {
          const scan = { status: 'incomplete', errors: failures, tenantName } as const;
          const all = Array.from({ length: times }, () => findings).flat();
          const made = digest(all, { scan, rules: { ...rule, severalTenants: true }, past: { warnings } });
          expect(blocksFault(slackMessage(made))).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('make a message within the limits where every section is full', () => {
    fc.assert(
      fc.property(
        fc.array(anyFinding, { minLength: 1, maxLength: 20 }),
        rules,
        errors,
        totals,
        (findings, rule, failures, total) => {
          const scan = { status: 'incomplete', errors: failures } as const;
          const made = digest([appeared('x'), ...findings], { scan, rules: rule });
          const { groups } = made.sections.new;
          const full = { ...made.sections.new, total, groups: Array.from({ length: 200 }, () => groups).flat() };
          const sections = Object.fromEntries(
            sectionNames.map((name) => [name, full]),
          ) as unknown as Digest['sections'];
          expect(blocksFault(slackMessage({ ...made, sections }))).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([1, 4, 5, 6, 12])('make at most 50 blocks of %d short problems in every section', (count) => {
    const made = digest([appeared('x', { on: 'tenant', displayName: 'x', message: '.' })]);
    const { groups } = made.sections.new;
    const full = { ...made.sections.new, total: count, groups: Array.from({ length: count }, () => groups).flat() };
    const sections = Object.fromEntries(sectionNames.map((name) => [name, full])) as unknown as Digest['sections'];
    const message = slackMessage({ ...made, sections });
    expect(blocksFault(message)).toBeUndefined();
    expect(JSON.parse(message).blocks.length).toBeGreaterThan(count === 1 ? 15 : 25);
  });

  it('leave out links that are too long', () => {
    const { plain, markup } = slackTextsOf(
      slackMessage(digest([appeared('Payroll', { appId: '\u{1f4a9}'.repeat(300) })])),
    );
    expect(plain.join()).toContain('HIGH  Symmetric signing key: Payroll');
    expect(markup).toEqual([]);
  });
});
