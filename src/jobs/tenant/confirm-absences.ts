import type { ServicePrincipalProperty } from '../../model/entra/app.js';
import { UnreadableObject } from '../../model/entra/unreadable-object.js';
import { type Judgement, judgeApp, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { Absence } from '../../model/rule/violation.js';
import type { Directory } from '../ports/index.js';
import { lookUpDirectly } from './direct-lookup.js';
import type { WalkedTenant } from './load-tenant.js';

interface Unconfirmed {
  app: WholeApp;
  /** The absences that were looked up: what is still missing after its lookup is confirmed as missing. */
  readonly lookedUp: Set<Absence>;
}

/** The judgements of apps after the direct lookups. */
export interface Confirmed {
  readonly judgements: readonly Judgement[];
  /** The ids of the findings whose violations the rules cannot determine. */
  readonly undetermined: readonly string[];
  /** The apps as they were judged, without those that have an unreadable object. */
  readonly judged: readonly WholeApp[];
  readonly unreadable: readonly UnreadableObject[];
}

/**
 * Confirms violations that rest on an absence: the directory changes during a scan, and no listing shows all of it.
 * What an app lacks is looked up directly, and the app is judged again, until its violations rest on confirmed absences
 * only. A violation whose absence the lookup leaves unknown is undetermined.
 * @param apps apps with violations that rest on an absence
 * @param select the properties of service principals that the rules read
 * @param isKnown whether a judgement needs no lookup of its absence: the judgement is confirmed
 * @throws ConsentinelError if Graph cannot be read
 */
export async function confirmAbsences(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: WalkedTenant,
  apps: readonly WholeApp[],
  select: readonly ServicePrincipalProperty[],
  signal?: AbortSignal,
  isKnown: (judgement: Judgement) => boolean = () => false,
): Promise<Confirmed> {
  const confirmed: Judgement[] = [];
  const undetermined: string[] = [];
  const judged: WholeApp[] = [];
  const unreadable: UnreadableObject[] = [];
  let open: Unconfirmed[] = apps.map((app) => ({ app, lookedUp: new Set() }));
  while (open.length > 0) {
    const missing = new Map<Absence, Unconfirmed[]>();
    open = open.filter((unconfirmed) => {
      const judgements = judgeApp(rules, unconfirmed.app, tenant);
      const absences = absencesToLookUp(
        judgements.filter((judgement) => !isKnown(judgement)),
        unconfirmed,
      );
      if (absences.length === 0) {
        judged.push(unconfirmed.app);
        for (const judgement of judgements) {
          if (isUnknown(judgement) && !isKnown(judgement)) undetermined.push(judgement.observed.id);
          else confirmed.push(judgement);
        }
        undetermined.push(...undeterminedFindings(rules, unconfirmed.app, tenant));
      }
      for (const absence of absences) missing.set(absence, [...(missing.get(absence) ?? []), unconfirmed]);
      return absences.length > 0;
    });
    const lookedUp = [...missing].map(([absence, some]) => lookUp(absence, some, directory, tenant, select, signal));
    for (const found of await Promise.all(lookedUp)) {
      unreadable.push(...found.values());
      open = open.filter((unconfirmed) => !found.has(unconfirmed));
    }
  }
  return { judgements: confirmed, undetermined, judged, unreadable };
}

/** Rules report a missing service principal after its lookup too. Any other absence is known after its lookup. */
function isUnknown({ restsOnAbsenceOf: absence }: Judgement): boolean {
  return absence !== undefined && absence !== 'servicePrincipal';
}

/** What a lookup needs: it waits for the lookups of these, where the app lacks them too. */
const needs: Partial<Record<Absence, readonly Absence[]>> = {
  appRoleAssignment: ['servicePrincipal', 'resource'],
  assignment: ['servicePrincipal'],
  classification: ['resource'],
  clientGrant: ['servicePrincipal'],
  grant: ['servicePrincipal'],
  preAuthorization: ['resource'],
};

/** The absences of an app that are looked up now, at the same time. */
function absencesToLookUp(judgements: readonly Judgement[], { lookedUp }: Unconfirmed): Absence[] {
  const all = new Set(judgements.flatMap(({ restsOnAbsenceOf: absence }) => (absence ? [absence] : [])));
  const absences = [...all].filter((absence) => !lookedUp.has(absence));
  return absences.filter((absence) => !needs[absence]?.some((needed) => absences.includes(needed)));
}

/** @returns the apps that have an unreadable service principal */
async function lookUp(
  absence: Absence,
  unconfirmed: readonly Unconfirmed[],
  directory: Directory,
  tenant: WalkedTenant,
  select: readonly ServicePrincipalProperty[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Unconfirmed, UnreadableObject>> {
  const unreadable = new Map<Unconfirmed, UnreadableObject>();
  for (const { lookedUp } of unconfirmed) lookedUp.add(absence);
  const apps = unconfirmed.map(({ app }) => app);
  if (absence !== 'servicePrincipal') {
    await lookUpDirectly[absence](directory, tenant, apps, signal);
    return unreadable;
  }
  const appIds = apps.map(({ appId }) => appId);
  const found = await directory.servicePrincipalsByAppId(appIds, select, signal);
  for (const one of unconfirmed) {
    const principal = found.get(one.app.appId);
    if (principal instanceof UnreadableObject) unreadable.set(one, principal);
    else one.app = { ...one.app, servicePrincipal: principal };
  }
  return unreadable;
}
