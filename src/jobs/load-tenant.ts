import { AppRoleAssignmentIndex } from '../model/app-role-assignments.js';
import { ConsentinelError, codeOf, explain } from '../model/errors.js';
import type { FirstPartySettings } from '../model/first-party.js';
import { ResourceIndex } from '../model/resources.js';
import type { Rule } from '../model/rule.js';
import type { NotExamined, ScanError } from '../model/scan.js';
import { type LoadedPart, type Organization, type Tenant, type TenantPart, walkedParts } from '../model/tenant.js';
import type { Directory } from './ports.js';

/** A tenant with the parts that the walk fills as it goes. */
export type WalkedTenant = Tenant & {
  readonly appRoleAssignments: AppRoleAssignmentIndex;
  readonly resources: ResourceIndex;
};

/** The tenant with every part that could be read, and what cannot be examined for want of the others. */
export interface LoadedTenant {
  tenant: WalkedTenant;
  rules: readonly Rule[];
  notExamined: NotExamined[];
  errors: ScanError[];
}

/**
 * Reads the parts of the tenant that rules select, but for those that the walk leaves behind. A part that cannot be read
 * takes its rules out of the scan; it is never taken for empty.
 */
export async function loadTenant(
  directory: Directory,
  organization: Organization & { readonly firstParty?: FirstPartySettings },
  rules: readonly Rule[],
  observedAt: string,
  signal?: AbortSignal,
): Promise<LoadedTenant> {
  const parts = new Set(rules.flatMap((rule) => rule.select.tenant ?? []).filter(isLoaded));
  const failed = new Map<TenantPart, unknown>();
  const loaded = await Promise.all(
    [...parts].map(async (part) => {
      try {
        return [part, await directory.tenantPart(part, signal)] as const;
      } catch (error) {
        // A defect or an abort is not an answer of Graph's: it ends the scan.
        if (!(error instanceof ConsentinelError) || error.code === 'aborted') throw error;
        failed.set(part, error);
        return undefined;
      }
    }),
  );
  const tenant: WalkedTenant = {
    ...organization,
    observedAt,
    appRoleAssignments: new AppRoleAssignmentIndex(),
    resources: new ResourceIndex(),
    ...Object.fromEntries(loaded.filter((entry) => entry !== undefined)),
  };
  const reasonOf = (rule: Rule) =>
    (rule.select.tenant ?? []).flatMap((part) => (failed.has(part) ? [failed.get(part)] : []));
  return {
    tenant,
    rules: rules.filter((rule) => reasonOf(rule).length === 0),
    notExamined: rules.flatMap((rule) =>
      reasonOf(rule)
        .slice(0, 1)
        .map((error) => ({ ruleId: rule.id, reason: explain(error) })),
    ),
    errors: [...failed.values()].map((error) => ({ code: codeOf(error), message: explain(error) })),
  };
}

function isLoaded(part: TenantPart): part is LoadedPart {
  return !(walkedParts as readonly TenantPart[]).includes(part);
}
