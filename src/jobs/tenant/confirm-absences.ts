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

/** What the caller knows about a judgement before the lookups. */
export interface KnownJudgements {
  /** Whether it needs no lookup of its absence: it is confirmed. */
  isConfirmed(judgement: Judgement): boolean;
  /** Whether its finding is stored as it is. Then an earlier scan found the list empty, and an empty list is read once. */
  isStored(judgement: Judgement): boolean;
}

const nothingKnown: KnownJudgements = { isConfirmed: () => false, isStored: () => false };

/** What is looked up because apps lack it. */
interface Missing {
  readonly lackedBy: Unconfirmed[];
  /** The ids of the objects whose list an earlier scan found empty. */
  readonly knownEmpty: Set<string>;
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
 * @throws ConsentinelError if Graph cannot be read
 */
export async function confirmAbsences(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: WalkedTenant,
  apps: readonly WholeApp[],
  select: readonly ServicePrincipalProperty[],
  signal?: AbortSignal,
  known: KnownJudgements = nothingKnown,
): Promise<Confirmed> {
  const confirmed: Judgement[] = [];
  const undetermined: string[] = [];
  const judged: WholeApp[] = [];
  const unreadable: UnreadableObject[] = [];
  let open: Unconfirmed[] = apps.map((app) => ({ app, lookedUp: new Set() }));
  while (open.length > 0) {
    const missing = new Map<Absence, Missing>();
    open = open.filter((unconfirmed) => {
      const judgements = judgeApp(rules, unconfirmed.app, tenant);
      const toConfirm = judgements.filter((judgement) => !known.isConfirmed(judgement));
      const absences = absencesToLookUp(toConfirm, unconfirmed);
      if (absences.length === 0) {
        judged.push(unconfirmed.app);
        for (const judgement of judgements) {
          if (isUnknown(judgement) && !known.isConfirmed(judgement)) undetermined.push(judgement.observed.id);
          else confirmed.push(judgement);
        }
        undetermined.push(...undeterminedFindings(rules, unconfirmed.app, tenant));
      }
      for (const absence of absences) {
        const isStored = toConfirm.every((one) => one.restsOnAbsenceOf !== absence || known.isStored(one));
        addMissing(missing, absence, unconfirmed, isStored);
      }
      return absences.length > 0;
    });
    const lookedUp = [...missing].map((one) => lookUp(one, directory, tenant, select, signal));
    for (const found of await Promise.all(lookedUp)) {
      unreadable.push(...found.values());
      open = open.filter((unconfirmed) => !found.has(unconfirmed));
    }
  }
  return { judgements: confirmed, undetermined, judged, unreadable };
}

function addMissing(missing: Map<Absence, Missing>, absence: Absence, lacking: Unconfirmed, isStored: boolean): void {
  const { lackedBy, knownEmpty } = missing.get(absence) ?? { lackedBy: [], knownEmpty: new Set() };
  lackedBy.push(lacking);
  const { application, servicePrincipal } = lacking.app;
  if (isStored) for (const object of [application, servicePrincipal]) if (object) knownEmpty.add(object.id);
  missing.set(absence, { lackedBy, knownEmpty });
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
  [absence, { lackedBy, knownEmpty }]: readonly [Absence, Missing],
  directory: Directory,
  tenant: WalkedTenant,
  select: readonly ServicePrincipalProperty[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<Unconfirmed, UnreadableObject>> {
  const unreadable = new Map<Unconfirmed, UnreadableObject>();
  for (const { lookedUp } of lackedBy) lookedUp.add(absence);
  const apps = lackedBy.map(({ app }) => app);
  if (absence !== 'servicePrincipal') {
    await lookUpDirectly[absence](directory, tenant, apps, signal, knownEmpty);
    return unreadable;
  }
  const appIds = apps.map(({ appId }) => appId);
  const found = await directory.servicePrincipalsByAppId(appIds, select, signal);
  for (const one of lackedBy) {
    const principal = found.get(one.app.appId);
    if (principal instanceof UnreadableObject) unreadable.set(one, principal);
    else one.app = { ...one.app, servicePrincipal: principal };
  }
  return unreadable;
}
