import { affectedFacts, affectedNote } from '../model/evidence/affected.js';
import { changeText } from '../model/evidence/change.js';
import { failingText } from '../model/evidence/failing.js';
import { subjectNames } from '../model/rule/subject-names.js';
import type { Evidence } from '../model/rule/violation.js';
import { capitalize } from '../model/text/format.js';
import type { ReportRule } from './facts.js';
import type { FindingView } from './finding-view.js';
import { remediationOf } from './html-remediation.js';
import { timestamp } from './html-scan.js';
import { html, type Markup } from './markup.js';

/**
 * A finding in the HTML report: object, violation, rule, evidence and remediation.
 * @param rule its rule; undefined where the catalogue no longer contains it
 */
export function findingArticle(finding: FindingView, rule: ReportRule | undefined): Markup {
  const { id, severity, status, displayName, message } = finding;
  return html`<article class="${status === 'resolved' ? status : severity}" id="finding-${id}" aria-labelledby="name-${id}">
<h3 id="name-${id}"><bdi>${displayName || '(no name)'}</bdi></h3>
<p class="tags"><span class="tag ${severity}">${capitalize(severity)}</span><span class="tag ${status}">${capitalize(status)}</span>
<span class="soft">${subjectNames[finding.on]}</span></p>
<p class="message">${message}</p>
${ruleText(finding, rule)}
<div class="facts"><dl>${timesOf(finding)}${idsOf(finding)}</dl>
${evidenceOf(finding.evidence)}</div>
${contextOf(finding)}${remediationOf(finding)}${portalLink(finding)}
</article>
`;
}

/** The requirement of the rule, and the error codes that users see. */
function ruleText({ ruleId }: FindingView, rule: ReportRule | undefined): Markup {
  if (!rule) return html`<p class="soft">Found by ${ruleId}, a rule that is no longer in the catalogue.</p>`;
  const errorCodes = rule.codes.length > 0 && html` Otherwise users may see ${rule.codes.join(', ')}.`;
  return html`<p class="soft"><a href="#rule-${ruleId}">${rule.title}</a>.${errorCodes}</p>`;
}

function idsOf({ id, appId, objectId }: FindingView): Markup {
  return html`${appId && fact('appId', idOf(appId))}${fact('Object id', idOf(objectId))}${fact('Finding', idOf(id))}`;
}

function timesOf({ appearedAt, resolvedAt, suppression, status }: FindingView): Markup {
  return html`${fact('Since', timestamp(appearedAt))}${resolvedAt && fact('Resolved', timestamp(resolvedAt))}${
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
function contextOf({ failing, change, affected }: FindingView): Markup | false {
  const facts = [
    ...(failing ? [fact('Failing', html`${failingText(failing)}`)] : []),
    ...(change ? [fact('Changed', html`${changeText(change)}`)] : []),
    ...(affected ? affectedFacts(affected).map(([label, text]) => fact(label, html`${text}`)) : []),
  ];
  if (facts.length === 0) return false;
  const note = affected && html`<p class="soft">${affectedNote}</p>`;
  return html`<div><h4>Who is affected</h4><dl>${facts}</dl>${note}</div>`;
}

function fact(name: string, value: Markup): Markup {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}

function idOf(id: string): Markup {
  return html`<span class="id">${id}</span>`;
}

function portalLink({ portalUrl, displayName }: FindingView): Markup | false {
  if (!portalUrl.startsWith('https://')) return false;
  const label = `Open ${displayName} in the Entra admin center`;
  return html`<p class="out"><a href="${portalUrl}" rel="noreferrer" aria-label="${label}">Open in the Entra admin center</a></p>`;
}
