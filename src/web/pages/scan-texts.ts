import type { Scan } from '../../model/scan/scan.js';
import { durationText, quantity } from '../../model/text/format.js';

/** How long a scan took, and how often it continued after it had to stop. */
export function scanDurationText(scan: Pick<Scan, 'startedAt' | 'finishedAt' | 'continued'>): string {
  const times = scan.continued ? ` (continued ${quantity(scan.continued, 'time')})` : '';
  return `${timeText(scan)}${times}`;
}

function timeText({ startedAt, finishedAt }: Pick<Scan, 'startedAt' | 'finishedAt'>): string {
  if (!finishedAt) return 'Running';
  return durationText(Date.parse(finishedAt) - Date.parse(startedAt));
}

/** Who requested a scan. */
export function requesterText(requestedBy: string): string {
  const [, person] = /^page:(.+)$/.exec(requestedBy) ?? [];
  if (person) return `Requested on the page by ${person}`;
  const known: Readonly<Record<string, string>> = {
    timer: 'Requested by the schedule',
    cli: 'Started on the command line',
    queue: 'Requested by a queue message',
  };
  return known[requestedBy] ?? `Requested by ${requestedBy}`;
}

/** What a scan could not examine, in a few words; empty if there is nothing. */
export function notExaminedText({ notExamined, undetermined, errors }: Scan): string {
  const rules = new Set(notExamined.map(({ ruleId }) => ruleId)).size;
  const parts = [
    rules > 0 && quantity(rules, 'rule'),
    undetermined.length > 0 && quantity(undetermined.length, 'object'),
    rules === 0 && undetermined.length === 0 && errors.length > 0 && quantity(errors.length, 'error'),
  ];
  return parts.filter(Boolean).join(', ');
}
