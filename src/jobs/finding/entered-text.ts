import { refused } from './decision.js';

/**
 * A text that a user entered, without blanks around it.
 * @param what the name of the field, with its article, for example `a comment`
 * @throws ConsentinelError `decision-refused` if it is shorter or longer than the limits
 */
export function enteredText(text: string, what: string, [least, most]: readonly [number, number]): string {
  const entered = text.trim();
  if (entered.length >= least && entered.length <= most) return entered;
  const length = entered.length === 1 ? '1 character' : `${entered.length} characters`;
  throw refused(`The text has ${length}.`, `Enter ${what} of ${least} to ${most} characters.`);
}
