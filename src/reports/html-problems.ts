import { capitalize, formatNumber, quantity } from '../model/text/format.js';
import type { ReportRule } from './facts.js';
import type { FindingGroups } from './finding-groups.js';
import type { FindingView } from './finding-view.js';
import { findingDetails } from './html-finding.js';
import { html, type Markup } from './markup.js';
import type { ProblemTotal } from './problem-totals.js';

/** The name of the group of the resolved findings. Rule ids contain no space. */
export const resolvedGroup = 'resolved findings';

/**
 * The details of the most severe findings take at most this many bytes, so that a report with 20,000 findings stays below
 * 5 MB. The findings after them have a row without details.
 */
const detailsBudget = 1_000_000;

/** The groups of the report, in the order in which it shows them. */
export interface ReportGroups {
  readonly problems: readonly ProblemTotal[];
  readonly resolved: number;
  readonly findings: FindingGroups;
  readonly rules: ReadonlyMap<string, ReportRule>;
}

/** One table of all findings, grouped by problem, the most severe problem first and the resolved findings last. */
export async function* problemsSection(groups: ReportGroups): AsyncGenerator<string> {
  const { problems, resolved } = groups;
  if (problems.length === 0 && resolved === 0) return;
  const budget = { left: detailsBudget };
  yield `<section aria-labelledby="problems"><h2 id="problems">Findings by problem</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of findings"><table class="problems">
<thead><tr><th scope="col">Object</th><th scope="col">Severity</th><th scope="col">Status</th><th scope="col">First seen</th><th scope="col">App id</th></tr></thead>\n`;
  for (const problem of problems) {
    yield `<tbody>${problemRow(problem, groups.rules.get(problem.ruleId))}`;
    yield* rowsOf(groups, problem.ruleId, budget);
    yield '</tbody>\n';
  }
  if (resolved > 0) {
    yield `<tbody>${groupRow('resolved', 'Resolved findings', html`<span class="soft">${formatNumber(resolved)}</span>`)}`;
    yield* rowsOf(groups, resolvedGroup, budget);
    yield '</tbody>\n';
  }
  yield '</table></div>\n';
  if (budget.left <= 0) yield missingDetails;
  yield '</section>\n';
}

const missingDetails =
  '<p class="soft">To keep this file small, it has details for the most severe findings only. The review page and the JSON report have the details of all findings.</p>\n';

async function* rowsOf({ findings, rules }: ReportGroups, group: string, budget: { left: number }) {
  for await (const finding of findings.findings(group)) {
    const details = budget.left > 0 ? findingDetails(finding, rules.get(finding.ruleId)).toString() : undefined;
    if (details) budget.left -= Buffer.byteLength(details);
    yield details === undefined ? compactRow(finding) : detailedRow(finding, details);
  }
}

function detailedRow(finding: FindingView, details: string): string {
  return `<tr id="finding-${html`${finding.id}`}"><td><details><summary>${nameOf(finding)}</summary>${details}</details>${cellsOf(finding)}\n`;
}

/** Without the end tags, which HTML does not require: 30 bytes less for each of many rows. */
function compactRow(finding: FindingView): string {
  return `<tr><td>${nameOf(finding)}${cellsOf(finding)}\n`;
}

function nameOf({ displayName, status, problem }: FindingView): Markup {
  return html`<bdi>${displayName || '(no name)'}</bdi>${status === 'resolved' && `: ${problem}`}`;
}

function cellsOf({ severity, status, appearedAt, resolvedAt, appId }: FindingView): Markup {
  const seen = appearedAt.slice(0, 10);
  const until = resolvedAt ? ` to ${resolvedAt.slice(0, 10)}` : '';
  return html`<td class="${severity}">${capitalize(severity)}<td>${capitalize(status)}<td>${seen}${until}<td class="id">${appId}`;
}

function problemRow({ ruleId, problem, severity, findings }: ProblemTotal, rule: ReportRule | undefined): Markup {
  const facts = html`<span class="tag ${severity}">${capitalize(severity)}</span> ${quantity(findings, 'finding')}${
    rule
      ? html`<br><span class="soft">Requirement: <a href="#rule-${ruleId}">${rule.title}</a>.${usersMaySee(rule)}</span>`
      : html`<br><span class="soft">The rule ${ruleId} is no longer in the catalogue.</span>`
  }`;
  return groupRow(`problem-${ruleId}`, problem, facts);
}

function usersMaySee({ codes }: ReportRule): string | false {
  return codes.length > 0 && ` Users may see ${codes.join(', ')}.`;
}

function groupRow(id: string, title: string, facts: Markup): Markup {
  return html`<tr class="group"><th colspan="5" scope="rowgroup" id="${id}"><h3>${title}</h3>${facts}</th></tr>\n`;
}
