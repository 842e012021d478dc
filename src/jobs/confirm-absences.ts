import type { ServicePrincipalProperty } from '../model/app.js';
import { type Judgement, judgeApp, type WholeApp } from '../model/judge.js';
import type { AppRule } from '../model/rule.js';
import type { Tenant } from '../model/tenant.js';
import type { Directory } from './ports.js';

/**
 * Confirms before accusing: the directory moves during a scan, so an app whose violation rests on a missing service
 * principal is looked up directly, and judged anew where the service principal is there after all.
 * @param apps apps with violations that rest on an absence
 * @returns what can be said of these apps now
 */
export async function confirmAbsences(
  directory: Directory,
  rules: readonly AppRule[],
  tenant: Tenant,
  apps: readonly WholeApp[],
  select: readonly ServicePrincipalProperty[],
  signal?: AbortSignal,
): Promise<Judgement[]> {
  if (apps.length === 0) return [];
  const appIds = apps.map(({ appId }) => appId);
  const found = await directory.servicePrincipalsByAppId(appIds, select, signal);
  return apps.flatMap((app) => judgeApp(rules, { ...app, servicePrincipal: found.get(app.appId) }, tenant));
}
