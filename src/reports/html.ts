import { raw } from 'hono/html';
import { capitalize, formatNumber } from '../model/text/format.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { findingArticle } from './html-finding.js';
import { scanNotices, timestamp } from './html-scan.js';
import { contentSecurityPolicy, reportStyle } from './html-style.js';
import { rulesSection, summarySection } from './html-summary.js';
import { html, type Markup } from './markup.js';
import { type SeverityGroup, SeverityGroups } from './severity-groups.js';
import { count, emptySummary, type Summary, severitiesDescending, unresolvedCount } from './summary.js';

/**
 * A report as one self-contained HTML page without scripts, the most severe findings first. It begins with the counts,
 * so it is written after the last finding was read: see `SeverityGroups` for the memory that this takes.
 */
export async function* htmlReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const [summary, groups] = [emptySummary(), new SeverityGroups()];
  for await (const finding of findings) {
    count(summary, finding);
    await groups.add(finding);
  }
  yield head(facts, summary).toString();
  yield* sections(groups, facts, summary);
  yield foot(facts, summary).toString();
}

async function* sections(groups: SeverityGroups, facts: ReportFacts, summary: Summary): AsyncGenerator<string> {
  const rules = new Map(facts.rules.map((rule) => [rule.id, rule]));
  for (const { group, size } of nonEmptyGroups(summary)) {
    yield html`<section aria-labelledby="${group}"><h2 id="${group}">${capitalize(group)} (${formatNumber(size)})</h2>\n`.toString();
    for await (const finding of groups.findings(group))
      yield findingArticle(finding, rules.get(finding.ruleId)).toString();
    yield '</section>\n';
  }
}

/** The groups that contain findings, in the order of the report. */
function nonEmptyGroups({ bySeverity }: Summary): { group: SeverityGroup; size: number }[] {
  const resolved = severitiesDescending.reduce((sum, severity) => sum + bySeverity[severity].resolved, 0);
  const all: { group: SeverityGroup; size: number }[] = [
    ...severitiesDescending.map((severity) => ({ group: severity, size: unresolvedCount(bySeverity[severity]) })),
    { group: 'resolved', size: resolved },
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
<style>${raw(reportStyle)}</style>
</head>
<body>
<header class="top"><div>
<p class="brand">Consentinel</p>
<h1>Tenant report</h1>
<p class="soft">Microsoft Entra tenant <span class="id">${facts.tenantId}</span><br>Written on ${timestamp(facts.generatedAt)}</p>
${contents(summary)}
</div></header>
<main>
${scanNotices(facts)}${summarySection(summary)}${summary.total === 0 && noFindingsText(facts)}`;
}

function contents(summary: Summary): Markup {
  const links = nonEmptyGroups(summary).map(
    ({ group, size }) => html`<li><a href="#${group}">${capitalize(group)}</a> (${formatNumber(size)})</li>`,
  );
  return html`<nav aria-label="Contents"><ul><li><a href="#summary">Summary</a></li>${links}<li><a href="#rules">Rules</a></li></ul></nav>`;
}

/** Only after a complete scan: otherwise no finding does not mean no violation. */
function noFindingsText({ scan, failedScan }: ReportFacts): Markup | false {
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
