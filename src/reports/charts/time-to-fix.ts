import { scaleBand, scaleLinear } from 'd3-scale';
import { quantity } from '../../model/text/format.js';
import { html } from '../markup.js';
import { countAxis, margin } from './axes.js';
import { type Chart, chartWidth, round } from './chart.js';

const day = 86_400_000;

/** The upper ends of the columns in days, exclusive. */
const columns = [
  { name: '< 1 day', below: 1 },
  { name: '1–3 days', below: 4 },
  { name: '4–7 days', below: 8 },
  { name: '8–30 days', below: 31 },
  { name: '> 30 days', below: Number.POSITIVE_INFINITY },
] as const;

const height = 190;
const bottom = height - margin.bottom;

/** The times of a resolved finding, ISO 8601 UTC. */
export interface Fixed {
  readonly appearedAt: string;
  readonly resolvedAt: string;
}

/**
 * How long resolved findings were open. Times follow from scans, so a finding that a person fixed during the day is resolved
 * in the night after it.
 * @returns undefined without a resolved finding
 */
export function timeToFix(fixed: readonly Fixed[]): Chart | undefined {
  const days = fixed.map(({ appearedAt, resolvedAt }) => (Date.parse(resolvedAt) - Date.parse(appearedAt)) / day);
  const known = days.filter((one) => one >= 0).sort((a, b) => a - b);
  const median = known[Math.floor((known.length - 1) / 2)];
  if (median === undefined) return undefined;
  const counts = columns.map(({ below }, i) => {
    const from = columns[i - 1]?.below ?? 0;
    return known.filter((one) => one >= from && one < below).length;
  });
  const x = scaleBand<number>([0, 1, 2, 3, 4], [margin.left, chartWidth - margin.right]).padding(0.3);
  const y = scaleLinear([0, Math.max(1, ...counts)], [bottom, margin.top]).nice(4);
  const shapes = columns.map(({ name }, i) => {
    const [left, top] = [round(x(i) ?? 0), round(y(counts[i] ?? 0))];
    return html`<rect class="plain" x="${left}" y="${top}" width="${round(x.bandwidth())}" height="${round(bottom - top)}"/>
      <text class="tick middle" x="${round(left + x.bandwidth() / 2)}" y="${bottom + 15}">${name}</text>`;
  });
  return {
    title: `Time to fix: median ${durationOf(median)}`,
    summary: `${quantity(known.length, 'resolved finding')}. Half of them were open for at most ${durationOf(median)}.`,
    legend: [],
    shapes: [countAxis(y), shapes],
    height,
    columns: ['Time open', 'Resolved findings'],
    rows: columns.map(({ name }, i) => [name, counts[i] ?? 0]),
  };
}

function durationOf(days: number): string {
  const hours = Math.max(1, Math.round(days * 24));
  return days < 2 ? quantity(hours, 'hour') : quantity(Math.round(days), 'day');
}
