import { formatNumber, quantity } from '../../model/text/format.js';
import { barShapes } from './bar-chart.js';
import type { Chart } from './chart.js';

/** The failed sign-ins with one error code. */
export interface CodeCount {
  /** `AADSTS` and digits. */
  readonly code: string;
  readonly count: number;
}

const maxBars = 8;

/** Failed sign-ins of apps with open findings, by error code. @returns undefined without a failed sign-in */
export function failingSignIns(codes: readonly CodeCount[]): Chart | undefined {
  const sorted = codes.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  if (sorted.length === 0) return undefined;
  const total = sorted.reduce((sum, { count }) => sum + count, 0);
  return {
    title: 'Failing sign-ins by error code',
    summary: `${quantity(total, 'failed sign-in')} with ${quantity(sorted.length, 'error code')}. The most frequent: ${sorted[0]?.code}, ${formatNumber(sorted[0]?.count ?? 0)}.`,
    legend: [],
    ...barShapes(sorted.slice(0, maxBars).map(({ code, count }) => ({ label: code, count }))),
    columns: ['Error code', 'Failed sign-ins'],
    rows: sorted.map(({ code, count }) => [code, count]),
  };
}
