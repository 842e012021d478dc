import type { Manual } from '../model/remediation/remediation.js';
import type { FindingView, RemediationView } from './finding-view.js';
import { timestamp } from './html-scan.js';
import { html, type Markup } from './markup.js';

/** What would end a finding: a plan with where it stands, or what a person can do. */
export function remedyOf({ remediation, manual, status }: FindingView): Markup | false {
  if (remediation) return planOf(remediation, status === 'resolved');
  return manual !== undefined && status !== 'resolved' && byHand(manual);
}

function byHand({ reason, steps }: Manual): Markup {
  return html`<h4>Remediation: by hand</h4><p>${reason}</p>${steps.length > 0 && html`<ul>${steps.map((step) => html`<li>${step}</li>`)}</ul>`}`;
}

function planOf(remediation: RemediationView, over: boolean): Markup {
  const { status, requests, irreversible, warnings, outcome } = remediation;
  return html`<h4>Remediation: ${status}</h4>${decisionOf(remediation)}${outcome && html`<p>${outcome}</p>`}
<ul class="requests">${requests.map(requestOf)}</ul>${!over && irreversible && html`<p class="final">This cannot be undone.</p>`}
${!over && warnings.map((warning) => html`<p class="warning">${warning}</p>`)}`;
}

/** Who decided; a plan that is proposed has nobody yet. */
function decisionOf({ decision, status }: RemediationView): Markup | false {
  if (!decision) return false;
  const { author, at, comment, expiresAt } = decision;
  const word = status === 'rejected' ? 'Rejected' : 'Approved';
  return html`<p>${word} by ${author} on ${timestamp(at)}${status === 'approved' && expiresAt && html`, until ${timestamp(expiresAt)}`}.
${comment && html`“${comment}”`}</p>`;
}

/** A request in brief; the whole of it stands in the JSON report and on the review page. */
function requestOf({ method, path, body }: RemediationView['requests'][number]): Markup {
  const members = Object.entries(body).map(([name, value]) => `${name}: ${briefly(value)}`);
  return html`<li><code>${method} ${path}</code> ${members.length > 0 && html`<span class="soft">with ${members.join('; ')}</span>`}</li>`;
}

const longest = 60;

function briefly(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? '1 entry' : `${value.length} entries`;
  const text = JSON.stringify(value) ?? '';
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
