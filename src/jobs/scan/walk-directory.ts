import { setImmediate } from 'node:timers/promises';
import type { ServicePrincipal, ServicePrincipalProperty, WholeApplication } from '../../model/entra/app.js';
import { judgeApp, type WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import type { GrantReading } from '../../model/tenant/grant-reading.js';
import type { IdTable } from '../../scale/id-table.js';
import { ServicePrincipalList } from '../../scale/packed-service-principals.js';
import { UnmatchedServicePrincipals } from '../../scale/unmatched-service-principals.js';
import type { ListingPosition } from '../ports/index.js';
import type { WalkedTenant } from '../tenant/load-tenant.js';
import type { Half } from '../tenant/missing-halves.js';
import { isLate } from '../tenant/selection.js';
import type { Listings } from './listings.js';
import type { ScanFindings } from './scan-findings.js';
import { WaitingApps } from './waiting-apps.js';

/** After so many objects, pages of grants that have arrived are taken, and the next one is requested. */
const objectsPerTurn = 100;

type WalkedServicePrincipal = NonNullable<WholeApp['servicePrincipal']>;

/**
 * Reads the directory in one pass over two listings, and judges every app.
 *
 * The service principals come first. Those that publish permissions add them to the tenant's resources. A service
 * principal that cannot have an application in this tenant is judged at once, or after the last one if a rule needs all
 * resources; the others wait for their application. Then the applications come: each is judged with its service
 * principal, as far as the grants are read (`WaitingApps`). Both listings have begun before the walk (`beginListings`),
 * and their pages wait unparsed. The service principals that remain have no application. Memory follows the service
 * principals that wait, which are packed, and not the pages.
 *
 * An app with an object that was set aside is not judged. If a listing lost objects, an app that lacks one half may have
 * it: see `ScanFindings.judged`.
 * @throws ConsentinelError if a page cannot be read; the violations found before it are kept
 */
export async function walkDirectory(
  { tenant, listings, signal, grants, onPage }: Walk,
  findings: ScanFindings,
): Promise<void> {
  const { servicePrincipals, applications, total, selection, directory } = listings;
  let rules = findings.appRules;
  const late = rules.filter(isLate);
  const early = rules.filter((rule) => !isLate(rule));
  const unmatched = new UnmatchedServicePrincipals<WalkedServicePrincipal>(selection.servicePrincipal);
  const withoutApplication = new ServicePrincipalList<WalkedServicePrincipal>(selection.servicePrincipal);
  /** Returns a promise only if there is something to wait for: nearly all apps comply. */
  const judgeBy = (by: readonly AppRule[], app: WholeApp, unsureOf?: Half): Promise<void> | void => {
    const judgements = judgeApp(by, app, tenant);
    if (judgements.length > 0 || findings.hasFindingsOn(app)) return findings.judged(app, judgements, by, unsureOf);
  };
  const listPrincipals = (seen: IdTable, expected: number | undefined, from?: ListingPosition) =>
    directory.servicePrincipals(selection.servicePrincipal, signal, seen, expected, from);
  const listApplications = (seen: IdTable, expected: number | undefined, from?: ListingPosition) =>
    directory.applications(selection.application, signal, seen, expected, from);

  let objects = 0;
  /** The next turn of the event loop, if grants wait for one: their pages follow one after another. */
  const nextTurn = (): Promise<void> | undefined =>
    ++objects % objectsPerTurn === 0 && grants && !grants.hasEnded ? setImmediate() : undefined;

  try {
    for await (const items of servicePrincipals.objects(listPrincipals, signal)) {
      for (const servicePrincipal of items) {
        findings.index.markRead(servicePrincipal.id);
        if (late.length > 0) tenant.resources.see(servicePrincipal);
        if (mayHaveApplication(servicePrincipal, tenant.id)) unmatched.add(servicePrincipal);
        else if (late.some((rule) => concerns(rule, servicePrincipal))) withoutApplication.push(servicePrincipal);
        else {
          const judged = judgeBy(early, appOf(servicePrincipal));
          if (judged) await judged;
        }
        const turn = nextTurn();
        if (turn) await turn;
      }
      findings.pageRead('servicePrincipals', items.length, total);
    }
    const judging = {
      rules,
      hasFindingsOn: (app: WholeApp) => findings.hasFindingsOn(app),
      wait: (forPage: () => Promise<void>) => findings.waitForTenant(forPage),
      grantsRead: async () => {
        rules = await findings.grantsRead();
      },
      judge: (app: WholeApp, unsureOf?: Half) => judgeBy(rules, app, unsureOf),
    };
    const apps = new WaitingApps(judging, tenant, grants);
    try {
      await apps.endIfRead();
      for (const servicePrincipal of withoutApplication.takeAll()) await apps.judge(appOf(servicePrincipal));
      for await (const items of applications.objects(listApplications, signal)) {
        for (const application of items) {
          findings.index.markRead(application.id);
          const { appId } = application;
          tenant.resources.seeClientsOf((application as Pick<WholeApplication, 'api'>).api);
          if (servicePrincipals.hasUnreadable(appId)) continue;
          const servicePrincipal = unmatched.take(appId);
          const unsure = !servicePrincipal && !servicePrincipals.showsAbsence;
          const judged = apps.judge({ appId, application, servicePrincipal }, unsure ? 'servicePrincipal' : undefined);
          if (judged) await judged;
          const turn = nextTurn();
          if (turn) await turn;
        }
        await apps.endIfRead();
        findings.pageRead('applications', items.length, total);
        onPage();
      }
      if (applications.showsAbsence) tenant.resources.markClientsKnown();
      for (const servicePrincipal of unmatched.left()) {
        if (applications.hasUnreadable(servicePrincipal.appId)) continue;
        await apps.judge(appOf(servicePrincipal), applications.showsAbsence ? undefined : 'application');
      }
      await apps.end();
    } catch (error) {
      // Those that wait arrived before the failure.
      if (!signal.aborted) await apps.end();
      throw error;
    }
  } finally {
    listings.stop();
  }
}

/** What a walk reads. */
interface Walk {
  readonly tenant: WalkedTenant;
  readonly listings: Listings;
  readonly signal: AbortSignal;
  /** The grants, if a rule needs them and they may still be read. */
  readonly grants: GrantReading | undefined;
  /** Called after each page of applications. */
  readonly onPage: () => void;
}

function appOf(servicePrincipal: WalkedServicePrincipal): WholeApp {
  return { appId: servicePrincipal.appId, application: undefined, servicePrincipal };
}

function concerns(rule: AppRule, servicePrincipal: WalkedServicePrincipal): boolean {
  return rule.appliesWithoutApplication?.(servicePrincipal as ServicePrincipal<ServicePrincipalProperty>) ?? true;
}

/** Source: Microsoft Graph, servicePrincipal: `appOwnerOrganizationId`, `servicePrincipalType`. */
function mayHaveApplication(
  principal: { appOwnerOrganizationId?: string | null; servicePrincipalType?: string | null },
  tenantId: string,
): boolean {
  const { appOwnerOrganizationId: owner, servicePrincipalType: type } = principal;
  if (type === 'ManagedIdentity' || type === 'Legacy') return false;
  return !owner || owner.toLowerCase() === tenantId;
}
