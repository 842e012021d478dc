import type { ApplicationProperty, ServicePrincipalProperty } from '../../model/entra/app.js';
import { remedySelect } from '../../model/rule/remedy.js';
import type { AppRule } from '../../model/rule/rule.js';
import { resourceProperties } from '../../model/tenant/resources.js';

/** The properties to request from Graph for each kind of object. */
export interface Selection {
  application: ApplicationProperty[];
  servicePrincipal: ServicePrincipalProperty[];
}

/** The properties that rules and their remedies read, and those that the walk of the directory itself reads. */
export function selectionOf(rules: readonly AppRule[]): Selection {
  const ofRemedies = rules.some(({ remedy }) => remedy) ? [remedySelect] : [];
  const selects = [...rules.map(({ select }) => select), ...ofRemedies];
  const application = new Set<ApplicationProperty>(selects.flatMap((select) => select.application ?? []));
  const servicePrincipal = new Set<ServicePrincipalProperty>(
    selects.flatMap((select) => select.servicePrincipal ?? []),
  );
  const ofResources = rules.some(isLate) ? resourceProperties : [];
  for (const name of ['appOwnerOrganizationId', 'servicePrincipalType', ...ofResources] as const) {
    servicePrincipal.add(name);
  }
  return { application: [...application].sort(), servicePrincipal: [...servicePrincipal].sort() };
}

/** Whether a rule depends on the APIs of the tenant, which are service principals. */
export function readsResources({ select }: AppRule): boolean {
  return select.tenant?.includes('resources') ?? false;
}

/** Whether a rule can run only after the walk has read all service principals (resources), or the grants. */
export function isLate(rule: AppRule): boolean {
  return rule.select.tenant?.some((part) => part === 'resources' || part === 'grants') ?? false;
}

/** Whether a rule depends on key credentials. */
export function readsKeys({ select: { application = [], servicePrincipal = [] } }: AppRule): boolean {
  return application.includes('keyCredentials') || servicePrincipal.includes('keyCredentials');
}
