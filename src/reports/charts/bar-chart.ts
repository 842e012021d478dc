import { scaleBand, scaleLinear } from 'd3-scale';
import type { Severity } from '../../model/rule/violation.js';
import { formatNumber } from '../../model/text/format.js';
import { html } from '../markup.js';
import { type Chart, chartWidth, round } from './chart.js';

/** A bar with its label. */
export interface Bar {
  readonly label: string;
  readonly count: number;
  readonly severity?: Severity;
}

/** The height of a bar with the label above it, in units of the view box. */
const rowHeight = 30;
const numberWidth = 46;

/** Horizontal bars, each below its label: a label has the whole width. The longest bar leaves room for its number. */
export function barShapes(bars: readonly Bar[]): Pick<Chart, 'shapes' | 'height'> {
  const height = bars.length * rowHeight + 4;
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const x = scaleLinear([0, most], [0, chartWidth - numberWidth]);
  const y = scaleBand<number>(
    bars.map((_, i) => i),
    [0, bars.length * rowHeight],
  );
  const shapes = bars.map(({ label, count, severity = 'plain' }, i) => {
    const top = y(i) ?? 0;
    const width = round(Math.max(1, x(count)));
    return html`<text class="label" x="0" y="${top + 12}">${shortened(label)}</text>
      <rect class="${severity}" x="0" y="${top + 17}" width="${width}" height="9" rx="1"/>
      <text class="tick" x="${round(width + 6)}" y="${top + 25}">${formatNumber(count)}</text>`;
  });
  return { shapes, height };
}

/** As many characters as fit into the width of the chart. */
const longest = 62;

function shortened(label: string): string {
  return label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
}
