import type { ScaleLinear, ScaleTime } from 'd3-scale';
import { formatNumber } from '../../model/text/format.js';
import { html, type Markup } from '../markup.js';
import { chartWidth, round } from './chart.js';

/** The space around the plot, in units of the view box. */
export const margin = { top: 10, right: 8, bottom: 22, left: 34 } as const;

/** Horizontal lines with the numbers of the vertical axis. Only whole numbers: the charts count findings. */
export function countAxis(y: ScaleLinear<number, number>): Markup[] {
  const ticks = y.ticks(4).filter(Number.isInteger);
  return ticks.map((tick) => {
    const at = round(y(tick));
    return html`<line class="grid" x1="${margin.left}" x2="${chartWidth - margin.right}" y1="${at}" y2="${at}"/>
      <text class="tick end" x="${margin.left - 6}" y="${at + 3.5}">${formatNumber(tick)}</text>`;
  });
}

/** The dates of the horizontal axis: the first, the last, and some between. */
export function timeAxis(x: ScaleTime<number, number>, bottom: number): Markup[] {
  const format = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const [from = 0, to = 0] = x.range();
  return x.ticks(5).map((day) => {
    const at = round(x(day));
    const anchor = at - from < 20 ? 'start' : to - at < 20 ? 'end' : 'middle';
    return html`<text class="tick ${anchor}" x="${at}" y="${bottom + 15}">${format.format(day)}</text>`;
  });
}
