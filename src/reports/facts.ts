import type { Cloud } from '../model/entra/clouds.js';
import type { Rule } from '../model/rule/rule.js';
import type { Scan } from '../model/scan/scan.js';
import { isFinished } from '../model/scan/scan-status.js';

/** A rule as a report names it. */
export type ReportRule = Pick<Rule, 'id' | 'title' | 'severity' | 'codes'> & { helpUri: string };

/** A scan as a report tells of it. */
export type ReportScan = Pick<
  Scan,
  'id' | 'status' | 'startedAt' | 'finishedAt' | 'counts' | 'heldBack' | 'notExamined' | 'errors'
>;

/** What a report says besides the findings. */
export interface ReportFacts {
  readonly tenantId: string;
  /** ISO 8601 UTC; handed in, reports read no clock. */
  readonly generatedAt: string;
  /** Of the program. */
  readonly version: string;
  readonly rules: readonly ReportRule[];
  /** The latest scan that came to an end of its own; undefined before the first. It decides what is new. */
  readonly scan?: ReportScan;
  /** A scan after that one which failed: what the report shows is older than a reader may think. */
  readonly failedScan?: ReportScan;
}

/** What a report is made from. */
export interface FactsGiven extends Pick<ReportFacts, 'tenantId' | 'generatedAt' | 'version'> {
  readonly rules: readonly Rule[];
  readonly cloud: Cloud;
}

/**
 * The facts of a report.
 * @param scans of the tenant, newest first; read no further than needed
 * @returns the facts, and `since` for `findingView`
 */
export async function reportFacts(
  { rules, cloud, ...given }: FactsGiven,
  scans: AsyncIterable<Scan>,
): Promise<{ facts: ReportFacts; since: string | undefined }> {
  const { finished, failed } = await latest(scans);
  const facts = {
    ...given,
    rules: rules.map((rule) => reportRule(rule, cloud)),
    ...(finished && { scan: reportScan(finished) }),
    ...(failed && { failedScan: reportScan(failed) }),
  };
  return { facts, since: finished?.since };
}

async function latest(scans: AsyncIterable<Scan>): Promise<{ finished?: Scan; failed?: Scan }> {
  let failed: Scan | undefined;
  for await (const scan of scans) {
    if (isFinished(scan)) return { finished: scan, ...(failed && { failed }) };
    if (scan.status === 'failed') failed ??= scan;
  }
  return failed ? { failed } : {};
}

function reportScan(scan: Scan): ReportScan {
  const { id, status, startedAt, finishedAt, counts, heldBack, notExamined, errors } = scan;
  return { id, status, startedAt, ...(finishedAt && { finishedAt }), counts, heldBack, notExamined, errors };
}

function reportRule({ id, title, severity, codes }: Rule, cloud: Cloud): ReportRule {
  return { id, title, severity, codes, helpUri: errorPage(codes[0], cloud) };
}

/**
 * Where Microsoft explains a code.
 * Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes": a code can be linked to by
 * its number.
 */
function errorPage(code: string | undefined, { authority }: Cloud): string {
  const [number] = code?.match(/\d+/) ?? [];
  if (number) return `${authority}/error?code=${number}`;
  return 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes';
}
