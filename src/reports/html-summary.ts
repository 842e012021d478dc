import { type ViewStatus, viewStatuses } from '../model/finding/finding.js';
import type { Severity } from '../model/rule/violation.js';
import { capitalize, formatNumber, quantity } from '../model/text/format.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { chartsSection } from './html-charts.js';
import { timestamp } from './html-scan.js';
import { trendSection } from './html-trend.js';
import { html, type Markup } from './markup.js';
import type { ProblemTotal, ProblemTotals } from './problem-totals.js';
import { type Summary, severitiesDescending, unresolvedCount } from './summary.js';

/** The first page: numbers, trend, what to do first, and the most important findings. */
export function summarySection(facts: ReportFacts, summary: Summary, totals: ProblemTotals): Markup {
  return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${severityBar(summary)}
<div class="scroll" tabindex="0" role="region" aria-label="Findings by severity and status"><table class="counts">
<thead><tr><th scope="col">Severity</th>${viewStatuses.map((status) => html`<th scope="col">${capitalize(status)}</th>`)}</tr></thead>
<tbody>${severitiesDescending.map((severity) => rowOf(severity, summary))}</tbody>
<tfoot><tr><th scope="row">All</th>${viewStatuses.map((status) => cell(totalOf(summary, status)))}</tr></tfoot>
</table></div>
${chartsSection(facts.trend, totals.problems())}
${trendSection(facts.trend)}${firstSteps(facts, totals.problems())}${importantFindings(totals.important())}</section>
`;
}

function rowOf(severity: Severity, { bySeverity }: Summary): Markup {
  const cells = viewStatuses.map((status) => cell(bySeverity[severity][status]));
  return html`<tr><th scope="row"><span class="tag ${severity}">${capitalize(severity)}</span></th>${cells}</tr>\n`;
}

function cell(value: number): Markup {
  return value === 0 ? html`<td class="zero">0</td>` : html`<td>${formatNumber(value)}</td>`;
}

function totalOf({ bySeverity }: Summary, status: ViewStatus): number {
  return severitiesDescending.reduce((sum, severity) => sum + bySeverity[severity][status], 0);
}

/** A bar of the unresolved findings by severity, with the numbers as text. */
function severityBar({ bySeverity }: Summary): Markup | false {
  const parts = severitiesDescending
    .map((severity) => ({ severity, value: unresolvedCount(bySeverity[severity]) }))
    .filter(({ value }) => value > 0);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  if (total === 0) return false;
  const label = parts.map(({ severity, value }) => `${formatNumber(value)} ${severity}`).join(', ');
  let x = 0;
  const bars = parts.map(({ severity, value }) => {
    const width = (value / total) * 100;
    x += width;
    return html`<rect class="${severity}" x="${(x - width).toFixed(2)}" width="${width.toFixed(2)}" height="1"/>`;
  });
  return html`<p>${quantity(total, 'unresolved finding')}: ${label}.</p>
<svg class="share" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

/** A reader starts with a few problems; the table of problems has all. */
const firstProblems = 3;

/** What to do first: make the scan complete, decide on the plans, fix the most severe problems. */
function firstSteps({ scan, failedScan }: ReportFacts, problems: readonly ProblemTotal[]): Markup | false {
  const plans = problems.reduce((sum, problem) => sum + problem.plans, 0);
  const steps = [
    failedScan && html`<li>Fix the errors of the failed scan, then scan again.</li>`,
    scan?.status === 'incomplete' && html`<li>Fix the errors of the incomplete scan, then scan again.</li>`,
    plans > 0 && html`<li>Decide on ${quantity(plans, 'plan')} on the review page.</li>`,
    ...problems
      .slice(0, firstProblems)
      .map(
        ({ ruleId, problem, severity, findings }) =>
          html`<li><a href="#problem-${ruleId}">${problem}</a>: fix ${quantity(findings, 'finding')} (${severity}).</li>`,
      ),
  ].filter((step) => step !== false && step !== undefined);
  return steps.length > 0 && html`<h3>What to do first</h3><ol>${steps}</ol>\n`;
}

function importantFindings(findings: readonly FindingView[]): Markup | false {
  if (findings.length === 0) return false;
  const title = findings.length === 1 ? 'The most important finding' : `The ${findings.length} most important findings`;
  return html`<h3>${title}</h3>
<div class="scroll" tabindex="0" role="region" aria-label="${title}"><table>
<thead><tr><th scope="col">Severity</th><th scope="col">Problem</th><th scope="col">Object</th><th scope="col">First seen</th></tr></thead>
<tbody>${findings.map(importantRow)}</tbody></table></div>
`;
}

function importantRow({ severity, problem, ruleId, displayName, appearedAt }: FindingView): Markup {
  return html`<tr><td><span class="tag ${severity}">${capitalize(severity)}</span></td><td><a href="#problem-${ruleId}">${problem}</a></td><td><bdi>${displayName || '(no name)'}</bdi></td><td>${timestamp(appearedAt)}</td></tr>\n`;
}
