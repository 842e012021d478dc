import { optionalPermissions, permissionsOf, remediatorPermissions } from '../../model/rule/permissions.js';
import type { RemedyOptions } from '../../model/rule/remedy.js';
import type { Rule } from '../../model/rule/rule.js';
import { checkRoles } from '../../model/tenant/role-check.js';
import type { Directory, Remediator } from '../ports/index.js';
import { type Check, checked } from './check.js';

/** The Graph permissions that the rules and the alert channels need. */
export function readerPermissions(rules: readonly Rule[], ofChannels: readonly string[]): string[] {
  const needed = rules.flatMap((rule) => permissionsOf(rule));
  return [...new Set([...needed, ...ofChannels])].sort();
}

/** The identity that reads the tenant, and the identity that writes to it, if there is one. */
export interface IdentityParts {
  readonly directory: Pick<Directory, 'principal' | 'roles'>;
  readonly remediator: Pick<Remediator, 'roles'> | undefined;
  readonly rules: readonly Rule[];
  readonly remedyOptions: RemedyOptions;
  /** Where an administrator consents to the app that reads the tenant; given if there are several tenants. */
  readonly consentUrl?: string;
  /** Why the tenant is read-only. */
  readonly readOnly?: string;
}

/** Checks the reader's token: its principal and its permissions. */
export async function examineReader(
  { directory, rules, consentUrl }: IdentityParts,
  ofChannels: readonly string[],
): Promise<Check[]> {
  const holder = consentUrl ? appWith(consentUrl) : identity('reader');
  const principal = await directory.principal();
  const principalCheck = principal ? [checked('reader', 'ok', `Graph accepts a token of ${principal}.`)] : [];
  const needed = readerPermissions(rules, ofChannels);
  return [...principalCheck, ...rolesOf(holder, await directory.roles(), needed, rules)];
}

/** Checks the remediator's token, if there is a remediator. */
export async function examineRemediator({
  remediator,
  rules,
  remedyOptions,
  readOnly,
}: IdentityParts): Promise<Check[]> {
  if (readOnly) return [checked('remediator', 'ok', `By design. ${readOnly}`)];
  if (!remediator) return [checked('remediator', 'ok', 'Not configured: read-only installation.')];
  const needed = remediatorPermissions(rules, remedyOptions);
  return rolesOf(identity('remediator'), await remediator.roles(), needed, rules);
}

/** An identity with permissions, and how to grant and revoke them. */
interface Holder {
  readonly check: 'reader' | 'remediator';
  readonly grant: (role: string) => string;
  readonly revoke: (role: string) => string;
}

const identity = (check: Holder['check']): Holder => ({
  check,
  grant: (role) => `Grant ${role} to the ${check} identity, with admin consent (docs/permissions.md).`,
  revoke: (role) =>
    `Remove ${role} from the ${check} identity. An attacker who controls the identity would have this permission.`,
});

/**
 * The app has the permissions that an administrator of the tenant consented to; it requests the same in each tenant.
 */
const appWith = (consentUrl: string): Holder => ({
  check: 'reader',
  grant: (role) =>
    `Add ${role} to the app registration. An administrator of the tenant must then consent at ${consentUrl} (docs/many-tenants.md).`,
  revoke: (role) =>
    `Remove ${role} from the app registration. An administrator of the tenant must revoke it under Enterprise applications. An attacker who controls the reader identity would have this permission.`,
});

function rolesOf(
  { check, grant, revoke }: Holder,
  roles: readonly string[] | undefined,
  needed: readonly string[],
  rules: readonly Rule[],
): Check[] {
  if (!roles) {
    const detail =
      'The token has no application permissions: a user is signed in. The directory roles of the user apply.';
    return [checked(check, 'unknown', detail)];
  }
  const { granted, missing, excessive } = checkRoles(roles, needed);
  return [
    ...granted.map((role) => checked(check, 'ok', `${role} is granted.`)),
    ...missing.map((role) => {
      const outcome = optionalPermissions.has(role) ? 'warning' : 'fails';
      return checked(check, outcome, `${role} is missing${rulesWithout(role, rules)}.`, grant(role));
    }),
    ...excessive.map((role) => checked(check, 'warning', `${role} is granted but not needed.`, revoke(role))),
  ];
}

function rulesWithout(role: string, rules: readonly Rule[]): string {
  const notExamined = rules.filter((rule) => permissionsOf(rule).includes(role)).map(({ id }) => id);
  return notExamined.length > 0 ? `. Rules that need it: ${notExamined.join(', ')}` : '';
}
