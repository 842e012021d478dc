import { csvReport } from './csv.js';
import type { ReportFacts } from './facts.js';
import type { FindingView } from './finding-view.js';
import { htmlReport } from './html.js';
import { jsonReport } from './json.js';
import { sarifReport } from './sarif.js';

/** What a format is called where it is served. */
export interface Format {
  readonly mediaType: string;
  readonly extension: string;
  report(findings: AsyncIterable<FindingView>, facts: ReportFacts): AsyncGenerator<string>;
}

/** Every format of a report: a generator of text that reads the findings once, and holds few of them at a time. */
export const formats = {
  html: { mediaType: 'text/html; charset=utf-8', extension: 'html', report: htmlReport },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', extension: 'csv', report: csvReport },
  sarif: { mediaType: 'application/sarif+json', extension: 'sarif', report: sarifReport },
  json: { mediaType: 'application/json', extension: 'json', report: jsonReport },
} as const satisfies Readonly<Record<string, Format>>;

export type ReportFormat = keyof typeof formats;
export const reportFormats = Object.keys(formats) as ReportFormat[];
