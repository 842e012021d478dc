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

/** Some dates of the horizontal axis. */
export function timeAxis(x: ScaleTime<number, number>, bottom: number): Markup[] {
  const format = new Intl.DateTimeFormat('en', { month: 'short', day: 'numeric', timeZone: 'UTC' });
  const days = x.ticks(5);
  // More ticks than asked for would touch: each label has the width of six characters.
  const every = Math.ceil(days.length / 6);
  return days
    .filter((_, i) => i % every === 0)
    .map((day) => html`<text class="tick middle" x="${round(x(day))}" y="${bottom + 15}">${format.format(day)}</text>`);
}
