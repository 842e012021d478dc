import { minuteOf, quantity } from '../text/format.js';
import type { Failing } from './failing.js';
import { failingText } from './failing.js';

/** The value of a fact that the scan cannot see. It is not 0, and does not show that something is unused. */
export const notVisible = 'not visible';
export type Visible<T> = T | typeof notVisible;

/** Who and what depends on the app of a finding, as the scan read it. It contains object ids and no names. */
export interface Affected {
  /** When the scan read the lists of the app, ISO 8601 UTC. The failed sign-ins are those of the last scan. */
  readonly readAt: string;
  /** The owners of the application and the service principal. */
  readonly owners: Visible<{ readonly count: number; readonly ids: readonly string[]; readonly atLeast?: true }>;
  /** The assignments to the app. */
  readonly assigned: Visible<{
    readonly users: number;
    readonly groups: number;
    readonly servicePrincipals: number;
    readonly atLeast?: true;
  }>;
  /** The app roles that the app itself holds on APIs. */
  readonly appRoleAssignments: Visible<{
    readonly count: number;
    readonly roles: readonly { readonly resourceId: string; readonly appRoleId: string }[];
    readonly atLeast?: true;
  }>;
  readonly grantedScopes: Visible<{
    /** Delegated permissions that are granted for all users, in lower case. */
    readonly forAllUsers: readonly string[];
    /** There are grants for single users too. */
    readonly forSomeUsers: boolean;
  }>;
  /** Whether a claims-mapping policy applies to the app. */
  readonly claimsMappingPolicy: Visible<boolean>;
  readonly signIns: {
    /** Failed interactive sign-ins of users with a code that a rule names; `none seen` in the log of 24 hours. */
    readonly interactiveFailures: Visible<Failing | 'none seen'>;
    /** The sign-in log of Graph v1.0 does not contain them. */
    readonly appOnly: typeof notVisible;
    readonly onBehalfOf: typeof notVisible;
  };
}

/** What every output says beside these facts. */
export const affectedNote =
  'The sign-in log shows interactive sign-ins of users only. App-only and On-Behalf-Of activity is not visible, so missing sign-ins do not show that the app is unused.';

/** The facts as labels and texts, for pages, reports and the command line. */
export function affectedFacts(affected: Affected): readonly (readonly [label: string, text: string])[] {
  const { owners, assigned, appRoleAssignments, grantedScopes, claimsMappingPolicy, signIns } = affected;
  return [
    ['Owners', shown(owners, (known) => listed(known, 'owner', known.ids))],
    ['Assigned', shown(assigned, assignedText)],
    ['App role assignments', shown(appRoleAssignments, (known) => listed(known, 'application permission', []))],
    ['Granted scopes', shown(grantedScopes, scopesText)],
    ['Claims-mapping policy', shown(claimsMappingPolicy, (applies) => (applies ? 'yes' : 'no'))],
    [
      'Failed user sign-ins',
      shown(signIns.interactiveFailures, (failed) => (failed === 'none seen' ? failed : failingText(failed))),
    ],
    ['App-only sign-ins', signIns.appOnly],
    ['On-Behalf-Of sign-ins', signIns.onBehalfOf],
    ['Lists read', minuteOf(affected.readAt)],
  ];
}

function shown<T>(value: Visible<T>, text: (known: T) => string): string {
  return value === notVisible ? notVisible : text(value as T);
}

function listed(
  { count, atLeast }: { readonly count: number; readonly atLeast?: true },
  noun: string,
  ids: readonly string[],
): string {
  const all = `${atLeast ? 'at least ' : ''}${quantity(count, noun)}`;
  return ids.length > 0 ? `${all}: ${ids.join(', ')}` : all;
}

function assignedText({ users, groups, servicePrincipals, atLeast }: Exclude<Affected['assigned'], string>): string {
  const parts = [quantity(users, 'user'), quantity(groups, 'group'), quantity(servicePrincipals, 'service principal')];
  return `${atLeast ? 'at least ' : ''}${parts.join(', ')}`;
}

function scopesText({ forAllUsers, forSomeUsers }: Exclude<Affected['grantedScopes'], string>): string {
  const all = forAllUsers.length > 0 ? `for all users: ${forAllUsers.join(', ')}` : 'none for all users';
  return forSomeUsers ? `${all}; more for single users` : all;
}
