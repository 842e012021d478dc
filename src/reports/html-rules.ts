import { capitalize, formatNumber } from '../model/text/format.js';
import type { ReportFacts, ReportRule } from './facts.js';
import { html, type Markup } from './markup.js';
import { type Summary, unresolvedCount } from './summary.js';

/** The rules, with the number of unresolved findings of each. */
export function rulesSection({ rules, scan }: ReportFacts, summary: Summary): Markup {
  const skipped = new Set(scan?.notExamined.map(({ ruleId }) => ruleId));
  const rows = rules.map((rule) => ruleRow(rule, summary, skipped.has(rule.id)));
  return html`<section aria-labelledby="rules"><h2 id="rules">Rules</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of rules"><table>
<thead><tr><th scope="col">Requirement</th><th scope="col">Unresolved findings</th><th scope="col">Severity</th><th scope="col">Users may see</th></tr></thead>
<tbody>${rows}</tbody></table></div></section>
`;
}

function ruleRow({ id, title, severity, codes, helpUri }: ReportRule, summary: Summary, skipped: boolean): Markup {
  const found = summary.byRule[id];
  const errorCodes =
    codes.length > 0 ? html`<a href="${helpUri}" rel="noreferrer">${codes.join(', ')}</a>` : 'no error yet';
  const unresolved = formatNumber(found ? unresolvedCount(found) : 0);
  return html`<tr id="rule-${id}"><th scope="row">${title}<br><span class="id soft">${id}</span></th><td>${unresolved}${skipped && ' (not examined)'}</td>
<td>${capitalize(severity)}</td><td>${errorCodes}</td></tr>
`;
}
