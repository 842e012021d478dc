import { isGuid } from '../../model/entra/guid.js';
import type { ChangeSubject } from '../../model/evidence/change.js';
import type { Rule } from '../../model/rule/rule.js';
import { policyActivities } from '../../model/tenant/policy-activities.js';
import type { NotedFinding } from './apps-with-findings.js';

/** Which entries of the audit log can explain a finding, and what they must concern. */
export interface ChangeSource {
  /** Whether the entries are about an object, or of an activity. */
  readonly of: 'object' | 'activity';
  /** The id of the object, or the name of the activity. */
  readonly name: string;
  readonly subject: ChangeSubject;
}

/** Where the log can say who caused a finding; undefined if it cannot. */
export function changeSourceOf(finding: NotedFinding, rules: readonly Rule[]): ChangeSource | undefined {
  const rule = rules.find(({ id }) => id === finding.ruleId);
  if (!rule) return undefined;
  return rule.on === 'tenant' ? policySource(finding, rule) : appSource(finding, rule);
}

/** A credential of the app, or a policy where the rule reads policies of apps. */
function appSource({ objectId, key }: NotedFinding, { select }: Rule): ChangeSource | undefined {
  const reads = [...(select.application ?? []), ...(select.servicePrincipal ?? [])];
  const credentials = reads.some((name) => name === 'keyCredentials' || name === 'passwordCredentials');
  if (credentials && key) return { of: 'object', name: objectId, subject: { key } };
  const aboutPolicy = select.tenant?.includes('claimsMappingPolicies');
  return aboutPolicy ? { of: 'object', name: objectId, subject: 'policy' } : undefined;
}

/** A policy of its own that the finding names by its id, or a policy of the tenant that the rule reads. */
function policySource({ key }: NotedFinding, { select }: Rule): ChangeSource | undefined {
  if (isGuid(key ?? '')) return { of: 'object', name: key ?? '', subject: 'policy' };
  for (const part of select.tenant ?? []) {
    const known = policyActivities[part];
    if (known) return { of: 'activity', name: known.activity, subject: { property: known.property } };
  }
  return undefined;
}
