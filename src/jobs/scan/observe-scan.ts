import type { Scan } from '../../model/scan/scan.js';
import type { FindingStore } from '../ports/index.js';
import { type Measurement, measuresOfFindings, measuresOfScan } from '../telemetry/measures.js';
import { observedDirectory } from '../telemetry/observed-directory.js';
import { observedFindings } from '../telemetry/observed-findings.js';
import type { ScanTrace } from '../telemetry/telemetry.js';
import type { ScanContext } from './scan-context.js';
import type { ScanRecord } from './scan-record.js';

/**
 * Runs a scan under its own trace, and measures it when it has ended, with or without an error.
 * @param work gets the context whose directory and findings report to the trace
 * @throws what `work` throws, and nothing else
 */
export async function observeScan<T>(
  context: ScanContext,
  record: ScanRecord,
  work: (observed: ScanContext, trace: ScanTrace) => Promise<T>,
): Promise<T> {
  const { telemetry, directory, findings } = context;
  const trace = telemetry.traceScan(record.scan);
  const observed = {
    ...context,
    directory: observedDirectory(directory, trace),
    findings: observedFindings(findings, trace),
  };
  let failed = true;
  try {
    const result = await work(observed, trace);
    failed = false;
    return result;
  } finally {
    // A scan whose result could not be stored has failed too.
    const scan = failed ? { ...record.scan, status: 'failed' as const } : record.scan;
    trace.end(scan, record.stats);
    telemetry.measure(measuresOfScan(scan, record.stats));
    if (telemetry.on && !failed) telemetry.measure(await findingMeasures(findings, scan));
  }
}

/** Returns nothing if the findings cannot be counted: the scan itself is still measured. */
async function findingMeasures(findings: FindingStore, scan: Scan): Promise<Measurement[]> {
  try {
    return measuresOfFindings(await findings.summaries(scan.tenantId, () => {}), scan);
  } catch {
    return [];
  }
}
