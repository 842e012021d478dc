import { isDocumented } from './enum-value.js';

/** Source: Graph, application: `signInAudience`; in lower case. */
const audiences = [
  'azureadmyorg',
  'azureadmultipleorgs',
  'azureadandpersonalmicrosoftaccount',
  'personalmicrosoftaccount',
];

interface Audience {
  readonly signInAudience?: string | null;
}

/** Whether only personal Microsoft accounts can sign in to an application. */
export function isForPersonalAccountsOnly({ signInAudience }: Audience): boolean {
  return signInAudience?.toLowerCase() === 'personalmicrosoftaccount';
}

/** Whether it is known which accounts can sign in to an application. */
export function hasKnownAudience({ signInAudience }: Audience): boolean {
  return isDocumented(signInAudience, audiences);
}
