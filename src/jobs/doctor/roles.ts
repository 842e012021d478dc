import { permissionsOf } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import { checkRoles } from '../../model/tenant/role-check.js';
import type { Directory, Remediator } from '../ports/index.js';
import { type Check, checked } from './check.js';

/** The Graph permissions that the rules and the alert channels need. */
export function readerPermissions(rules: readonly Rule[], ofChannels: readonly string[]): string[] {
  const needed = rules.flatMap((rule) => permissionsOf(rule));
  return [...new Set([...needed, ...ofChannels])].sort();
}

/** What the remedies of the rules send, and nothing else. */
export function remediatorPermissions(rules: readonly Rule[]): string[] {
  return [...new Set(rules.flatMap(({ remedy }) => (remedy ? [remedy.permission] : [])))].sort();
}

/** Whoever reads the tenant and, where it may be written to, who writes. */
export interface IdentityParts {
  readonly directory: Pick<Directory, 'principal' | 'roles'>;
  readonly remediator: Pick<Remediator, 'roles'> | undefined;
  readonly rules: readonly Rule[];
  /** Where an administrator consents to the app that reads the tenant, which is then one of several. */
  readonly consentUrl?: string;
  /** Why nothing is ever written to the tenant. */
  readonly readOnly?: string;
}

/** The reader's token: whose it is, and what it may read. */
export async function examineReader(
  { directory, rules, consentUrl }: IdentityParts,
  ofChannels: readonly string[],
): Promise<Check[]> {
  const holder = consentUrl ? appWith(consentUrl) : identity('reader');
  const principal = await directory.principal();
  const whose = principal ? [checked('reader', 'ok', `Graph gets a token of ${principal}.`)] : [];
  return [...whose, ...rolesOf(holder, await directory.roles(), readerPermissions(rules, ofChannels), rules)];
}

/** The remediator's token, where there is a remediator. */
export async function examineRemediator({ remediator, rules, readOnly }: IdentityParts): Promise<Check[]> {
  if (readOnly) return [checked('remediator', 'ok', `By design. ${readOnly}`)];
  if (!remediator) return [checked('remediator', 'ok', 'Not configured: this installation only reads.')];
  return rolesOf(identity('remediator'), await remediator.roles(), remediatorPermissions(rules), rules);
}

/** Who holds permissions, and how they are given and taken. */
interface Holder {
  readonly check: 'reader' | 'remediator';
  readonly give: (role: string) => string;
  readonly take: (role: string) => string;
}

const identity = (check: Holder['check']): Holder => ({
  check,
  give: (role) => `Grant ${role} to the ${check} identity, with admin consent (docs/permissions.md).`,
  take: (role) => `Take ${role} from the ${check} identity: whoever takes it over has it too.`,
});

/** What the app may do in a tenant is what was consented to there, and it asks everywhere for the same. */
const appWith = (consentUrl: string): Holder => ({
  check: 'reader',
  give: (role) =>
    `An administrator of the tenant consents to ${role} at ${consentUrl}, once the app registration asks for it (docs/many-tenants.md).`,
  take: (role) =>
    `Take ${role} out of the app registration, and have an administrator of the tenant revoke it there, under Enterprise applications: whoever takes over the reader identity has it too.`,
});

function rolesOf(
  { check, give, take }: Holder,
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
    ...missing.map((role) => checked(check, 'fails', `${role} is missing${withoutIt(role, rules)}.`, give(role))),
    ...excessive.map((role) => checked(check, 'warning', `${role} is more than is needed.`, take(role))),
  ];
}

function withoutIt(role: string, rules: readonly Rule[]): string {
  const blind = rules.filter((rule) => permissionsOf(rule).includes(role)).map(({ id }) => id);
  return blind.length > 0 ? `; not examined without it: ${blind.join(', ')}` : '';
}
