import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FindingView } from '../../src/reports/finding-view.js';
import { htmlReport } from '../../src/reports/html.js';
import { html } from '../../src/reports/markup.js';
import { aView, completeFacts, facts, hostileNames, sample, stream, whole } from './sample.js';

/** The tags and attributes of the report. Any other one comes from a name. */
const tags = new Set(
  'html head meta title style body header div p h1 h2 h3 h4 span br time nav ul ol li a main section table thead tbody tfoot tr th td svg rect bdi dl dt dd code pre details summary footer figure figcaption path line text g title'.split(
    ' ',
  ),
);
const attribute =
  /^(lang|charset|name|content|http-equiv|class|datetime|aria-(label|labelledby|hidden)|href|rel|id|scope|colspan|tabindex|role|viewBox|preserveAspectRatio|x|y|rx|x1|x2|y1|y2|d|transform|width|height)$/;

function unexpectedMarkup(page: string): string[] {
  const outside = page.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '');
  const bad: string[] = [];
  // Every < belongs to a tag of the report: none may be left.
  const rest = outside.replace(
    /<\/?([a-z0-9]+)((?: [a-zA-Z-]+="[^"<>]*")*)\/?>/g,
    (_whole, tag: string, attributes: string) => {
      if (!tags.has(tag)) bad.push(tag);
      for (const [, name] of attributes.matchAll(/ ([a-zA-Z-]+)="[^"<>]*"/g))
        if (!attribute.test(name ?? '')) bad.push(name ?? '');
      return '';
    },
  );
  return rest.includes('<') ? [...bad, rest.slice(rest.indexOf('<'), rest.indexOf('<') + 40)] : bad;
}

/** A plan as it is proposed for a key. */
const planned = { remediation: sample[0]?.remediation, manualFix: sample[0]?.manualFix } as Partial<FindingView>;

describe('the HTML report', () => {
  it('contains only its own tags, with any texts', async () => {
    const pieces = [
      '<',
      '>',
      '"',
      "'",
      '&',
      '<script>',
      '</style>',
      '</title>',
      '<!--',
      ' onload=',
      'javascript:',
      '\u0000',
      ...hostileNames,
    ];
    const text = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string())).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, async (t) => {
        const finding = aView(1, {
          displayName: t,
          message: t,
          objectId: t,
          appId: t,
          ruleId: t,
          portalUrl: `https://${t}`,
          appearedAt: t,
          evidence: { [t]: t },
          status: 'suppressed',
          suppression: { reason: t, author: t, suppressedAt: t, until: t },
          manual: { reason: t, steps: [t] },
        });
        const planned = aView(2, {
          remediation: {
            id: t,
            status: 'failed',
            planHash: t,
            proposedAt: t,
            decision: { author: t, at: t, comment: t },
            outcome: t,
            requests: [{ method: 'PATCH', path: t, body: { [t]: t } }],
            irreversible: true,
            warnings: [t],
          },
        });
        const scan = { ...facts.scan, errors: [{ code: t, message: t }], notExamined: [{ ruleId: t, reason: t }] };
        const unsafeFacts = {
          ...facts,
          scan: scan as never,
          rules: [{ ...facts.rules[0], id: t, title: t, codes: [t] } as never],
        };
        expect(unexpectedMarkup(await whole(htmlReport(stream([finding, planned]), unsafeFacts)))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('detects an unescaped tag', () => {
    expect(unexpectedMarkup('<p class="a">x</p>')).toEqual([]);
    expect(unexpectedMarkup(`<p>${hostileNames[0]}</p>`)).not.toEqual([]);
    expect(unexpectedMarkup('<p onload="x">')).toEqual(['onload']);
  });

  it('does not state that every rule was examined where one was not', async () => {
    const notExamined = [{ ruleId: 'require-fresh-password-sync', reason: 'Graph does not return.' }];
    const of = async (scan: object) =>
      whole(
        htmlReport(stream([]), { ...facts, scan: { ...facts.scan, status: 'complete', errors: [], ...scan } as never }),
      );
    expect(await of({ notExamined: [] })).toContain('It examined every rule.');
    const page = await of({ notExamined });
    expect(page).not.toContain('It examined every rule.');
    expect(page).toMatch(/Not examined.*require-fresh-password-sync.*Graph does not return\./s);
  });

  it('has no external content and no scripts', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    expect(page).not.toMatch(/<(script|img|link|iframe|object|form)|@import|url\(/);
    expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/);
  });

  it('links only to https', async () => {
    const page = await whole(htmlReport(stream([aView(1, { portalUrl: 'javascript:alert(1)' })]), facts));
    expect(page).not.toContain('javascript:');
  });

  it('lists the most severe problems first, and the resolved findings last', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    const order = [
      'id="summary"',
      'id="problem-no-symmetric-signing-key"',
      'id="problem-require-consent-route"',
      'id="problem-no-longer-a-rule"',
      'id="resolved"',
      'id="rules"',
    ];
    const places = order.map((heading) => page.indexOf(heading));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(page.match(/<tr id="finding-/g)).toHaveLength(sample.length);
    expect(page.match(/<details><summary><bdi>/g)).toHaveLength(sample.length);
  });

  it('titles findings with their problem, not with the requirement', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    expect(page).toContain('<h3>Symmetric signing key</h3>');
    expect(page).toContain('<h3>no-longer-a-rule</h3>');
    expect(page).not.toMatch(/<h[1-4]>Applications and service principals sign/);
  });

  it('starts with the first steps, the trend and the ten most important findings', async () => {
    const many = Array.from({ length: 12 }, (_, i) => aView(100 + i, { severity: 'low', displayName: `Low ${i}` }));
    const trend = [5, 2].map((open, i) => ({
      startedAt: `2026-11-2${3 + i}T02:00:00.000Z`,
      status: 'complete' as const,
      findings: { new: 1, open, resolved: 0, suppressed: 0 },
    }));
    const page = await whole(htmlReport(stream([...many, ...sample]), { ...facts, trend }));
    const first = page.slice(0, page.indexOf('id="problems"'));
    expect(first).toContain('<li>Decide on 1 plan on the review page.</li>');
    expect(first).toContain('<a href="#problem-no-symmetric-signing-key">Symmetric signing key</a>: fix');
    expect(first).toContain('Findings of the last 2 scans: 6 open at first, 3 open now');
    const important = first.slice(first.indexOf('The 10 most important findings'));
    expect(important.match(/<tr><td>/g)).toHaveLength(10);
    expect(important.indexOf('Loan Desk')).toBeLessThan(important.indexOf('Woodgrove Bank'));
    // A suppressed or resolved finding needs no action.
    expect(important).not.toMatch(/Branch Portal|Old Mailer/);
  });

  it('has at most 5 MB for 20,000 findings, with a row for each', async () => {
    const severities = ['critical', 'high', 'medium', 'low'] as const;
    const many = Array.from({ length: 20_000 }, (_, i) =>
      aView(i, { severity: severities[i % 4] ?? 'low', displayName: `Application of department ${i}`, ...planned }),
    );
    const page = await whole(htmlReport(stream(many), facts));
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(5_000_000);
    const table = page.slice(page.indexOf('id="problems"'));
    const names = table.match(/<bdi>Application of department \d+<\/bdi>/g) ?? [];
    expect([names.length, new Set(names).size]).toEqual([many.length, many.length]);
    expect(page).toContain('it has details for the most severe findings only');
  });

  it('reports no findings only after a complete scan', async () => {
    const { scan, ...unscanned } = completeFacts;
    expect(await whole(htmlReport(stream([]), completeFacts))).toContain('The scan found no problems.');
    for (const unreliable of [
      unscanned,
      { ...completeFacts, scan: { ...scan, status: 'incomplete' } as never },
      { ...completeFacts, failedScan: scan as never },
    ])
      expect(await whole(htmlReport(stream([]), unreliable))).not.toContain('The scan found no problems.');
  });
});

describe('a template', () => {
  it('escapes every value that is not markup, also in lists', () => {
    expect(html`<p>${'<b>'}${['&', html`<i>`]}${undefined}${false}${0}</p>`.toString()).toBe(
      '<p>&lt;b&gt;&amp;<i>0</p>',
    );
  });
});
