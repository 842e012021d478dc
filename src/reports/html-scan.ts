import { quantity } from '../model/text/format.js';
import type { ReportFacts, ReportScan } from './facts.js';
import { html, type Markup } from './markup.js';

/** The latest scans: what they examined, and what they did not. */
export function scanNotices({ scan, failedScan }: ReportFacts): Markup {
  return html`${failedScan && failedNotice(failedScan, scan)}${scan ? scanNotice(scan) : noScan}`;
}

const noScan = html`<section class="notice bad"><h2>No scan has finished yet</h2>
<p>This report says nothing about the tenant: nobody has looked.</p></section>
`;

function failedNotice({ startedAt, errors }: ReportScan, scan: ReportScan | undefined): Markup {
  return html`<section class="notice bad"><h2>The scan of ${timestamp(startedAt)} failed</h2>
<p>${scan && html`What follows is older: it is what the scan of ${timestamp(scan.startedAt)} saw.`}</p>${listOf(errors.map(errorLine))}</section>
`;
}

function scanNotice(scan: ReportScan): Markup {
  const complete = scan.status === 'complete';
  const { applications, servicePrincipals } = scan.counts;
  return html`<section class="notice ${complete && 'good'}"><h2>The latest scan was ${scan.status}</h2>
<p>On ${timestamp(scan.startedAt)} it looked at ${quantity(applications, 'application')} and ${quantity(servicePrincipals, 'service principal')}.
${coverageText(scan)}</p>
${scan.heldBack > 0 && safetyLimitText(scan.heldBack)}
${scan.notExamined.length > 0 && html`<h3>Not examined</h3>${listOf(scan.notExamined.map(notExaminedLine))}`}
${scan.errors.length > 0 && html`<h3>What went wrong</h3>${listOf(scan.errors.map(errorLine))}`}${
  scan.notes &&
  html`
<h3>Notes</h3>${listOf(scan.notes.map((note) => html`${note}`))}`
}
</section>
`;
}

function coverageText({ status, notExamined }: ReportScan): string {
  if (status !== 'complete')
    return 'Findings on what it did not examine stay open, and other problems there are not known.';
  if (notExamined.length === 0) return 'Every rule was examined.';
  return 'Where Graph does not tell what decides, a rule was not examined: what it found before stands.';
}

function safetyLimitText(count: number): Markup {
  return html`<p>${quantity(count, 'finding')} ${count === 1 ? 'was' : 'were'} no longer met but stand until somebody has looked: so many at once are suspicious.</p>`;
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
