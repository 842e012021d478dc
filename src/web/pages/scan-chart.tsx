import type { Scan } from '../../model/scan/scan.js';
import { isFinished } from '../../model/scan/scan-status.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { ScrollArea, Timestamp } from '../components/elements.js';

const height = 100;
/** The width of a column with the gap beside it. */
const step = 10;
const column = 7;

/**
 * The findings after each of the last scans, as a stacked column chart. The chart has a text alternative, and a table
 * contains every number.
 */
export function ScanChart({ scans }: { scans: readonly Scan[] }) {
  const shown = scans.filter(isFinished).reverse();
  const [first, last] = [shown[0], shown.at(-1)];
  if (!first || !last || shown.length < 2) return null;
  const maxHeight = Math.max(1, ...shown.map(heightOf));
  return (
    <figure class="chart">
      <figcaption>
        <h2>Findings over the last {quantity(shown.length, 'scan')}</h2>
        <ul class="legend" aria-hidden="true">
          <li class="new">New</li>
          <li class="open">Open before</li>
          <li class="suppressed">Suppressed</li>
        </ul>
      </figcaption>
      <div class="plot">
        <span class="most" aria-hidden="true">
          {formatNumber(maxHeight)}
        </span>
        <svg
          role="img"
          aria-label={textAlternative(first, last, shown.length)}
          viewBox={`0 0 ${shown.length * step - (step - column)} ${height}`}
          preserveAspectRatio="none"
        >
          {shown.map((scan, i) => barsOf(scan, i * step, maxHeight))}
        </svg>
        <p class="ends" aria-hidden="true">
          <Timestamp at={first.startedAt} dateOnly />
          <Timestamp at={last.startedAt} dateOnly />
        </p>
      </div>
      <details>
        <summary>Data table</summary>
        <NumbersTable scans={shown} />
      </details>
    </figure>
  );
}

function heightOf({ findings }: Scan): number {
  return findings.new + findings.open + findings.suppressed;
}

function barsOf({ findings }: Scan, x: number, maxHeight: number) {
  let top = height;
  return (['open', 'new', 'suppressed'] as const).map((kind) => {
    const size = (findings[kind] / maxHeight) * height;
    top -= size;
    return <rect class={kind} x={x} y={round(top)} width={column} height={round(size)} />;
  });
}

const round = (value: number) => Math.round(value * 100) / 100;

function textAlternative(first: Scan, last: Scan, count: number): string {
  const openOf = ({ findings }: Scan) => findings.new + findings.open;
  const { suppressed } = last.findings;
  return `Over ${count} scans open findings went from ${formatNumber(openOf(first))} to ${formatNumber(openOf(last))}; ${formatNumber(last.findings.new)} are new in the last one, and ${formatNumber(suppressed)} are suppressed.`;
}

function NumbersTable({ scans }: { scans: readonly Scan[] }) {
  return (
    <ScrollArea label="Findings of each scan">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">Scan</th>
            <th scope="col">New</th>
            <th scope="col">Open before</th>
            <th scope="col">Suppressed</th>
            <th scope="col">Resolved</th>
          </tr>
        </thead>
        <tbody>
          {[...scans].reverse().map(({ startedAt, findings }) => (
            <tr>
              <th scope="row">
                <Timestamp at={startedAt} />
              </th>
              {[findings.new, findings.open, findings.suppressed, findings.resolved].map((count) => (
                <td>{formatNumber(count)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollArea>
  );
}
