import { raw } from 'hono/html';
import { formatNumber, quantity } from '../model/text/format.js';
import type { ReportFacts } from './facts.js';
import { FindingGroups } from './finding-groups.js';
import type { FindingView } from './finding-view.js';
import { problemsSection, resolvedGroup } from './html-problems.js';
import { rulesSection } from './html-rules.js';
import { scanNotices, timestamp } from './html-scan.js';
import { contentSecurityPolicy, reportStyle } from './html-style.js';
import { summarySection } from './html-summary.js';
import { html, type Markup } from './markup.js';
import { ProblemTotals } from './problem-totals.js';
import { count, emptySummary, type Summary } from './summary.js';

/** The summary lists this many findings. */
const mostImportant = 10;

/**
 * A report as one self-contained HTML page without scripts: a summary, then one table of the findings by problem, the
 * most severe problem first. It begins with the counts, so it is written after the last finding was read: see
 * `FindingGroups` for the memory that this takes.
 */
export async function* htmlReport(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string> {
  const [summary, totals, groups] = [emptySummary(), new ProblemTotals(mostImportant), new FindingGroups()];
  for await (const finding of findings) {
    count(summary, finding);
    totals.add(finding);
    await groups.add(finding.status === 'resolved' ? resolvedGroup : finding.ruleId, finding);
  }
  yield head(facts, summary, totals).toString();
  const rules = new Map(facts.rules.map((rule) => [rule.id, rule]));
  yield* problemsSection({ problems: totals.problems(), resolved: totals.resolved, findings: groups, rules });
  yield foot(facts, summary).toString();
}

function head(facts: ReportFacts, summary: Summary, totals: ProblemTotals): Markup {
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
${contents(totals)}
</div></header>
<main>
${scanNotices(facts)}${summarySection(facts, summary, totals)}${summary.total === 0 && noFindingsText(facts)}`;
}

function contents(totals: ProblemTotals): Markup {
  const problems = totals.problems();
  const links = problems.map(
    ({ ruleId, problem, findings }) =>
      html`<li><a href="#problem-${ruleId}">${problem}</a> (${formatNumber(findings)})</li>`,
  );
  const found = problems.length > 0 || totals.resolved > 0;
  const resolved =
    totals.resolved > 0 && html`<li><a href="#resolved">Resolved findings</a> (${formatNumber(totals.resolved)})</li>`;
  return html`<nav aria-label="Contents"><ul><li><a href="#summary">Summary</a></li>${found && html`<li><a href="#problems">Findings by problem</a></li>`}${resolved}<li><a href="#rules">Rules</a></li></ul>${
    links.length > 0 &&
    html`<details><summary>${quantity(links.length, 'problem')}</summary><ul>${links}</ul></details>`
  }</nav>`;
}

/** Only after a complete scan: otherwise no finding does not mean no violation. */
function noFindingsText({ scan, failedScan }: ReportFacts): Markup | false {
  return scan?.status === 'complete' && !failedScan && html`<p>The scan found no problems.</p>`;
}

function foot(facts: ReportFacts, summary: Summary): Markup {
  return html`${rulesSection(facts, summary)}</main>
<footer><p>Written by Consentinel ${facts.version}. The names come from the directory: anyone who creates an object chooses its name.
The report spells out unusual characters.</p></footer>
</body>
</html>
`;
}
