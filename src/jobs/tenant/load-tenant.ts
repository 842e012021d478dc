import { ConsentinelError, codeOf, explain } from '../../model/errors.js';
import { optionalPermissions } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import type { NotExamined, ScanError } from '../../model/scan/scan.js';
import { AppRoleAssignmentIndex } from '../../model/tenant/app-role-assignments.js';
import { GrantReading } from '../../model/tenant/grant-reading.js';
import { ListPresenceIndex } from '../../model/tenant/list-presence.js';
import { ResourceIndex } from '../../model/tenant/resources.js';
import {
  type LoadedPart,
  type Organization,
  type RuleSettings,
  type Tenant,
  type TenantPart,
  type TenantParts,
  walkedParts,
} from '../../model/tenant/tenant.js';
import type { Directory } from '../ports/index.js';

/** A tenant with the parts that the walk of the directory fills. */
export type WalkedTenant = Tenant & {
  readonly appRoleAssignments: AppRoleAssignmentIndex;
  readonly extensionProperties: ListPresenceIndex;
  readonly federatedCredentials: ListPresenceIndex;
  readonly resources: ResourceIndex;
};

/** The tenant with every part that could be read, and the rules that lack a part. */
export interface LoadedTenant {
  tenant: WalkedTenant;
  rules: readonly Rule[];
  notExamined: NotExamined[];
  /** The rules that lack only parts with an optional permission. */
  undetermined: NotExamined[];
  errors: ScanError[];
  /** The rules that lack a part which loads during the walk; an error of Graph does not reject it. */
  later: Promise<UnreadParts>;
  /** The grants, if they load during the walk. */
  grants: GrantReading | undefined;
}

type UnreadParts = Pick<LoadedTenant, 'notExamined' | 'undetermined' | 'errors'>;

/**
 * Reads the parts of the tenant that rules select, without those that the walk fills. If a part cannot be read, its
 * rules are not examined; an unread part never counts as empty.
 * @param defersGrants does not wait for the grants, a long listing, unless a rule about the tenant needs them: they are in
 *   the tenant when `later` resolves
 * @throws ConsentinelError `aborted`
 */
export async function loadTenant(
  directory: Directory,
  organization: Organization & RuleSettings,
  rules: readonly Rule[],
  observedAt: string,
  signal?: AbortSignal,
  defersGrants = false,
): Promise<LoadedTenant> {
  const tenant: WalkedTenant = {
    ...organization,
    observedAt,
    appRoleAssignments: new AppRoleAssignmentIndex(),
    extensionProperties: new ListPresenceIndex(),
    federatedCredentials: new ListPresenceIndex(),
    resources: new ResourceIndex(),
  };
  const parts = [...new Set(rules.flatMap((rule) => rule.select.tenant ?? []))].filter(isLoaded);
  const needed = rules.filter(({ on }) => on === 'tenant').flatMap(({ select }) => select.tenant ?? []);
  const isDeferred = (part: ReadPart) => defersGrants && part === 'grants' && !needed.includes(part);
  const grants = parts.some(isDeferred) ? new GrantReading(directory.grantPages(signal)) : undefined;
  const readPart = partReader(directory, rules, observedAt, signal);
  const reader: PartReader = (part) => (part === 'grants' && grants ? grants.whole : readPart(part));
  const load = (some: ReadPart[]) => loadParts(reader, tenant, some);
  const later = load(parts.filter(isDeferred)).then((failed) => reportOf(rules, failed));
  // The caller that awaits it gets the error; until then the rejection must not count as unhandled.
  later.catch(() => {});
  const failed = await load(parts.filter((part) => !isDeferred(part)));
  return {
    tenant,
    rules: rules.filter((rule) => failureOf(rule, failed) === undefined),
    ...reportOf(rules, failed),
    later,
    grants,
  };
}

type Failures = ReadonlyMap<TenantPart, ConsentinelError>;

/** The parts that are read and not filled by the walk. */
type ReadPart = LoadedPart | 'signInFailures';
type PartReader = (part: ReadPart) => Promise<TenantParts[ReadPart]>;

const day = 86_400_000;

/** Reads a part. The sign-ins of the last day are read for the codes that rules about apps name. */
function partReader(
  directory: Directory,
  rules: readonly Rule[],
  observedAt: string,
  signal: AbortSignal | undefined,
): PartReader {
  return (part) => {
    if (part !== 'signInFailures') return directory.tenantPart(part, signal);
    const since = new Date(Date.parse(observedAt) - day).toISOString();
    return directory.signInFailures({ codes: codesOf(rules), since }, signal);
  };
}

/**
 * The codes of rules about apps: a finding about the tenant has no app whose failures count. The codes of the rules that
 * select the failures come first.
 */
function codesOf(rules: readonly Rule[]): string[] {
  const ofApps = rules.filter(({ on }) => on === 'app');
  const first = ofApps.filter(({ select }) => select.tenant?.includes('signInFailures'));
  return [...new Set([...first, ...ofApps].flatMap(({ codes }) => codes))];
}

/** Puts parts into the tenant; returns the parts that could not be read. */
async function loadParts(read: PartReader, tenant: WalkedTenant, parts: readonly ReadPart[]): Promise<Failures> {
  const failed = new Map<TenantPart, ConsentinelError>();
  await Promise.all(
    parts.map(async (part) => {
      try {
        Object.assign(tenant, { [part]: await read(part) });
      } catch (error) {
        // A defect or an abort is not an error of Graph: it ends the scan.
        if (!(error instanceof ConsentinelError) || error.code === 'aborted') throw error;
        failed.set(part, error);
      }
    }),
  );
  return failed;
}

/** The error of a part that the rule needs; one that makes the scan incomplete comes first. */
function failureOf(rule: Rule, failed: Failures): ConsentinelError | undefined {
  const errors = (rule.select.tenant ?? []).flatMap((part) => failed.get(part) ?? []);
  return errors.find((error) => !isOptional(error)) ?? errors[0];
}

function reportOf(rules: readonly Rule[], failed: Failures): UnreadParts {
  const unexamined = rules.flatMap((rule) => {
    const error = failureOf(rule, failed);
    return error ? [{ error, rule: notExaminedFor(rule, error) }] : [];
  });
  const rulesWhere = (optional: boolean) =>
    unexamined.filter(({ error }) => isOptional(error) === optional).map(({ rule }) => rule);
  const errors = [...failed.values()].filter((error) => !isOptional(error));
  return {
    notExamined: rulesWhere(false),
    undetermined: rulesWhere(true),
    errors: errors.map((error) => ({ code: codeOf(error), message: explain(error) })),
  };
}

/** A rule that was not examined because of an error: the reason, and the permission to grant if one is missing. */
export function notExaminedFor({ id: ruleId }: Pick<Rule, 'id'>, error: unknown): NotExamined {
  const permission = error instanceof ConsentinelError ? error.permission : undefined;
  return { ruleId, reason: explain(error), ...(permission && { permission }) };
}

/** A scan can be complete without an optional permission, and without a license that the tenant does not have. */
function isOptional({ code, permission = '' }: ConsentinelError): boolean {
  return code === 'graph-unlicensed' || optionalPermissions.has(permission);
}

function isLoaded(part: TenantPart): part is ReadPart {
  return !(walkedParts as readonly TenantPart[]).includes(part);
}
