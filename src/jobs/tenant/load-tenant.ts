import type { FirstPartySettings } from '../../model/entra/first-party.js';
import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import type { Rule } from '../../model/rule/rule.js';
import type { NotExamined, ScanError } from '../../model/scan/scan.js';
import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { ResourceIndex } from '../../model/tenant/resources.js';
import {
  type LoadedPart,
  type Organization,
  type Tenant,
  type TenantPart,
  walkedParts,
} from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';

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
  /** Tells of the parts that are still under way, when they are there; never rejects for what Graph answered. */
  later: Promise<Pick<LoadedTenant, 'notExamined' | 'errors'>>;
}

/** Long listings that no rule needs before the service principals are known: the walk need not wait for them. */
const longParts: readonly LoadedPart[] = ['grants'];

/**
 * Reads the parts of the tenant that rules select, but for those that the walk leaves behind. A part that cannot be read
 * takes its rules out of the scan; it is never taken for empty.
 * @param patient leaves the long listings under way: they are put into the tenant before `later` resolves
 */
export async function loadTenant(
  directory: Directory,
  organization: Organization & { readonly firstParty?: FirstPartySettings },
  rules: readonly Rule[],
  observedAt: string,
  signal?: AbortSignal,
  patient = false,
): Promise<LoadedTenant> {
  const tenant: WalkedTenant = {
    ...organization,
    observedAt,
    appRoleAssignments: new AppRoleAssignmentIndex(),
    resources: new ResourceIndex(),
  };
  const parts = [...new Set(rules.flatMap((rule) => rule.select.tenant ?? []))].filter(isLoaded);
  const needed = rules.filter(({ on }) => on === 'tenant').flatMap(({ select }) => select.tenant ?? []);
  const isLate = (part: LoadedPart) => patient && longParts.includes(part) && !needed.includes(part);
  const load = (some: LoadedPart[]) => loadParts(directory, tenant, some, signal);
  const later = load(parts.filter(isLate)).then((failed) => reportOf(rules, failed));
  // Whoever waits for it gets the error; until then it must not be nobody's.
  later.catch(() => {});
  const failed = await load(parts.filter((part) => !isLate(part)));
  return {
    tenant,
    rules: rules.filter((rule) => whyBlind(rule, failed) === undefined),
    ...reportOf(rules, failed),
    later,
  };
}

type Failures = ReadonlyMap<TenantPart, ConsentinelError>;

/** Puts parts into the tenant; gives those that Graph did not give. */
async function loadParts(
  directory: Directory,
  tenant: WalkedTenant,
  parts: readonly LoadedPart[],
  signal: AbortSignal | undefined,
): Promise<Failures> {
  const failed = new Map<TenantPart, ConsentinelError>();
  await Promise.all(
    parts.map(async (part) => {
      try {
        Object.assign(tenant, { [part]: await directory.tenantPart(part, signal) });
      } catch (error) {
        // A defect or an abort is not an answer of Graph's: it ends the scan.
        if (!(error instanceof ConsentinelError) || error.code === 'aborted') throw error;
        failed.set(part, error);
      }
    }),
  );
  return failed;
}

function whyBlind(rule: Rule, failed: Failures): ConsentinelError | undefined {
  return (rule.select.tenant ?? []).map((part) => failed.get(part)).find(Boolean);
}

function reportOf(rules: readonly Rule[], failed: Failures): Pick<LoadedTenant, 'notExamined' | 'errors'> {
  return {
    notExamined: rules.flatMap((rule) => {
      const error = whyBlind(rule, failed);
      return error ? [{ ruleId: rule.id, reason: explain(error) }] : [];
    }),
    errors: [...failed.values()].map((error) => ({ code: codeOf(error), message: explain(error) })),
  };
}

function isLoaded(part: TenantPart): part is LoadedPart {
  return !(walkedParts as readonly TenantPart[]).includes(part);
}
