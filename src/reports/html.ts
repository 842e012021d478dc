import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { findingArticle } from './html-finding.js';
import { moment, scanNotices } from './html-scan.js';
import { contentSecurityPolicy, style } from './html-style.js';
import { rulesSection, summarySection, title } from './html-summary.js';
import { html, Markup } from './markup.js';
import { type Shelf, Shelves } from './severity-groups.js';
import { count, emptySummary, mostSevereFirst, type Summary, standing } from './summary.js';

/**
 * A report for people: one self-contained page without script, the most severe first. It is written when the last
 * finding was read; `Shelves` says what that costs.
 */
export async function* htmlReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const [summary, shelves] = [emptySummary(), new Shelves()];
  for await (const finding of findings) {
    count(summary, finding);
    await shelves.add(finding);
  }
  yield head(facts, summary).text;
  yield* sections(shelves, facts, summary);
  yield foot(facts, summary).text;
}

async function* sections(shelves: Shelves, facts: ReportFacts, summary: Summary): AsyncGenerator<string> {
  const rules = new Map(facts.rules.map((rule) => [rule.id, rule]));
  for (const { shelf, size } of filled(summary)) {
    yield html`<section aria-labelledby="${shelf}"><h2 id="${shelf}">${title(shelf)} (${size.toLocaleString('en')})</h2>\n`
      .text;
    for await (const finding of shelves.findings(shelf)) yield findingArticle(finding, rules.get(finding.ruleId)).text;
    yield '</section>\n';
  }
}

/** The shelves that hold anything, in the order of the report. */
function filled({ bySeverity }: Summary): { shelf: Shelf; size: number }[] {
  const resolved = mostSevereFirst.reduce((sum, severity) => sum + bySeverity[severity].resolved, 0);
  const all: { shelf: Shelf; size: number }[] = [
    ...mostSevereFirst.map((severity) => ({ shelf: severity, size: standing(bySeverity[severity]) })),
    { shelf: 'resolved', size: resolved },
  ];
  return all.filter(({ size }) => size > 0);
}

function head(facts: ReportFacts, summary: Summary): Markup {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${contentSecurityPolicy}">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>Consentinel report of tenant ${facts.tenantId}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header class="top"><div>
<p class="brand">Consentinel</p>
<h1>Tenant report</h1>
<p class="soft">Microsoft Entra tenant <span class="id">${facts.tenantId}</span><br>Written on ${moment(facts.generatedAt)}</p>
${contents(summary)}
</div></header>
<main>
${scanNotices(facts)}${summarySection(summary)}${summary.total === 0 && nothing(facts)}`;
}

function contents(summary: Summary): Markup {
  const links = filled(summary).map(
    ({ shelf, size }) => html`<li><a href="#${shelf}">${title(shelf)}</a> (${size.toLocaleString('en')})</li>`,
  );
  return html`<nav aria-label="Contents"><ul><li><a href="#summary">Summary</a></li>${links}<li><a href="#rules">Rules</a></li></ul></nav>`;
}

/** Nothing found is good news only where somebody has looked. */
function nothing({ scan, failedScan }: ReportFacts): Markup | false {
  return scan?.status === 'complete' && !failedScan && html`<p>Nothing was found.</p>`;
}

function foot(facts: ReportFacts, summary: Summary): Markup {
  return html`${rulesSection(facts, summary)}</main>
<footer><p>Written by Consentinel ${facts.version}. Names come from the directory and were written by whoever made the objects.
Unusual characters in them are spelled out.</p></footer>
</body>
</html>
`;
}
