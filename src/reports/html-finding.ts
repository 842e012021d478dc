import { affectedFacts, affectedNote } from '../model/evidence/affected.js';
import { changeText } from '../model/evidence/change.js';
import { failingText } from '../model/evidence/failing.js';
import { factWords } from '../model/finding/past-problem.js';
import { subjectNames } from '../model/rule/subject-names.js';
import type { Evidence } from '../model/rule/violation.js';
import { capitalize } from '../model/text/format.js';
import { readableTimes } from '../model/text/readable-times.js';
import type { ReportRule } from './facts.js';
import type { FindingView } from './finding-view.js';
import { remediationOf } from './html-remediation.js';
import { timestamp } from './html-scan.js';
import { html, type Markup } from './markup.js';

/**
 * The details of a finding in the HTML report: violation, times, ids, evidence and remediation.
 * @param rule its rule; undefined where the catalogue no longer contains it
 */
export function findingDetails(finding: FindingView, rule: ReportRule | undefined): Markup {
  const { message } = finding;
  const { introduction } = factWords(finding);
  return html`${introduction && html`<p class="soft">${readableTimes(introduction)}</p>`}<p class="message">${message}</p>${!rule && html`<p class="soft">Rule: ${finding.ruleId}</p>`}
<div class="facts"><dl>${timesOf(finding)}${idsOf(finding)}</dl>${evidenceOf(finding.evidence)}</div>
${contextOf(finding)}${remediationOf(finding)}${portalLink(finding)}`;
}

function idsOf({ id, on, objectId }: FindingView): Markup {
  return html`${fact(`${capitalize(subjectNames[on])} object id`, idOf(objectId))}${fact('Finding id', idOf(id))}`;
}

function timesOf({ appearedAt, resolvedAt, suppression, status }: FindingView): Markup {
  return html`${fact('First seen', timestamp(appearedAt))}${resolvedAt && fact('Resolved', timestamp(resolvedAt))}${
    status === 'suppressed' &&
    suppression &&
    fact('Suppressed', html`until ${timestamp(suppression.until)} by ${suppression.author}: ${suppression.reason}`)
  }`;
}

/** The evidence; a value that Graph did not return is shown as unknown. */
function evidenceOf(evidence: Evidence): Markup | false {
  const facts = Object.entries(evidence).map(([name, value]) =>
    fact(name, value === null ? html`<span class="soft">unknown</span>` : idOf(String(value))),
  );
  return facts.length > 0 && html`<div><h4>Evidence</h4><dl>${facts}</dl></div>`;
}

/** Failing sign-ins, who made the change, and what depends on the app. */
function contextOf(finding: FindingView): Markup | false {
  const { failing, change, affected } = finding;
  const words = factWords(finding);
  const facts = [
    ...(failing ? [fact(words.failing, html`${failingText(failing)}`)] : []),
    ...(change ? [fact('Changed', html`${changeText(change)}`)] : []),
    ...(affected ? affectedFacts(affected).map(([label, text]) => fact(label, html`${text}`)) : []),
  ];
  if (facts.length === 0) return false;
  const note = affected && html`<p class="soft">${affectedNote}</p>`;
  return html`<div><h4>${words.affected}</h4><dl>${facts}</dl>${note}</div>`;
}

function fact(name: string, value: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function idOf(id: string): Markup {
  return html`<span class="id">${id}</span>`;
}

function portalLink({ portalUrl, displayName }: FindingView): Markup | false {
  if (!portalUrl.startsWith('https://')) return false;
  const label = `Open in the Entra admin center: ${displayName}`;
  return html`<p class="out"><a href="${portalUrl}" rel="noreferrer" aria-label="${label}">Open in the Entra admin center</a></p>`;
}
