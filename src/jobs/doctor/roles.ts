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
  const principalCheck = principal ? [checked('reader', 'ok', `Graph gets a token of ${principal}.`)] : [];
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
  if (!remediator) return [checked('remediator', 'ok', 'Not configured: this installation only reads.')];
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
  revoke: (role) => `Take ${role} from the ${check} identity: whoever takes it over has it too.`,
});

/**
 * The app has the permissions that an administrator of the tenant consented to; it requests the same in each tenant.
 */
const appWith = (consentUrl: string): Holder => ({
  check: 'reader',
  grant: (role) =>
    `An administrator of the tenant consents to ${role} at ${consentUrl}, once the app registration asks for it (docs/many-tenants.md).`,
  revoke: (role) =>
    `Take ${role} out of the app registration, and have an administrator of the tenant revoke it there, under Enterprise applications: whoever takes over the reader identity has it too.`,
});

function rolesOf(
  { check, grant, revoke }: Holder,
  roles: readonly string[] | undefined,
  needed: readonly string[],
  rules: readonly Rule[],
): Check[] {
  if (!roles) {
    const detail = 'Its token names no application permissions: a person is signed in, whose directory roles decide.';
    return [checked(check, 'unknown', detail)];
  }
  const { granted, missing, excessive } = checkRoles(roles, needed);
  return [
    ...granted.map((role) => checked(check, 'ok', `${role} is granted.`)),
    ...missing.map((role) => {
      const outcome = optionalPermissions.has(role) ? 'warning' : 'fails';
      return checked(check, outcome, `${role} is missing${rulesWithout(role, rules)}.`, grant(role));
    }),
    ...excessive.map((role) => checked(check, 'warning', `${role} is more than is needed.`, revoke(role))),
  ];
}

function rulesWithout(role: string, rules: readonly Rule[]): string {
  const notExamined = rules.filter((rule) => permissionsOf(rule).includes(role)).map(({ id }) => id);
  return notExamined.length > 0 ? `; not examined without it: ${notExamined.join(', ')}` : '';
}
