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
import { unreadable } from '../tenant/readable.js';
import { selectionOf } from '../tenant/selection.js';
import { readSubjects, remedyFor, ruleOf } from './propose.js';
import type { RemediationContext } from './remediation-context.js';

/** The state of a violation now. */
export type Rechecked =
  | { readonly violated: true; readonly remedy: Remedy | undefined }
  | { readonly violated: false; readonly because: 'complies' | 'object-gone' };

/**
 * Reads the object of a finding again, and judges it with the rule that found the violation.
 * @throws ConsentinelError if the object could not be read or the rule leaves the violation undetermined: neither means
 * that the violation is gone
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
  const object = finding.on === 'application' ? subject?.app.application : subject?.app.servicePrincipal;
  if (!subject) throw undeterminedError(finding);
  if (object?.id !== finding.objectId) return gone(directory, finding, signal);
  const { judgements, undetermined: undeterminedIds } = await judge(
    rule,
    subject.app as never,
    { directory, tenant },
    signal,
  );
  const found = judgements.find(({ observed }) => observed.id === finding.id);
  if (!found && undeterminedIds.includes(finding.id)) throw undeterminedError(finding);
  if (!found) return { violated: false, because: 'complies' };
  return { violated: true, remedy: remedyFor(context, { ...finding, ...found.observed }, subject) };
}

/** An object that its appId does not name any more. A replica that lags behind also answers 404, so its own id decides. */
async function gone(
  directory: Directory,
  finding: Finding,
  signal: AbortSignal | undefined,
): Promise<Rechecked & { violated: false }> {
  const collection = finding.on === 'application' ? 'applications' : 'servicePrincipals';
  const existing = await directory.existing(collection, [finding.objectId], signal);
  if (existing.has(finding.objectId)) throw undeterminedError(finding);
  return { violated: false, because: 'object-gone' };
}

function undeterminedError({ ruleId, displayName }: Finding): ConsentinelError {
  return new ConsentinelError(
    'graph-unavailable',
    `Graph does not tell whether ${displayName} still violates ${ruleId}.`,
  );
}

/** Loads, for this app, the parts of the tenant that a walk fills: with empty parts every app would comply. */
async function judge(
  rule: AppRule,
  app: WholeApp,
  { directory, tenant }: { directory: Directory; tenant: WalkedTenant },
  signal: AbortSignal | undefined,
): Promise<Pick<Confirmed, 'judgements' | 'undetermined'>> {
  const walked = rule.select.tenant?.some((part) => (walkedParts as readonly TenantPart[]).includes(part));
  if (!walked)
    return { judgements: judgeApp([rule], app, tenant), undetermined: undeterminedFindings([rule], app, tenant) };
  await lookUpDirectly.resource(directory, tenant, [app], signal);
  const confirmed = await confirmAbsences(
    directory,
    [rule],
    tenant,
    [app],
    selectionOf([rule]).servicePrincipal,
    signal,
  );
  for (const object of confirmed.unreadable) throw unreadable(object);
  return confirmed;
}
