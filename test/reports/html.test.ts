import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { htmlReport } from '../../src/reports/html.js';
import { html } from '../../src/reports/markup.js';
import { aView, completeFacts, facts, hostileNames, sample, stream, whole } from './sample.js';

/** The tags and attributes of the report. Any other one comes from a name. */
const tags = new Set(
  'html head meta title style body header div p h1 h2 h3 h4 span br time nav ul li a main section table thead tbody tfoot tr th td svg rect article bdi dl dt dd code footer'.split(
    ' ',
  ),
);
const attribute =
  /^(lang|charset|name|content|http-equiv|class|datetime|aria-(label|labelledby|hidden)|href|rel|id|scope|tabindex|role|viewBox|preserveAspectRatio|x|width|height)$/;

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
    const notExamined = [{ ruleId: 'require-fresh-password-sync', reason: 'Graph does not tell.' }];
    const of = async (scan: object) =>
      whole(
        htmlReport(stream([]), { ...facts, scan: { ...facts.scan, status: 'complete', errors: [], ...scan } as never }),
      );
    expect(await of({ notExamined: [] })).toContain('Every rule was examined.');
    const page = await of({ notExamined });
    expect(page).not.toContain('Every rule was examined.');
    expect(page).toMatch(/Not examined.*require-fresh-password-sync.*Graph does not tell\./s);
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

  it('lists the most severe findings first, and the resolved last', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    const order = ['id="critical"', 'id="high"', 'id="medium"', 'id="low"', 'id="resolved"', 'id="rules"'];
    const places = order.map((heading) => page.indexOf(heading));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(page.match(/<article /g)).toHaveLength(sample.length);
  });

  it('reports no findings only after a complete scan', async () => {
    const { scan, ...unscanned } = completeFacts;
    expect(await whole(htmlReport(stream([]), completeFacts))).toContain('Nothing was found.');
    for (const unreliable of [
      unscanned,
      { ...completeFacts, scan: { ...scan, status: 'incomplete' } as never },
      { ...completeFacts, failedScan: scan as never },
    ])
      expect(await whole(htmlReport(stream([]), unreliable))).not.toContain('Nothing was found.');
  });
});

describe('a template', () => {
  it('escapes every value that is not markup, also in lists', () => {
    expect(html`<p>${'<b>'}${['&', html`<i>`]}${undefined}${false}${0}</p>`.toString()).toBe(
      '<p>&lt;b&gt;&amp;<i>0</p>',
    );
  });
});
