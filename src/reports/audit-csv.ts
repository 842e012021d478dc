import { stringify } from 'csv-stringify/sync';
import type { ChainedAuditEvent } from '../model/finding/audit.js';
import { safeText } from '../model/text/safe-text.js';

const columns = ['at', 'type', 'author', 'summary', 'findingId', 'ruleId', 'sequence', 'hash'] as const;

/** The members of an event that the file has. */
export type AuditLine = Pick<ChainedAuditEvent, (typeof columns)[number]>;

/**
 * Audit events as CSV (RFC 4180) with a byte order mark and a header, in the order given. Summaries contain names that any user
 * can write, so cells that a spreadsheet would read as formulas are escaped, and control characters are spelled out.
 */
export async function* auditCsv(events: Iterable<AuditLine>): AsyncGenerator<string> {
  yield `\ufeff${lineOf(columns)}`;
  for (const event of events) yield lineOf(columns.map((name) => safeText(String(event[name]))));
}

function lineOf(cells: readonly string[]): string {
  return stringify([[...cells]], { escape_formulas: true, record_delimiter: '\r\n' });
}
