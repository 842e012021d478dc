import { ConsentinelError } from '../../model/errors.js';
import type { Finding } from '../../model/finding/finding.js';
import { judgeApp, judgeTenant, undetermined, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { RemedyFacts, RemedySubject } from '../../model/rule/remedy.js';
import type { AppRule, Rule, TenantRule } from '../../model/rule/rule.js';
import { stateOf } from '../../model/rule/undo.js';
import { type Tenant, type TenantPart, walkedParts } from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';
import { type Confirmed, confirmAbsences } from '../tenant/confirm-absences.js';
import { lookUpDirectly } from '../tenant/direct-lookup.js';
import { loadTenant, type WalkedTenant } from '../tenant/load-tenant.js';
import { unreadable } from '../tenant/readable.js';
import { selectionOf } from '../tenant/selection.js';
import { readSubjects, remedyFor, ruleOf, subjectIdsOf, subjectOf } from './propose.js';
import { recheckUndo } from './recheck-undo.js';
import type { Rechecked } from './rechecked.js';
import type { RemediationContext } from './remediation-context.js';

/** Reads the object of a finding, and judges it with the rule that found the violation. */
export interface Recheck {
  /**
   * @throws ConsentinelError if the object could not be read or the rule leaves the violation undetermined: neither means
   * that the violation is gone
   */
  read(signal?: AbortSignal): Promise<Rechecked>;
}

type RecheckContext = Pick<RemediationContext, 'directory' | 'clock' | 'rules' | 'tenant' | 'remedyOptions'>;

/**
 * Prepares the reads of a finding's object. The first read loads the policies and facts that the rule and its remedy need.
 * Later reads request the object only, so that nothing happens between the last read and the request that depends on it. A
 * rule about the tenant, or about other objects of the tenant, reads everything again.
 */
export function prepareRecheck(context: RecheckContext, finding: Finding): Recheck {
  const rule = ruleOf(context, finding);
  if (!rule) throw new ConsentinelError('usage-invalid', `The rule ${finding.ruleId} no longer exists.`);
  const undoes = finding.remediation?.plan.undoes;
  if (undoes) return { read: async (signal) => recheckUndo(rule, await loadFor(context, rule, signal), undoes) };
  let loaded: WalkedTenant | undefined;
  let facts: RemedyFacts | undefined;
  return {
    async read(signal) {
      const tenant = loaded ?? (await loadFor(context, rule, signal));
      if (rule.on === 'tenant') return recheckTenant(context, rule as TenantRule, tenant, finding);
      if (!readsOtherObjects(rule)) loaded = tenant;
      const known = facts && new Map([[finding.appId, { facts }]]);
      const subjects = await readSubjects(context, subjectIdsOf(context, finding), signal, known);
      const subject = subjectOf(context, finding, subjects);
      if (!subject) throw undeterminedError(finding);
      facts = subject.facts;
      return recheckApp(context, rule, tenant, finding, subject, signal);
    },
  };
}

/** Reads the object of a finding once. @throws as `Recheck.read` */
export async function recheck(context: RecheckContext, finding: Finding, signal?: AbortSignal): Promise<Rechecked> {
  return prepareRecheck(context, finding).read(signal);
}

async function loadFor(
  { directory, tenant: organization, clock }: RecheckContext,
  rule: Rule,
  signal: AbortSignal | undefined,
): Promise<WalkedTenant> {
  const { tenant, ...unreadRules } = await loadTenant(directory, organization, [rule], clock.now(), signal);
  const [unread] = [...unreadRules.notExamined, ...unreadRules.undetermined];
  if (unread) throw new ConsentinelError('graph-unavailable', unread.reason);
  return tenant;
}

function recheckTenant(
  { directory, rules, remedyOptions }: RecheckContext,
  rule: TenantRule,
  tenant: WalkedTenant,
  finding: Finding,
): Rechecked {
  const context = { directory, rules, tenant, options: remedyOptions };
  const undo = rule.remedy?.undo;
  const state = undo && !('because' in undo) && { state: stateOf(undo, tenant as Tenant as Tenant<TenantPart>) };
  const found = judgeTenant([rule], tenant).find(({ observed }) => observed.id === finding.id);
  if (found)
    return { violated: true, remedy: remedyFor(context, { ...finding, ...found.observed }, undefined), ...state };
  const [unknown] = undetermined([rule], tenant);
  if (unknown) throw new ConsentinelError('graph-unavailable', unknown.reason);
  return { violated: false, because: 'complies', ...state };
}

async function recheckApp(
  { directory, rules, remedyOptions }: RecheckContext,
  rule: AppRule,
  tenant: WalkedTenant,
  finding: Finding,
  subject: RemedySubject,
  signal: AbortSignal | undefined,
): Promise<Rechecked> {
  const { application, servicePrincipal } = subject.app;
  const object = finding.on === 'application' ? application : servicePrincipal;
  if (object?.id !== finding.objectId) return gone(directory, finding, signal);
  const keys = object.keyCredentials && { keyIds: object.keyCredentials.map(({ keyId }) => String(keyId)) };
  const { judgements, undetermined: undeterminedIds } = await judge(
    rule,
    subject.app as never,
    { directory, tenant },
    signal,
  );
  const found = judgements.find(({ observed }) => observed.id === finding.id);
  if (!found && undeterminedIds.includes(finding.id)) throw undeterminedError(finding);
  if (!found) return { violated: false, because: 'complies', ...keys };
  const context = { directory, rules, tenant, options: remedyOptions };
  return { violated: true, remedy: remedyFor(context, { ...finding, ...found.observed }, subject), ...keys };
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
    `Graph's answer does not show whether ${displayName} still violates ${ruleId}.`,
  );
}

/** Loads, for this app, the parts of the tenant that a walk fills: with empty parts every app would comply. */
async function judge(
  rule: AppRule,
  app: WholeApp,
  { directory, tenant }: { directory: Directory; tenant: WalkedTenant },
  signal: AbortSignal | undefined,
): Promise<Pick<Confirmed, 'judgements' | 'undetermined'>> {
  if (!readsOtherObjects(rule))
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

function readsOtherObjects(rule: AppRule): boolean {
  return rule.select.tenant?.some((part) => (walkedParts as readonly TenantPart[]).includes(part)) ?? false;
}
