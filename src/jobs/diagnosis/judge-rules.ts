import type { DiagnosedApp } from '../../model/diagnosis/diagnosed-app.js';
import type { ReadFailure, ReadResult } from '../../model/diagnosis/diagnosis.js';
import type { Observed } from '../../model/finding/finding.js';
import { judgeTenant, undetermined, type WholeApp } from '../../model/finding/judge.js';
import type { ReachableTenant } from '../../model/reachability/reachability.js';
import type { AppRule, Rule, TenantRule } from '../../model/rule/rule.js';
import type { NotExamined } from '../../model/scan/scan.js';
import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import {
  type LoadedPart,
  type Tenant,
  type TenantPart,
  type TenantParts,
  walkedParts,
} from '../../model/tenant/tenant.js';
import { confirmAbsences } from '../tenant/confirm-absences.js';
import type { WalkedTenant } from '../tenant/load-tenant.js';
import { selectionOf } from '../tenant/selection.js';
import type { DiagnoseContext } from './diagnose-context.js';
import { read } from './read.js';

/** What the rules found on the app and on the tenant, and the rules that could not run. */
export interface RuleResults {
  readonly found: readonly Observed[];
  readonly notExamined: readonly NotExamined[];
}

/** The parts that a diagnosis reads for one app only. */
const ownParts: readonly TenantPart[] = [...walkedParts, 'grants', 'permissionClassifications', 'signInFailures'];

/**
 * Judges the app and the tenant with every rule. A rule does not run if a tenant part that it selects could not be read.
 * @param known the tenant with the parts that were read already, limited to what concerns the app
 * @param failures why parts could not be read
 * @throws ConsentinelError as `read`
 */
export async function judgeWithRules(
  context: DiagnoseContext,
  app: DiagnosedApp,
  known: ReachableTenant,
  failures: readonly ReadFailure[],
  signal?: AbortSignal,
): Promise<RuleResults> {
  const { directory, firstParty, expiry } = context;
  // A fallback rule only says that a diagnosis is needed.
  const rules = context.rules.filter((rule) => !('isFallback' in rule));
  const reads = await readParts({ rules, directory }, known, signal);
  const parts = Object.entries(reads).flatMap(([part, one]) => ('found' in one ? [[part, one.found]] : []));
  // What no listing shows is looked up for this app if a finding rests on it.
  const lists = { extensionProperties: new ListPresenceIndex(), federatedCredentials: new ListPresenceIndex() };
  const tenant = {
    ...known,
    ...lists,
    ...Object.fromEntries(parts),
    ...(firstParty && { firstParty }),
    ...(expiry && { expiry }),
  } as Tenant<TenantPart>;
  const lacking = (rule: Rule) => (rule.select.tenant ?? []).find((part) => tenant[part] === undefined);
  const runnable = rules.filter((rule) => lacking(rule) === undefined);
  const appRules = runnable.filter((rule) => rule.on === 'app');
  const tenantRules = runnable.filter((rule): rule is TenantRule => rule.on === 'tenant');
  const judged = await read(() =>
    confirmAbsences(
      directory,
      appRules as readonly AppRule[],
      tenant as unknown as WalkedTenant,
      [app as unknown as WholeApp],
      selectionOf(appRules as readonly AppRule[]).servicePrincipal,
      signal,
    ),
  );
  const onApp = 'found' in judged ? judged.found.judgements : [];
  return {
    found: [...onApp, ...judgeTenant(tenantRules, tenant)].map(({ observed }) => observed),
    notExamined: [
      ...rules.flatMap((rule) => notExaminedOf(rule, lacking(rule), reads, failures)),
      ...('reason' in judged ? appRules.map(({ id }) => ({ ruleId: id, reason: judged.reason })) : []),
      ...undetermined(tenantRules, tenant),
    ],
  };
}

type PartReads = Partial<Record<TenantPart, ReadResult<TenantParts[TenantPart]>>>;

/** Reads the parts that rules select and that were not read yet. */
async function readParts(
  { rules, directory }: Pick<DiagnoseContext, 'rules' | 'directory'>,
  known: ReachableTenant,
  signal: AbortSignal | undefined,
): Promise<PartReads> {
  const selected = [...new Set(rules.flatMap((rule) => rule.select.tenant ?? []))];
  const missing = selected.filter((part): part is LoadedPart => !ownParts.includes(part) && !(part in known));
  const reads = await Promise.all(
    missing.map(async (part) => [part, await read(() => directory.tenantPart(part, signal))] as const),
  );
  return Object.fromEntries(reads);
}

function notExaminedOf(
  { id: ruleId }: Rule,
  part: TenantPart | undefined,
  reads: PartReads,
  failures: readonly ReadFailure[],
): NotExamined[] {
  if (part === undefined) return [];
  const one = reads[part];
  const [first] = failures;
  const reason =
    one && 'reason' in one ? one.reason : (first?.reason ?? `Consentinel did not read the part ${part} of the tenant.`);
  return [{ ruleId, reason }];
}
