import { reasonLimits, textRemedy } from '../../model/finding/decision-text.js';
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

/**
 * The reason of a suppression or of a pause, without blanks around it.
 * @throws ConsentinelError `decision-refused` if it is too short or too long
 */
export function enteredReason(reason: string): string {
  const entered = reason.trim();
  const remedy = textRemedy(entered, 'a reason', reasonLimits);
  if (remedy) throw refused(`The reason ${JSON.stringify(entered.slice(0, 40))} is not valid.`, remedy);
  return entered;
}
