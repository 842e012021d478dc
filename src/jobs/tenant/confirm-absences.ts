import type { ServicePrincipalProperty } from '../../model/entra/app.js';
import { type Judgement, judgeApp, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { Absence } from '../../model/rule/violation.js';
import type { Directory } from '../ports/index.js';
import { lookUpDirectly } from './direct-lookup.js';
import type { WalkedTenant } from './load-tenant.js';

interface Doubtful {
  app: WholeApp;
  /** What was looked up for it: whatever is still missing then, is missing. */
  readonly lookedFor: Set<Absence>;
}

/** What can be said of apps now. */
export interface Confirmed {
  readonly judgements: readonly Judgement[];
  /** The ids of the findings of which nobody can tell whether they still hold. */
  readonly undetermined: readonly string[];
}

/**
 * Confirms before accusing: the directory moves during a scan, and not all of it is listed. What an app's violations
 * find missing is looked up directly and the app is judged anew, until none of them rests on anything else.
 * @param apps apps with violations that rest on an absence
 * @param select the properties of service principals that the rules read
 */
export async function confirmAbsences(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: WalkedTenant,
  apps: readonly WholeApp[],
  select: readonly ServicePrincipalProperty[],
  signal?: AbortSignal,
): Promise<Confirmed> {
  const confirmed: Judgement[] = [];
  const undetermined: string[] = [];
  let open: Doubtful[] = apps.map((app) => ({ app, lookedFor: new Set() }));
  while (open.length > 0) {
    const missing = new Map<Absence, Doubtful[]>();
    open = open.filter((doubtful) => {
      const judgements = judgeApp(rules, doubtful.app, tenant);
      const doubts = doubtsIn(judgements, doubtful);
      if (doubts.length === 0) {
        confirmed.push(...judgements);
        undetermined.push(...undeterminedFindings(rules, doubtful.app, tenant));
      }
      for (const absence of doubts) missing.set(absence, [...(missing.get(absence) ?? []), doubtful]);
      return doubts.length > 0;
    });
    for (const [absence, some] of missing) await lookUpFor(some, absence, directory, tenant, select, signal);
  }
  return { judgements: confirmed, undetermined };
}

function doubtsIn(judgements: readonly Judgement[], { lookedFor }: Doubtful): Absence[] {
  const absences = new Set(judgements.flatMap(({ restsOnAbsenceOf: absence }) => (absence ? [absence] : [])));
  return [...absences].filter((absence) => !lookedFor.has(absence));
}

async function lookUpFor(
  doubtful: readonly Doubtful[],
  absence: Absence,
  directory: Directory,
  tenant: WalkedTenant,
  select: readonly ServicePrincipalProperty[],
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const { lookedFor } of doubtful) lookedFor.add(absence);
  const apps = doubtful.map(({ app }) => app);
  if (absence !== 'servicePrincipal') return lookUpDirectly[absence](directory, tenant, apps, signal);
  const appIds = apps.map(({ appId }) => appId);
  const found = await directory.servicePrincipalsByAppId(appIds, select, signal);
  for (const one of doubtful) one.app = { ...one.app, servicePrincipal: found.get(one.app.appId) };
}
