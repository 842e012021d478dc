import { type ViewStatus, viewStatuses } from '../model/finding/finding.js';
import type { Severity } from '../model/rule/violation.js';
import { capitalize, formatNumber } from '../model/text/format.js';
import type { ReportFacts, ReportRule } from './facts.js';
import { html, type Markup } from './markup.js';
import { type Summary, severitiesDescending, unresolvedCount } from './summary.js';

/** The numbers of findings by severity and status. */
export function summarySection(summary: Summary): Markup {
  return html`<section aria-labelledby="summary"><h2 id="summary">Summary</h2>
${severityBar(summary)}
<div class="scroll" tabindex="0" role="region" aria-label="Findings by severity and status"><table class="counts">
<thead><tr><th scope="col">Severity</th>${viewStatuses.map((status) => html`<th scope="col">${capitalize(status)}</th>`)}</tr></thead>
<tbody>${severitiesDescending.map((severity) => rowOf(severity, summary))}</tbody>
<tfoot><tr><th scope="row">All</th>${viewStatuses.map((status) => cell(totalOf(summary, status)))}</tr></tfoot>
</table></div></section>
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
  return html`<p>${formatNumber(total)} ${total === 1 ? 'finding stands' : 'findings stand'}: ${label}.</p>
<svg class="share" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
}

/** The rules, with the number of unresolved findings of each. */
export function rulesSection({ rules, scan }: ReportFacts, summary: Summary): Markup {
  const skipped = new Set(scan?.notExamined.map(({ ruleId }) => ruleId));
  const rows = rules.map((rule) => ruleRow(rule, summary, skipped.has(rule.id)));
  return html`<section aria-labelledby="rules"><h2 id="rules">Rules</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Rules"><table>
<thead><tr><th scope="col">Compliant when</th><th scope="col">Standing</th><th scope="col">Severity</th><th scope="col">Users may see</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>
`;
}

function ruleRow({ id, title, severity, codes, helpUri }: ReportRule, summary: Summary, skipped: boolean): Markup {
  const found = summary.byRule[id];
  const errorCodes =
    codes.length > 0 ? html`<a href="${helpUri}" rel="noreferrer">${codes.join(', ')}</a>` : 'nothing yet';
  const unresolved = formatNumber(found ? unresolvedCount(found) : 0);
  return html`<tr id="rule-${id}"><th scope="row">${title}<br><span class="id soft">${id}</span></th><td>${unresolved}${skipped && ' (not examined)'}</td>
<td>${capitalize(severity)}</td><td>${errorCodes}</td></tr>
`;
}
