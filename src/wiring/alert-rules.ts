import type { Config } from '../config.js';
import type { AlertContext } from '../jobs/alerts/send-alerts.js';
import { tenantPageUrl } from '../model/finding/page-url.js';
import { rules } from '../rules/index.js';

/** What an alert reports, and where it links to. */
export function alertRulesOf(
  { alerts, cloud, page: { publicUrl }, tenants: { tenantIds } }: Config,
  tenantId: string | undefined,
): AlertContext['alertRules'] {
  const { minSeverity, weeklySummary } = alerts;
  const several = tenantIds.length > 1 && tenantId;
  const page = publicUrl && several ? tenantPageUrl(publicUrl, tenantId) : publicUrl;
  return {
    cloud,
    catalogue: rules.map(({ id, problem }) => ({ id, problem })),
    minSeverity,
    weeklySummary,
    ...(page && { publicUrl: page }),
    ...(several && { severalTenants: true }),
  };
}
