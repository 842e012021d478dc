import { auditEvent } from '../../model/finding/audit.js';
import type { Finding } from '../../model/finding/finding.js';
import type { RemedyFacts, RemedySubject } from '../../model/rule/remedy.js';
import type { FindingChange, Stored } from '../ports/index.js';
import type { FindingIndex, RemovedKey } from './finding-index.js';
import { newestScans } from './newest-scans.js';
import type { ScanUnderWay } from './scan-context.js';

const select = { application: ['keyCredentials'], servicePrincipal: ['keyCredentials'] } as const;
const notNeeded: RemedyFacts = { claimsMappingPolicies: undefined, deletedServicePrincipal: undefined };

/**
 * Compares the keys of each object that a remediation changed since the last complete scan with the keys that its worker
 * saw. A key that is missing although no plan removed it is reported: Graph has no etags, so a concurrent change can lose
 * it. It is reported once.
 * @throws ConsentinelError if Graph or storage could not be reached
 */
export async function compareKeys(
  { context, record, signal }: Pick<ScanUnderWay, 'context' | 'record' | 'signal'>,
  { removedKeys }: Pick<FindingIndex, 'removedKeys'>,
): Promise<void> {
  if (removedKeys.length === 0) return;
  const { directory, findings, scans } = context;
  const { tenantId } = record.scan;
  const { complete } = await newestScans(scans, tenantId);
  const since = complete?.startedAt ?? '';
  const recent = removedKeys.filter(({ startedAt }) => startedAt > since);
  if (recent.length === 0) return;
  const appIds = [...new Set(recent.map(({ appId }) => appId))];
  const subjects = await directory.freshApps(
    appIds,
    select,
    signal,
    new Map(appIds.map((id) => [id, { facts: notNeeded }])),
  );
  const stored = await findings.knownFindings(tenantId, recent);
  const changes = [...stored.values()].flatMap((one) =>
    changeOf(one, subjects.get(one.value.appId), removedKeys, record),
  );
  const { written, conflicts } = await findings.commit(changes);
  record.scan.writes += written;
  for (const { finding, events } of changes)
    if (!conflicts.includes(finding.id)) record.note(`${finding.displayName}: ${events[0]?.summary}`);
}

function changeOf(
  { value, etag }: Stored<Finding>,
  subject: RemedySubject | undefined,
  removed: readonly RemovedKey[],
  { transitionContext: { at, author } }: ScanUnderWay['record'],
): FindingChange[] {
  const { remediation, objectId, on } = value;
  const { attempt } = remediation ?? {};
  const object = on === 'application' ? subject?.app.application : subject?.app.servicePrincipal;
  if (!remediation || !attempt?.keyIds || attempt.missingKeyIds || object?.id !== objectId) return [];
  const present = new Set((object.keyCredentials ?? []).map(({ keyId }) => keyId));
  const planned = new Set(removed.filter((one) => one.objectId === objectId).map(({ key }) => key));
  const missing = attempt.keyIds.filter((keyId) => !present.has(keyId) && !planned.has(keyId));
  if (missing.length === 0) return [];
  const finding = { ...value, remediation: { ...remediation, attempt: { ...attempt, missingKeyIds: missing } } };
  const event = auditEvent(value, {
    at,
    author,
    type: 'keys-missing',
    summary: `The remediation of ${attempt.startedAt} kept keys that are missing now: ${missing.join(', ')}. If no administrator removed them, a concurrent change did. Their owner must add them again.`,
    detail: { missing, keyIdsBefore: attempt.keyIds, keyIdsNow: [...present], remediation: remediation.id },
  });
  return [{ finding, etag, events: [event] }];
}
