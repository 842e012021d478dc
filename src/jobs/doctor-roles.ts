import { permissionsOf } from '../model/permissions.js';
import { checkRoles } from '../model/role-check.js';
import type { Rule } from '../model/rule.js';
import { type Check, checked } from './doctor-check.js';
import type { Directory, Remediator } from './ports.js';

/** What every rule needs, and mail to owners. */
export function readerPermissions(rules: readonly Rule[], tellsOwners: boolean): string[] {
  const needed = rules.flatMap((rule) => permissionsOf(rule));
  return [...new Set([...needed, ...(tellsOwners ? ['User.Read.All'] : [])])].sort();
}

/** What the remedies of the rules send, and nothing else. */
export function remediatorPermissions(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap(({ remedy }) => (remedy ? [remedy.permission] : [])))].sort();
}

/** The reader's token: whose it is, and what it may read. */
export async function examineReader(
  directory: Pick<Directory, 'principal' | 'roles'>,
  rules: readonly Rule[],
  tellsOwners: boolean,
): Promise<Check[]> {
  const principal = await directory.principal();
  const whose = principal ? [checked('reader', 'ok', `Graph gets a token of ${principal}.`)] : [];
  return [...whose, ...rolesOf('reader', await directory.roles(), readerPermissions(rules, tellsOwners), rules)];
}

/** The remediator's token, where there is a remediator. */
export async function examineRemediator(identity: Remediator | undefined, rules: readonly Rule[]): Promise<Check[]> {
  if (!identity) return [checked('remediator', 'ok', 'Not configured: this installation only reads.')];
  return rolesOf('remediator', await identity.roles(), remediatorPermissions(rules), rules);
}

function rolesOf(
  check: string,
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
      const fix = `Grant ${role} to the ${check} identity, with admin consent (docs/permissions.md).`;
      return checked(check, 'fails', `${role} is missing${withoutIt(role, rules)}.`, fix);
    }),
    ...excessive.map((role) => {
      const fix = `Take ${role} from the ${check} identity: whoever takes it over has it too.`;
      return checked(check, 'warning', `${role} is more than is needed.`, fix);
    }),
  ];
}

function withoutIt(role: string, rules: readonly Rule[]): string {
  const blind = rules.filter((rule) => permissionsOf(rule).includes(role)).map(({ id }) => id);
  return blind.length > 0 ? `; not examined without it: ${blind.join(', ')}` : '';
}
