import { scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveLinear, stack } from 'd3-shape';
import { capitalize, formatNumber, minuteOf, quantity } from '../../model/text/format.js';
import { html, type Markup } from '../markup.js';
import { countAxis, margin, timeAxis } from './axes.js';
import { type Chart, chartWidth, round, type SeverityCounts, stackedSeverities, totalOf } from './chart.js';

/** What one scan counted. */
export interface ScanCounts {
  /** ISO 8601 UTC. */
  readonly at: string;
  /** Open findings after the scan, without suppressed ones. */
  readonly open: SeverityCounts;
  /** Findings that the scan resolved. */
  readonly resolved: SeverityCounts;
}

const height = 190;
const bottom = height - margin.bottom;

/**
 * Open findings after each scan, as stacked areas by severity.
 * @param scans the earliest first
 * @returns undefined for fewer than two scans
 */
export function openOverTime(scans: readonly ScanCounts[]): Chart | undefined {
  const [first, last] = [scans[0], scans.at(-1)];
  if (!first || !last || scans.length < 2) return undefined;
  const { x, y } = scales(scans, ({ open }) => open);
  const layers = stack<ScanCounts>()
    .keys(stackedSeverities)
    .value(({ open }, key) => open[key as keyof SeverityCounts])([...scans]);
  const shape = area<(typeof layers)[number][number]>()
    .x(({ data }) => x(new Date(data.at)))
    .y0(([low]) => y(low))
    .y1(([, high]) => y(high))
    .digits(2)
    .curve(curveLinear);
  const areas = layers.map((layer) => html`<path class="area ${layer.key}" d="${shape(layer) ?? ''}"/>`);
  return {
    title: 'Open findings by severity',
    summary: `Open findings after each of ${quantity(scans.length, 'scan')}: from ${formatNumber(totalOf(first.open))} to ${formatNumber(totalOf(last.open))}.`,
    legend: stackedSeverities,
    shapes: [countAxis(y), areas, timeAxis(x, bottom)],
    height,
    ...tableOf(scans, 'Open', ({ open }) => open),
  };
}

/**
 * The findings that each scan resolved, as stacked columns by severity.
 * @param scans the earliest first
 * @returns undefined for fewer than two scans, or if none was resolved
 */
export function resolvedOverTime(scans: readonly ScanCounts[]): Chart | undefined {
  const all = scans.reduce((sum, { resolved }) => sum + totalOf(resolved), 0);
  if (scans.length < 2 || all === 0) return undefined;
  const { x, y } = scales(scans, ({ resolved }) => resolved);
  const width = Math.max(2, Math.min(16, (0.7 * (chartWidth - margin.left - margin.right)) / scans.length));
  const columns = scans.flatMap((scan) => columnOf(scan, x(new Date(scan.at)), y, width));
  return {
    title: 'Resolved findings by severity',
    summary: `Findings that each of ${quantity(scans.length, 'scan')} resolved: ${formatNumber(all)} in total.`,
    legend: stackedSeverities,
    shapes: [countAxis(y), columns, timeAxis(x, bottom)],
    height,
    ...tableOf(scans, 'Resolved', ({ resolved }) => resolved),
  };
}

function columnOf({ resolved }: ScanCounts, center: number, y: (count: number) => number, width: number): Markup[] {
  const left = Math.min(Math.max(center - width / 2, margin.left), chartWidth - margin.right - width);
  let below = 0;
  return stackedSeverities.flatMap((severity) => {
    const count = resolved[severity];
    if (count === 0) return [];
    const [low, high] = [y(below), y(below + count)];
    below += count;
    return html`<rect class="${severity}" x="${round(left)}" y="${round(high)}" width="${round(width)}" height="${round(low - high)}"/>`;
  });
}

function scales(scans: readonly ScanCounts[], countsOf: (scan: ScanCounts) => SeverityCounts) {
  const times = scans.map(({ at }) => Date.parse(at));
  const most = Math.max(1, ...scans.map((scan) => totalOf(countsOf(scan))));
  return {
    x: scaleUtc([Math.min(...times), Math.max(...times)], [margin.left, chartWidth - margin.right]),
    y: scaleLinear([0, most], [bottom, margin.top]).nice(4),
  };
}

/** The latest scan first. */
function tableOf(scans: readonly ScanCounts[], name: string, countsOf: (scan: ScanCounts) => SeverityCounts) {
  const rows = [...scans].reverse().map((scan) => {
    const counts = countsOf(scan);
    return [minuteOf(scan.at), ...stackedSeverities.map((severity) => counts[severity]), totalOf(counts)];
  });
  return { columns: ['Scan', ...stackedSeverities.map(capitalize), name], rows };
}
