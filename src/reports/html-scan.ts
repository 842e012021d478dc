import { quantity } from '../model/text/format.js';
import type { ReportFacts, ReportScan } from './facts.js';
import { html, type Markup } from './markup.js';

/** The latest scans: what they examined, and what they did not. */
export function scanNotices({ scan, failedScan }: ReportFacts): Markup {
  return html`${failedScan && failedNotice(failedScan, scan)}${scan ? scanNotice(scan) : noScan}`;
}

const noScan = html`<section class="notice bad"><h2>No scan is finished</h2>
<p>This report has no result for the tenant. Run a scan.</p></section>
`;

function failedNotice({ startedAt, errors }: ReportScan, scan: ReportScan | undefined): Markup {
  return html`<section class="notice bad"><h2>The scan of ${timestamp(startedAt)} failed</h2>
<p>${scan && html`The findings below are those of the scan of ${timestamp(scan.startedAt)}.`}</p>${listOf(errors.map(errorLine))}</section>
`;
}

function scanNotice(scan: ReportScan): Markup {
  const complete = scan.status === 'complete';
  const { applications, servicePrincipals } = scan.counts;
  return html`<section class="notice ${complete && 'good'}"><h2>The latest scan is ${scan.status}</h2>
<p>On ${timestamp(scan.startedAt)} the scan examined ${quantity(applications, 'application')} and ${quantity(servicePrincipals, 'service principal')}.
${coverageText(scan)}</p>
${scan.heldBack > 0 && safetyLimitText(scan.heldBack)}
${scan.notExamined.length > 0 && html`<h3>Not examined</h3>${listOf(scan.notExamined.map(notExaminedLine))}`}
${scan.errors.length > 0 && html`<h3>Errors</h3>${listOf(scan.errors.map(errorLine))}`}${
  scan.notes &&
  html`
<h3>Notes</h3>${listOf(scan.notes.map((note) => html`${note}`))}`
}
</section>
`;
}

function coverageText({ status, notExamined }: ReportScan): string {
  if (status !== 'complete')
    return 'Findings on objects that it did not examine stay open. It can miss other problems of these objects.';
  if (notExamined.length === 0) return 'It examined every rule.';
  return 'It did not examine the rules below, because Graph did not return the required data. Their findings stay open.';
}

function safetyLimitText(count: number): Markup {
  return html`<p>The safety limit stopped the resolution of ${quantity(count, 'finding')}. Check some of them, then scan again with a higher MAX_RESOLVED_PERCENT.</p>`;
}

function notExaminedLine({ ruleId, reason }: ReportScan['notExamined'][number]): Markup {
  return html`<a href="#rule-${ruleId}">${ruleId}</a>: ${reason}`;
}

function errorLine({ code, message }: ReportScan['errors'][number]): Markup {
  return html`<code>${code}</code> ${message}`;
}

function listOf(lines: readonly Markup[]): Markup | false {
  return lines.length > 0 && html`<ul>${lines.map((line) => html`<li>${line}</li>`)}</ul>`;
}

/** A time in UTC to the minute; a text that is not a time is shown unchanged. */
export function timestamp(at: string): Markup {
  const [, date, time] = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(at) ?? [];
  return html`<time datetime="${at}">${date ? `${date} ${time} UTC` : at}</time>`;
}
