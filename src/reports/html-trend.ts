import { formatNumber } from '../model/text/format.js';
import type { TrendPoint } from './facts.js';
import { timestamp } from './html-scan.js';
import { html, type Markup } from './markup.js';

/** The findings of the latest scans, newest first. A single scan is no trend. */
export function trendSection(trend: readonly TrendPoint[] = []): Markup | false {
  if (trend.length < 2) return false;
  return html`<h3>Trend</h3>
<details><summary>Findings of the last ${trend.length} scans: ${changeOf(trend)}</summary>
<div class="scroll" tabindex="0" role="region" aria-label="Findings of the latest scans"><table class="counts">
<thead><tr><th scope="col">Scan</th><th scope="col">New</th><th scope="col">Open</th><th scope="col">Suppressed</th><th scope="col">Resolved</th></tr></thead>
<tbody>${trend.toReversed().map(rowOf)}</tbody></table></div></details>
`;
}

function rowOf({ startedAt, status, findings }: TrendPoint): Markup {
  const { suppressed, resolved } = findings;
  const cells = [findings.new, unresolved(findings), suppressed, resolved].map(
    (n) => html`<td>${formatNumber(n)}</td>`,
  );
  return html`<tr><th scope="row">${timestamp(startedAt)}${status !== 'complete' && ` (${status})`}</th>${cells}</tr>\n`;
}

function changeOf(trend: readonly TrendPoint[]): string {
  const [first, last] = [trend[0], trend.at(-1)].map((point) => (point ? unresolved(point.findings) : 0));
  return `${formatNumber(first ?? 0)} open at first, ${formatNumber(last ?? 0)} open now`;
}

/** The open findings of a scan, the new ones included. */
function unresolved(findings: TrendPoint['findings']): number {
  return findings.new + findings.open;
}
