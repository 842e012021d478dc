import { type TextLimits, textRemedy } from '../../model/finding/decision-text.js';
import { refused } from './decision.js';

/**
 * A text that a user entered, without blanks around it.
 * @param what the name of the field, with its article, for example `a comment`
 * @throws ConsentinelError `decision-refused` if it is shorter or longer than the limits
 */
export function enteredText(text: string, what: string, limits: TextLimits): string {
  const entered = text.trim();
  const remedy = textRemedy(entered, what, limits);
  if (!remedy) return entered;
  const length = entered.length === 1 ? '1 character' : `${entered.length} characters`;
  throw refused(`The text has ${length}.`, remedy);
}
