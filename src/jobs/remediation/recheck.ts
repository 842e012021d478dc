import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { judgeApp, judgeTenant, undetermined, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { Remedy } from '../../model/remediation/remediation.js';
import type { AppRule, TenantRule } from '../../model/rule/rule.js';
import { type TenantPart, walkedParts } from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';
import { type Confirmed, confirmAbsences } from '../tenant/confirm-absences.js';
import { lookUpDirectly } from '../tenant/direct-lookup.js';
import { loadTenant, type WalkedTenant } from '../tenant/load-tenant.js';
import { selectionOf } from '../tenant/selection.js';
import { readSubjects, remedyFor, ruleOf } from './propose.js';
import type { RemediationContext } from './remediation-context.js';

/** What a finding is about, as it is now. */
export type Rechecked =
  | { readonly violated: true; readonly remedy: Remedy | undefined }
  | { readonly violated: false; readonly because: 'complies' | 'object-gone' };

/**
 * Reads what a finding is about afresh and judges it with the very rule that found it.
 * @throws ConsentinelError where it could not be read: not looking is not the same as not finding
 */
export async function recheck(
  {
    directory,
    clock,
    rules,
    tenant: organization,
    remedyOptions,
  }: Pick<RemediationContext, 'directory' | 'clock' | 'rules' | 'tenant' | 'remedyOptions'>,
  finding: Finding,
  signal?: AbortSignal,
): Promise<Rechecked> {
  const rule = ruleOf({ rules }, finding);
  if (!rule) throw new ConsentinelError('usage-invalid', `There is no rule ${finding.ruleId} any more.`);
  const { tenant, notExamined } = await loadTenant(directory, organization, [rule], clock.now(), signal);
  const [unread] = notExamined;
  if (unread) throw new ConsentinelError('graph-unavailable', unread.reason);
  const context = { directory, rules, tenant, options: remedyOptions };

  if (rule.on === 'tenant') {
    const found = judgeTenant([rule as TenantRule], tenant).find(({ observed }) => observed.id === finding.id);
    if (found) return { violated: true, remedy: remedyFor(context, { ...finding, ...found.observed }, undefined) };
    const [unknown] = undetermined([rule as TenantRule], tenant);
    if (unknown) throw new ConsentinelError('graph-unavailable', unknown.reason);
    return { violated: false, because: 'complies' };
  }
  const subject = (await readSubjects(context, [finding.appId], signal)).get(finding.appId);
  const holder = finding.on === 'application' ? subject?.app.application : subject?.app.servicePrincipal;
  if (!subject || holder?.id !== finding.objectId) return { violated: false, because: 'object-gone' };
  const { judgements, undetermined: doubts } = await judge(rule, subject.app as never, { directory, tenant }, signal);
  const found = judgements.find(({ observed }) => observed.id === finding.id);
  if (!found && doubts.includes(finding.id)) throw undeterminedError(finding);
  if (!found) return { violated: false, because: 'complies' };
  return { violated: true, remedy: remedyFor(context, { ...finding, ...found.observed }, subject) };
}

function undeterminedError({ ruleId, displayName }: Finding): ConsentinelError {
  return new ConsentinelError(
    'graph-unavailable',
    `Graph does not tell whether ${displayName} still violates ${ruleId}.`,
  );
}

/** A rule that reads what the walk leaves behind is given that of this app: against nothing, everything complies. */
async function judge(
  rule: AppRule,
  app: WholeApp,
  { directory, tenant }: { directory: Directory; tenant: WalkedTenant },
  signal: AbortSignal | undefined,
): Promise<Confirmed> {
  const walked = rule.select.tenant?.some((part) => (walkedParts as readonly TenantPart[]).includes(part));
  if (!walked)
    return { judgements: judgeApp([rule], app, tenant), undetermined: undeterminedFindings([rule], app, tenant) };
  await lookUpDirectly.resource(directory, tenant, [app], signal);
  return confirmAbsences(directory, [rule], tenant, [app], selectionOf([rule]).servicePrincipal, signal);
}
