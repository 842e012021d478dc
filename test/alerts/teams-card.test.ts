import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { cardBytes, teamsMessage } from '../../src/alerts/channels/teams/teams-card.js';
import { cardFault, cardMessage, textsOf } from '../support/webhook-sink.js';
import { anyFinding, anyText } from './any-findings.js';
import { appeared, digestOf, hostileNames, night, standing } from './examples.js';

const publicUrl = 'https://consentinel.contoso.com';
const message = (...args: Parameters<typeof digestOf>) => {
  const digest = digestOf(...args);
  if (!digest) throw new Error('There is nothing to report.');
  return teamsMessage(digest);
};
const cardOf = (text: string) => cardMessage.parse(JSON.parse(text)).attachments[0]?.content;

describe('a card', () => {
  it('shows the news, with links to the page and to the Entra admin center', () => {
    const text = message([appeared('Payroll Sync')], { rules: { publicUrl } });
    expect(cardFault(text)).toBeUndefined();
    const { markdown, plain } = textsOf(text);
    expect(markdown).toContain('1 new finding: 1 high');
    expect(plain.join('\n')).toContain('HIGH  Symmetric signing key: Payroll Sync');
    expect(markdown.join('\n')).toMatch(
      /\[Review\]\(https:\/\/consentinel\.contoso\.com\/findings\/[0-9a-f]{16}\) {2}· {2}\[Entra admin center\]\(https:\/\/entra\.microsoft\.com\/#view[^)]+\)/,
    );
    expect(cardOf(text)?.actions).toEqual([{ type: 'Action.OpenUrl', title: 'Review and decide', url: publicUrl }]);
  });

  it('groups findings by problem, and names some apps of each', () => {
    const many = Array.from({ length: 500 }, (_, i) => appeared(`App ${i}`));
    const { markdown, plain } = textsOf(
      message([...many, standing('Gone', { status: 'resolved', resolvedAt: night.start })]),
    );
    expect(markdown).toContain('500 new findings: 500 high; 1 finding resolved');
    expect(markdown).toContain('New findings (500)');
    expect(plain).toContain(
      'HIGH  Symmetric signing key: 500 apps: App 0, App 1, App 10, App 100, App 101 and 495 more',
    );
    expect(markdown).toContain('Resolved findings (1)');
    expect(plain).toContain('HIGH  Symmetric signing key: Gone');
  });

  it('has one heading with counts by severity, names the tenant, and repeats no name', () => {
    const findings = [
      ...['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => appeared(name)),
      // The application and its service principal have the same name and the same app id.
      appeared('A', { on: 'servicePrincipal', objectId: 'sp', id: '00000000000000ff' }),
      appeared('Q', { ruleId: 'require-service-principal', severity: 'medium' }),
    ];
    const text = message(findings, { scan: { tenantName: 'Woodgrove Bank' } });
    const { markdown, plain } = textsOf(text);
    expect(markdown).toEqual([
      'Consentinel',
      '9 new findings: 8 high, 1 medium',
      'High: 8 open, 8 of them new',
      'Medium: 1 open, 1 of them new',
      'Scan: 2026-11-24 02:00 UTC',
      '[Entra admin center](https://entra.microsoft.com/#view/Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/Q)',
    ]);
    expect(plain).toEqual([
      'Woodgrove Bank',
      'HIGH  Symmetric signing key: 7 apps: A, B, C, D, E and 2 more',
      'MEDIUM  Application without a service principal: Q',
    ]);
    expect(cardOf(text)?.body.filter(({ type }) => type === 'FactSet')).toHaveLength(1);
  });

  it('of an incomplete scan starts with the status of the scan', () => {
    const errors = [{ code: 'graph-unavailable', message: 'Graph was away. Scan again later.' }];
    const text = message([appeared('Payroll')], { scan: { status: 'incomplete', errors } });
    const { markdown, plain } = textsOf(text);
    expect(markdown[1]).toBe('The scan is incomplete; 1 new finding: 1 high');
    expect(plain[2]).toBe('Graph was away. Scan again later.');
  });
});

describe('hostile names', () => {
  it.each(hostileNames.map((name) => [name.slice(0, 30), name]))('such as %j have no effect on a card', (_, name) => {
    const hostile = appeared('x', { displayName: name, message: `The application ${name} has a key.` });
    const text = message([hostile], { scan: { errors: [{ code: 'x', message: name }], status: 'incomplete' } });
    expect(cardFault(text)).toBeUndefined();
    const { markdown, plain } = textsOf(text);
    // Text in which Markdown is rendered is identical to that of a harmless name.
    const harmless = message([appeared('x')], {
      scan: { errors: [{ code: 'x', message: 'y' }], status: 'incomplete' },
    });
    expect(markdown).toEqual(textsOf(harmless).markdown);
    for (const line of plain) {
      expect(line).not.toMatch(/[\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u);
      expect(line).not.toMatch(/:\/\/|www\.|javascript:|\{\{|[$@]\{/);
    }
  });

  it('cannot end a link through their ids', () => {
    const text = message([appeared('x', { appId: 'a) [evil](https://evil.example' })]);
    const links = textsOf(text).markdown.join('\n');
    expect(links).not.toContain('evil](');
  });
});

describe('any findings', () => {
  it('make a valid card within the limit', () => {
    const rules = fc.constantFrom({}, { publicUrl });
    const errors = fc.array(fc.record({ code: anyText, message: anyText }), { maxLength: 5 });
    const notExamined = fc.array(fc.record({ ruleId: fc.constant('no-a'), reason: anyText }), { maxLength: 5 });
    const warnings = fc.array(anyText, { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(anyFinding, { minLength: 1, maxLength: 60 }),
        rules,
        errors,
        notExamined,
        warnings,
        (findings, rule, failures, unseen, warned) => {
          const scan = { status: 'incomplete', errors: failures, notExamined: unseen } as const;
          const text = message(findings, { rules: rule, scan, past: { warnings: warned } });
          expect(cardFault(text)).toBeUndefined();
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(cardBytes);
          expect(cardBytes).toBeLessThan(28_000);
        },
      ),
      { numRuns: 60 },
    );
  });
});
