import type { Diagnosis } from '../../model/diagnosis/diagnosis.js';
import { findingSteps } from '../../model/diagnosis/finding-steps.js';
import type { RequestContext } from '../../model/diagnosis/request-flow.js';
import { requestSteps } from '../../model/diagnosis/request-steps.js';
import { diagnosisOf } from '../../model/diagnosis/verdict.js';
import type { Cloud } from '../../model/entra/clouds.js';
import type { Finding } from '../../model/finding/finding.js';
import type { Rule } from '../../model/rule/rule.js';
import type { FailingSignIn } from './diagnose-context.js';

/** What a diagnosis without the directory knows. */
export interface StoredFacts {
  readonly tenantId: string;
  /** The findings of the app and of the tenant; resolved ones do not count. */
  readonly findings: readonly Finding[];
  readonly rules: readonly Rule[];
  readonly cloud: Cloud;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/**
 * A diagnosis from what is stored, for a process whose identity cannot read the directory: the findings of the last scan, the
 * meaning of the code, and the request itself. What only the directory shows is not judged.
 */
export function diagnoseStored(failing: FailingSignIn, facts: StoredFacts): Diagnosis {
  const { request, code, appId } = failing;
  const { findings, rules, cloud } = facts;
  const steps = request ? requestSteps(request, contextOf(failing, facts)) : [];
  const open = findings.filter(
    (finding) => finding.status !== 'resolved' && (finding.appId.toLowerCase() === appId || finding.on === 'tenant'),
  );
  const found = findingSteps(open, { rules, known: steps, hasUser: false, isGranted: false, cloud });
  const failure = { failure: request?.failure, isUnreadable: request?.isUnreadable };
  return diagnosisOf([...steps, ...found], code, failure);
}

/** Without the directory, the names, secrets and redirect URIs of the app are unknown. */
function contextOf({ appId, request }: FailingSignIn, { tenantId, cloud, now }: StoredFacts): RequestContext {
  const at = request?.failure?.at;
  return {
    ...{ now, appId, cloud, tenantId },
    ...{ domains: undefined, audiences: undefined, secrets: undefined, allowsPublicClient: undefined },
    ...(at !== undefined && at <= now && { answeredAt: at }),
  };
}
