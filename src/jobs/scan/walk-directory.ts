import type { ApplicationProperty, ServicePrincipal, ServicePrincipalProperty } from '../../model/entra/app.js';
import { type Judgement, judgeApp, undeterminedFindings, type WholeApp } from '../../model/finding/judge.js';
import type { AppRule } from '../../model/rule/rule.js';
import { resourceProperties } from '../../model/tenant/resources.js';
import { UnmatchedServicePrincipals } from '../../scale/unmatched-service-principals.js';
import type { Directory } from '../ports/index.js';
import type { WalkedTenant } from './load-tenant.js';

/** What the walk tells as it goes. */
export interface WalkListener {
  /** An object was read. */
  seen(objectId: string): void;
  /** Whether there are findings about the app. */
  knows(app: WholeApp): boolean;
  /** Of these findings about an app nobody can tell whether they still hold. */
  undetermined(findingIds: readonly string[]): void;
  /** An app was judged; called for apps with violations only. */
  judged(app: WholeApp, judgements: readonly Judgement[]): Promise<void> | void;
  page(collection: 'servicePrincipals' | 'applications', objects: number): Promise<void> | void;
  /** All service principals were read; gives the rules that can be asked of what is left. */
  between(): Promise<readonly AppRule[]>;
}

/** The properties to ask for: the union of what the rules select, and what the walk itself needs. */
export interface Selection {
  application: ApplicationProperty[];
  servicePrincipal: ServicePrincipalProperty[];
}

/** The union of the properties that rules select. */
export function selectionOf(rules: readonly AppRule[]): Selection {
  const application = new Set(rules.flatMap((rule) => rule.select.application ?? []));
  const servicePrincipal = new Set(rules.flatMap((rule) => rule.select.servicePrincipal ?? []));
  const ofResources = rules.some(isLate) ? resourceProperties : [];
  for (const name of ['appOwnerOrganizationId', 'servicePrincipalType', ...ofResources] as const) {
    servicePrincipal.add(name);
  }
  return { application: [...application].sort(), servicePrincipal: [...servicePrincipal].sort() };
}

/**
 * One pass over two streams. Service principals come first: those that publish permissions leave them in the tenant's
 * resources; those that cannot have an application here are judged and let go, unless a rule must know all resources
 * before it can tell; the others wait for their application. Then each application meets its service principal and is judged.
 * What is left over has no application. Memory follows the waiting service principals, never the pages.
 * @throws ConsentinelError as soon as a page cannot be read; what was judged until then stands
 */
export async function walkDirectory(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: WalkedTenant,
  listener: WalkListener,
  signal?: AbortSignal,
): Promise<void> {
  const selection = selectionOf(rules);
  const late = rules.filter(isLate);
  const early = rules.filter((rule) => !isLate(rule));
  const unmatched = new UnmatchedServicePrincipals<NonNullable<WholeApp['servicePrincipal']>>(
    selection.servicePrincipal,
  );
  const alone: NonNullable<WholeApp['servicePrincipal']>[] = [];
  /** Gives a promise only where there is something to wait for: nearly all apps comply. */
  let asked = rules;
  const judge = (app: WholeApp, by = asked): Promise<void> | void => {
    const judgements = judgeApp(by, app, tenant);
    if (listener.knows(app)) listener.undetermined(undeterminedFindings(by, app, tenant));
    if (judgements.length > 0) return listener.judged(app, judgements);
  };

  for await (const { items } of directory.servicePrincipals(selection.servicePrincipal, signal)) {
    for (const servicePrincipal of items) {
      listener.seen(servicePrincipal.id);
      if (late.length > 0) tenant.resources.see(servicePrincipal);
      if (mayHaveApplication(servicePrincipal, tenant.id)) unmatched.add(servicePrincipal);
      else if (late.some((rule) => concerns(rule, servicePrincipal))) alone.push(servicePrincipal);
      else await judge({ appId: servicePrincipal.appId, application: undefined, servicePrincipal }, early);
    }
    await listener.page('servicePrincipals', items.length);
  }
  asked = await listener.between();
  for (const servicePrincipal of alone.splice(0)) {
    await judge({ appId: servicePrincipal.appId, application: undefined, servicePrincipal });
  }
  for await (const { items } of directory.applications(selection.application, signal)) {
    for (const application of items) {
      listener.seen(application.id);
      const { appId } = application;
      await judge({ appId, application, servicePrincipal: unmatched.take(appId) });
    }
    await listener.page('applications', items.length);
  }
  for (const servicePrincipal of unmatched.left()) {
    await judge({ appId: servicePrincipal.appId, application: undefined, servicePrincipal });
  }
}

/** A rule that must know all resources, and so all service principals, or the grants, before it is asked. */
function isLate(rule: AppRule): boolean {
  return rule.select.tenant?.some((part) => part === 'resources' || part === 'grants') ?? false;
}

function concerns(rule: AppRule, servicePrincipal: NonNullable<WholeApp['servicePrincipal']>): boolean {
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
