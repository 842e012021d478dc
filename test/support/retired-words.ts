/** A word that no text of the product uses, and the term that replaces it. */
export interface RetiredWord {
  readonly word: string;
  readonly pattern: RegExp;
  readonly use: string;
  /** Contexts in which the word has another meaning; they are removed before the check. */
  readonly except?: RegExp;
}

const retired = (word: string, pattern: RegExp, use: string, except?: RegExp): RetiredWord => ({
  word,
  pattern,
  use,
  ...(except && { except }),
});

/** The retired words of the product's style: readers who read English as a second language must understand a text once. */
export const retiredWords: readonly RetiredWord[] = [
  retired('brake', /\bbrakes?\b/i, 'safety limit', /brake-applied/g),
  retired('parcel', /\bparcels?\b/i, 'delivery'),
  retired('letter', /\bletters?\b/i, 'email', /\b(case|lower-case|upper-case|capital) letters?\b/gi),
  retired('door', /\bdoors?\b/i, 'authenticator'),
  retired('misdirected', /\bmisdirected\b/i, 'wrong host'),
  retired('shelf', /\bshel(f|ves)\b/i, 'severity group'),
  retired('ledger', /\bledgers?\b/i, 'finding index'),
  retired('look', /\blook(s|ed|ing)?\b/i, 'check, read or examine', /\bdirect lookups?\b|\blooks? like\b/gi),
  retired('tell', /\b(un)?(tells?|told|telling)\b/i, 'report, notify, return'),
  retired('carry', /\bcarr(y|ies|ied|ying)\b/i, 'have, execute'),
  retired('settle', /\bsettle[sd]?\b/i, 'verify'),
  retired('echo', /\becho(es|ed)?\b/i, 'original credentials'),
  retired('waiting principals', /\bwaiting principals?\b/i, 'unmatched service principals'),
  retired('work off', /\bwork(s|ed)? off\b/i, 'process'),
  retired('give up', /\bg(ive|ives|ave|iven|iving) up\b(?! to \d)/i, 'abandon'),
  retired('lapse', /\blaps(e|es|ed|ing)\b/i, 'expire'),
  retired('life', /\blife\b/i, 'occurrence, lifetime'),
  retired('mend', /\bmend(s|ed|ing)?\b/i, 'fix'),
  retired('stand', /\b(stand|stands|standing|stood)\b/i, 'remain open, be'),
  retired('dwell', /\bdwells?\b/i, 'stay'),
  retired('whoever', /\bwho(m)?ever\b/i, 'the role: user, approver, administrator, attacker'),
  retired('nobody', /\b(no|some|any|every)body\b/i, 'the role: user, approver, administrator, attacker'),
  retired('not so', /\bnot so\b/i, 'failed'),
  retired('by hand', /\bby hand\b/i, 'manually'),
  retired('afresh', /\ba(fresh|new)\b/i, 'again'),
  retired('let the app in', /\b(let|lets) (the app|a browser|one browser) in(to)?\b/i, 'consent, sign in'),
  retired('run out', /\b(runs?|ran) out\b/i, 'expire'),
  retired('blame', /\bblam(e|es|ed)\b/i, 'report'),
  retired('needless', /\bneedless(ly)?\b/i, 'unnecessary'),
  retired('waits for a decision', /\bwait(s|ing)? for (a decision|approval|you|your)\b/i, 'needs a decision'),
  retired('tonight', /\btonight\b/i, 'this night'),
  retired('approvals are kept', /\b(approvals?|decisions?) (is|are) (not )?kept\b/i, 'saved'),
  retired('strangers', /\bstrangers?\b/i, 'untrusted users'),
];

/**
 * The retired words in a text.
 * @param text without code: identifiers are not text
 */
export function retiredWordsIn(text: string): RetiredWord[] {
  return retiredWords.filter(({ pattern, except }) => pattern.test(except ? text.replaceAll(except, '') : text));
}
