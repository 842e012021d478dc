import type { Cloud } from '../model/entra/clouds.js';
import type { Rule } from '../model/rule/rule.js';
import type { Scan } from '../model/scan/scan.js';
import { isFinished } from '../model/scan/scan-status.js';

/** The members of a rule that a report shows. */
export type ReportRule = Pick<Rule, 'id' | 'title' | 'problem' | 'severity' | 'codes'> & { helpUri: string };

/** The members of a scan that a report shows; `undetermined` and `notes` only if there are any. */
export type ReportScan = Pick<
  Scan,
  'id' | 'status' | 'startedAt' | 'finishedAt' | 'counts' | 'heldBack' | 'notExamined' | 'errors'
> &
  Partial<Pick<Scan, 'undetermined' | 'notes'>>;

/** One finished scan of the trend. */
export type TrendPoint = Pick<Scan, 'startedAt' | 'status' | 'findings' | 'bySeverity'>;

/** The trend contains at most this many finished scans. */
export const trendScans = 30;

/** The content of a report besides the findings. */
export interface ReportFacts {
  readonly tenantId: string;
  /** ISO 8601 UTC. Reports read no clock. */
  readonly generatedAt: string;
  /** The version of the program. */
  readonly version: string;
  readonly rules: readonly ReportRule[];
  /** The latest complete or incomplete scan; undefined before the first. It decides which findings are new. */
  readonly scan?: ReportScan;
  /** The latest failed scan after `scan`: the findings are then older than that scan. */
  readonly failedScan?: ReportScan;
  /** The latest finished scans, oldest first. Only the HTML report shows them. */
  readonly trend?: readonly TrendPoint[];
}

/** The input of `reportFacts`. */
export interface ReportInput extends Pick<ReportFacts, 'tenantId' | 'generatedAt' | 'version'> {
  readonly rules: readonly Rule[];
  readonly cloud: Cloud;
}

/**
 * The facts of a report.
 * @param scans of the tenant, newest first; read up to `trendScans` finished ones
 * @returns the facts, and `since` for `findingView`
 */
export async function reportFacts(
  { rules, cloud, ...input }: ReportInput,
  scans: AsyncIterable<Scan>,
): Promise<{ facts: ReportFacts; since: string | undefined }> {
  const { finished, failed, trend } = await latest(scans);
  const facts = {
    ...input,
    rules: rules.map((rule) => reportRule(rule, cloud)),
    ...(finished && { scan: reportScan(finished) }),
    ...(failed && { failedScan: reportScan(failed) }),
    ...(trend.length > 0 && { trend }),
  };
  return { facts, since: finished?.since };
}

async function latest(
  scans: AsyncIterable<Scan>,
): Promise<{ finished?: Scan; failed?: Scan; trend: readonly TrendPoint[] }> {
  let [finished, failed]: (Scan | undefined)[] = [];
  const trend: TrendPoint[] = [];
  for await (const scan of scans) {
    if (isFinished(scan)) {
      finished ??= scan;
      const { startedAt, status, findings, bySeverity } = scan;
      trend.unshift({ startedAt, status, findings, ...(bySeverity && { bySeverity }) });
      if (trend.length === trendScans) break;
    } else if (scan.status === 'failed' && !finished) failed ??= scan;
  }
  return { ...(finished && { finished }), ...(failed && { failed }), trend };
}

function reportScan(scan: Scan): ReportScan {
  const { id, status, startedAt, finishedAt, counts, heldBack, notExamined, errors, undetermined, notes } = scan;
  return {
    id,
    status,
    startedAt,
    ...(finishedAt && { finishedAt }),
    counts,
    heldBack,
    notExamined,
    errors,
    ...(undetermined.length > 0 && { undetermined }),
    ...(notes.length > 0 && { notes }),
  };
}

function reportRule({ id, title, problem, severity, codes }: Rule, cloud: Cloud): ReportRule {
  return { id, title, problem, severity, codes, helpUri: errorPage(codes[0], cloud) };
}

/**
 * The page of Microsoft on an error code.
 * Source: Microsoft Learn, "Microsoft Entra authentication and authorization error codes": the number of a code is part
 * of its link.
 */
function errorPage(code: string | undefined, { authority }: Cloud): string {
  const [number] = code?.match(/\d+/) ?? [];
  if (number) return `${authority}/error?code=${number}`;
  return 'https://learn.microsoft.com/entra/identity-platform/reference-error-codes';
}
