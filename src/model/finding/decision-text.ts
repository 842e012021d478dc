/** The limits of a text that a user enters with a decision, in characters without blanks around it. */
export type TextLimits = readonly [least: number, most: number];

/** Why a finding is suppressed, or remediation paused or resumed. */
export const reasonLimits: TextLimits = [3, 500];

/** A reason or a comment that a user can leave out. */
export const optionalTextLimits: TextLimits = [0, 500];

/**
 * What to enter instead of a text; undefined if it has the right length.
 * @param what the name of the field, with its article, for example `a reason`
 */
export function textRemedy(text: string, what: string, [least, most]: TextLimits): string | undefined {
  const { length } = text.trim();
  if (length >= least && length <= most) return undefined;
  return `Enter ${what} of ${least > 0 ? `${least} to ${most}` : `at most ${most}`} characters.`;
}
