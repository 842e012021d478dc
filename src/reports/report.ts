import { csvReport } from './csv.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { sarifReport } from './sarif.js';

/** A format, with its media type and file extension. */
export interface Format {
  readonly mediaType: string;
  readonly extension: string;
  report(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string>;
}

/** The formats of a report. Each generates text, reads the findings once, and keeps few of them in memory. */
export const formats = {
  html: { mediaType: 'text/html; charset=utf-8', extension: 'html', report: htmlReport },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', extension: 'csv', report: csvReport },
  sarif: { mediaType: 'application/sarif+json', extension: 'sarif', report: sarifReport },
  json: { mediaType: 'application/json', extension: 'json', report: jsonReport },
} as const satisfies Readonly<Record<string, Format>>;

export type ReportFormat = keyof typeof formats;
export const reportFormats = Object.keys(formats) as ReportFormat[];
