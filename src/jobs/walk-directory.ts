import type { ApplicationProperty, ServicePrincipalProperty } from '../model/app.js';
import { type Judgement, judgeApp, type WholeApp } from '../model/judge.js';
import type { AppRule } from '../model/rule.js';
import type { Tenant } from '../model/tenant.js';
import type { Directory } from './ports.js';

/** What the walk tells as it goes. */
export interface WalkListener {
  /** An object was read. */
  seen(objectId: string): void;
  /** An app was judged; called for apps with violations only. */
  judged(app: WholeApp, judgements: readonly Judgement[]): Promise<void> | void;
  page(collection: 'servicePrincipals' | 'applications', objects: number): Promise<void> | void;
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
  return {
    application: [...application].sort(),
    servicePrincipal: [...servicePrincipal.add('appOwnerOrganizationId').add('servicePrincipalType')].sort(),
  };
}

/**
 * One pass over two streams. Service principals come first: those that cannot have an application here are judged and
 * let go, the others wait for it. Then each application meets its service principal and is judged. What is left over
 * has no application. Memory follows the waiting service principals, never the pages.
 * @throws ConsentinelError as soon as a page cannot be read; what was judged until then stands
 */
export async function walkDirectory(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: Tenant,
  listener: WalkListener,
  signal?: AbortSignal,
): Promise<void> {
  const selection = selectionOf(rules);
  const waiting = new Map<string, WholeApp['servicePrincipal']>();
  /** Gives a promise only where there is something to wait for: nearly all apps comply. */
  const judge = (app: WholeApp): Promise<void> | void => {
    const judgements = judgeApp(rules, app, tenant);
    if (judgements.length > 0) return listener.judged(app, judgements);
  };

  for await (const { items } of directory.servicePrincipals(selection.servicePrincipal, signal)) {
    for (const servicePrincipal of items) {
      listener.seen(servicePrincipal.id);
      if (mayHaveApplication(servicePrincipal, tenant.id)) waiting.set(servicePrincipal.appId, servicePrincipal);
      else await judge({ appId: servicePrincipal.appId, application: undefined, servicePrincipal });
    }
    await listener.page('servicePrincipals', items.length);
  }
  for await (const { items } of directory.applications(selection.application, signal)) {
    for (const application of items) {
      listener.seen(application.id);
      const { appId } = application;
      await judge({ appId, application, servicePrincipal: waiting.get(appId) });
      waiting.delete(appId);
    }
    await listener.page('applications', items.length);
  }
  for (const [appId, servicePrincipal] of waiting) await judge({ appId, application: undefined, servicePrincipal });
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
