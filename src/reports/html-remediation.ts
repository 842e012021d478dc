import { graphRequestText, type ManualFix } from '../model/remediation/manual-fix.js';
import type { Manual } from '../model/remediation/remediation.js';
import type { FindingView, RemediationView } from './finding-view.js';
import { timestamp } from './html-scan.js';
import { html, type Markup } from './markup.js';

/** The remediation of a finding: a plan with its status, or manual steps. */
export function remediationOf({ remediation, manual, manualFix, status }: FindingView): Markup | false {
  const isOver = status === 'resolved' && !remediation?.undoes;
  const given = remediation ? planRemediation(remediation, isOver) : manual && !isOver && manualRemediation(manual);
  return html`${given}${manualFix && manualFixOf(manualFix)}`;
}

/** The manual fix in three forms. */
function manualFixOf({ portal, powershell, graph }: ManualFix): Markup {
  return html`<h4>Manual fix</h4><dl class="manual-fix">
<div><dt>Admin center</dt><dd>${portal}</dd></div>
<div><dt>PowerShell</dt><dd><pre>${linesOf(powershell)}</pre></dd></div>
<div><dt>Graph request</dt><dd><pre>${linesOf(graph.map(graphRequestText))}</pre></dd></div></dl>`;
}

/** Lines are elements: a template spells out a line feed in a text. */
function linesOf(lines: readonly string[]): readonly Markup[] {
  return lines.map((line, i) => html`${i > 0 && html`<br>`}${line}`);
}

function manualRemediation({ reason, steps }: Manual): Markup {
  return html`<h4>No automatic fix. Fix it manually:</h4><p>${reason}</p>${steps.length > 0 && html`<ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>`}`;
}

function planRemediation(remediation: RemediationView, isOver: boolean): Markup {
  const { status, requests, irreversible, undo, warnings, outcome } = remediation;
  return html`<h4>Plan: ${status}</h4>${decisionOf(remediation)}${outcome && html`<p>${outcome}</p>`}
<ul class="requests">${requests.map(requestOf)}</ul>${!isOver && irreversible && html`<p class="final">This cannot be undone.</p>`}${undo && html`<p class="soft">To undo: ${undo}</p>`}
${!isOver && warnings.map((warning) => html`<p class="warning">${warning}</p>`)}`;
}

/** The decision on a plan; nothing for a proposed one. */
function decisionOf({ decision, status }: RemediationView): Markup | false {
  if (!decision) return false;
  const { author, at, comment, expiresAt } = decision;
  const word = status === 'rejected' ? 'Rejected' : 'Approved';
  return html`<p>${word} by ${author} on ${timestamp(at)}${status === 'approved' && expiresAt && html`, until ${timestamp(expiresAt)}`}.
${comment && html`“${comment}”`}</p>`;
}

/** A request in brief; the JSON report and the review page have all of it. */
function requestOf({ method, path, body }: RemediationView['requests'][number]): Markup {
  const members = Object.entries(body).map(([name, value]) => `${name}: ${abbreviated(value)}`);
  return html`<li><code>${method} ${path}</code> ${members.length > 0 && html`<span class="soft">with ${members.join('; ')}</span>`}</li>`;
}

const maxCharacters = 60;

function abbreviated(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`;
  const text = JSON.stringify(value) ?? '';
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters)}…` : text;
}
