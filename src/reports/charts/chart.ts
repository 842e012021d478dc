import { type Severity, severities } from '../../model/rule/violation.js';
import { capitalize, formatNumber } from '../../model/text/format.js';
import { type Content, html, type Markup } from '../markup.js';

/** A chart as an SVG and as a table with the same numbers. */
export interface Chart {
  readonly title: string;
  /** What the chart shows, in one or two sentences: its text alternative. */
  readonly summary: string;
  /** The colours that need an explanation. */
  readonly legend: readonly Severity[];
  /** The content of the SVG, in units of the view box. */
  readonly shapes: readonly Content[];
  /** The height of the view box. Its width is `chartWidth`. */
  readonly height: number;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/**
 * The width of every view box. A chart is shown about as wide on a phone, and one and a half times as wide on a desktop, so
 * that its text of 11 units stays readable.
 */
export const chartWidth = 400;

/** The severities in the order in which charts stack them: the most severe at the base line. */
export const stackedSeverities: readonly Severity[] = [...severities].reverse();

/** A number of findings for each severity. */
export type SeverityCounts = Readonly<Record<Severity, number>>;

/** The sum over all severities. */
export function totalOf(counts: SeverityCounts): number {
  return severities.reduce((sum, severity) => sum + counts[severity], 0);
}

/**
 * A chart with its legend and its table in a closed part. It has classes and no style attributes, as the content security
 * policy of the review page requires; `chartStyle` has the styles.
 */
export function figure({ title, summary, legend, shapes, height, columns, rows }: Chart): Markup {
  return html`<figure class="chart">
    <figcaption>
      <h3>${title}</h3>
      ${legend.length > 0 && html`<ul class="legend" aria-hidden="true">${legend.map(legendItem)}</ul>`}
    </figcaption>
    <svg role="img" aria-label="${summary}" viewBox="0 0 ${chartWidth} ${height}">${shapes}</svg>
    <details>
      <summary>Data table<span class="sr">: ${title}</span></summary>
      <div class="scroll" tabindex="0" role="region" aria-label="${title}: data">
        <table class="numbers">
          <thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
          <tbody>${rows.map(tableRow)}</tbody>
        </table>
      </div>
    </details>
  </figure>`;
}

function legendItem(severity: Severity): Markup {
  return html`<li class="${severity}">${capitalize(severity)}</li>`;
}

function tableRow([head = '', ...cells]: readonly (string | number)[]): Markup {
  return html`<tr><th scope="row">${head}</th>${cells.map(
    (cell) => html`<td>${typeof cell === 'number' ? formatNumber(cell) : cell}</td>`,
  )}</tr>`;
}

/** A coordinate with at most two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100;
}
