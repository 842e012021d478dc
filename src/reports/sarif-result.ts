import type { ViewStatus } from '../model/finding/finding.js';
import type { Severity, Subject } from '../model/rule/violation.js';
import { escapeSarif } from './escape.js';
import type { FindingView } from './finding-view.js';

/** SARIF has three levels of a failure. Source: SARIF 2.1.0, 3.27.10. */
export const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
};

/**
 * A number in the range that consumers map to the severity.
 * Source: GitHub Docs, "SARIF support for code scanning": critical over 9.0, high 7.0, medium 4.0, low below.
 */
export const securitySeverities: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
};

/** The state relative to the scan before. Source: SARIF 2.1.0, 3.27.24. */
const baselineStates: Readonly<Record<ViewStatus, 'new' | 'unchanged' | 'absent'>> = {
  new: 'new',
  open: 'unchanged',
  suppressed: 'unchanged',
  resolved: 'absent',
};

const collections: Readonly<Record<Subject, string>> = {
  application: 'applications',
  servicePrincipal: 'servicePrincipals',
  tenant: 'organization',
};

/**
 * A finding as a SARIF result.
 * @param ruleIndex the index of its rule in the tool's rules; undefined where the catalogue no longer contains it
 */
export function sarifResult(finding: FindingView, ruleIndex: number | undefined): object {
  const { id, ruleId, severity, status, message, appearedAt } = finding;
  return {
    ruleId,
    ...(ruleIndex !== undefined && { ruleIndex }),
    level: levels[severity],
    message: { text: escapeSarif(message) },
    locations: [{ logicalLocations: [logicalLocation(finding)] }],
    partialFingerprints: { 'findingId/v1': id },
    baselineState: baselineStates[status],
    suppressions: suppressions(finding),
    provenance: { firstDetectionTimeUtc: appearedAt },
    properties: properties(finding),
  };
}

/** The directory object by its path in Graph. Source: SARIF 2.1.0, 3.33. */
function logicalLocation({ on, objectId, displayName }: FindingView): object {
  return { name: displayName, fullyQualifiedName: `${collections[on]}/${objectId}`, kind: 'resource' };
}

/** Empty means not suppressed; absent would mean unknown. Source: SARIF 2.1.0, 3.27.23, 3.35. */
function suppressions({ status, suppression }: FindingView): object[] {
  if (status !== 'suppressed' || !suppression) return [];
  const { reason, ...rest } = suppression;
  return [{ kind: 'external', status: 'accepted', justification: reason, properties: rest }];
}

function properties(finding: FindingView): object {
  const { severity, status, on, objectId, appId, key, evidence, changedAt, resolvedAt, portalUrl } = finding;
  const { problem, remediation, manualFix } = finding;
  return {
    'security-severity': securitySeverities[severity],
    problem,
    severity,
    status,
    on,
    objectId,
    appId,
    key,
    evidence,
    changedAt,
    ...(resolvedAt && { resolvedAt }),
    portalUrl,
    ...(manualFix && { manualFix }),
    ...(remediation && { remediation: { id: remediation.id, status: remediation.status } }),
  };
}
