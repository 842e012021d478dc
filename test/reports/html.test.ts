import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { htmlReport } from '../../src/reports/html.js';
import { html } from '../../src/reports/markup.js';
import { aView, calm, facts, hostileNames, sample, stream, whole } from './sample.js';

/** Every tag and attribute that the report itself may use; whatever else appears came from a name. */
const tags = new Set(
  'html head meta title style body header div p h1 h2 h3 h4 span br time nav ul li a main section table thead tbody tfoot tr th td svg rect article bdi dl dt dd code footer'.split(
    ' ',
  ),
);
const attribute =
  /^(lang|charset|name|content|http-equiv|class|datetime|aria-(label|labelledby|hidden)|href|rel|id|scope|tabindex|role|viewBox|preserveAspectRatio|x|width|height)$/;

function foreign(page: string): string[] {
  const outside = page.replace(/<style>[\s\S]*?<\/style>/, '').replace('<!doctype html>', '');
  const bad: string[] = [];
  // What is no tag of the report's own form cannot be a tag at all: no bare < may be left.
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
  it('holds nothing but its own tags, whatever the texts are', async () => {
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
        const given = {
          ...facts,
          scan: scan as never,
          rules: [{ ...facts.rules[0], id: t, title: t, codes: [t] } as never],
        };
        expect(foreign(await whole(htmlReport(stream([finding, planned]), given)))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('would notice a tag that got through', () => {
    expect(foreign('<p class="a">x</p>')).toEqual([]);
    expect(foreign(`<p>${hostileNames[0]}</p>`)).not.toEqual([]);
    expect(foreign('<p onload="x">')).toEqual(['onload']);
  });

  it('does not say that every rule was examined where one could not tell', async () => {
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

  it('needs nothing from outside, and runs nothing', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    expect(page).not.toMatch(/<(script|img|link|iframe|object|form)|@import|url\(/);
    expect(page).toMatch(/Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-/);
  });

  it('links only to https', async () => {
    const page = await whole(htmlReport(stream([aView(1, { portalUrl: 'javascript:alert(1)' })]), facts));
    expect(page).not.toContain('javascript:');
  });

  it('puts the most severe first, and the resolved last', async () => {
    const page = await whole(htmlReport(stream(sample), facts));
    const order = ['id="critical"', 'id="high"', 'id="medium"', 'id="low"', 'id="resolved"', 'id="rules"'];
    const places = order.map((heading) => page.indexOf(heading));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(page.match(/<article /g)).toHaveLength(sample.length);
  });

  it('does not call it well where nobody has looked', async () => {
    const { scan, ...unscanned } = calm;
    expect(await whole(htmlReport(stream([]), calm))).toContain('Nothing was found.');
    for (const given of [
      unscanned,
      { ...calm, scan: { ...scan, status: 'incomplete' } as never },
      { ...calm, failedScan: scan as never },
    ])
      expect(await whole(htmlReport(stream([]), given))).not.toContain('Nothing was found.');
  });
});

describe('a template', () => {
  it('escapes every value that is not markup, in lists too', () => {
    expect(html`<p>${'<b>'}${['&', html`<i>`]}${undefined}${false}${0}</p>`.toString()).toBe(
      '<p>&lt;b&gt;&amp;<i>0</p>',
    );
  });
});
