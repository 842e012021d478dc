import { shortText } from '../model/alerts/alert-text.js';
import { countedApps, type ProblemGroup } from '../model/alerts/problem-group.js';
import { findingsUrl, findingUrl } from '../model/finding/page-url.js';
import { formatNumber, quantity } from '../model/text/format.js';
import { moreOf } from './wording.js';

/**
 * The problem of a group, and how many apps or findings it has: `Symmetric signing key: 7 apps`. A single app is
 * not counted, because its name follows.
 */
export function problemHeading({ problem: untrusted, findings, apps }: ProblemGroup): string {
  // The id of a rule that no longer exists comes from storage.
  const problem = shortText(untrusted, 120);
  if (apps === 0) return findings === 1 ? problem : `${problem}: ${quantity(findings, 'finding')}`;
  if (apps === 1) return problem;
  return `${problem}: ${apps === countedApps ? `at least ${formatNumber(apps)} apps` : quantity(apps, 'app')}`;
}

/**
 * The names of the apps of a group; empty for a problem of the tenant, which the alert names already.
 * @param names the most names
 * @param length the most characters of a name
 */
export function namesOf(group: ProblemGroup, names: number, length: number): string[] {
  if (group.apps === 0) return [];
  return group.named.slice(0, names).map(({ displayName }) => shortText(displayName || '(no name)', length));
}

/** The names in one line: `A, B, C and 4 more`; undefined where there are none. */
export function nameList(group: ProblemGroup, names: number, length: number): string | undefined {
  const listed = namesOf(group, names, length);
  if (listed.length === 0) return undefined;
  const more = moreOf(group.apps, listed.length);
  return more ? `${listed.join(', ')} ${more}` : listed.join(', ');
}

/** A row of an alert: `Symmetric signing key: 7 apps: A, B, C and 4 more`. */
export function problemRow(group: ProblemGroup, names: number, length: number): string {
  return [problemHeading(group), nameList(group, names, length)].filter(Boolean).join(': ');
}

/**
 * The notes of a group. A note that does not apply to every finding starts with the name of its object, or with the number
 * of its findings.
 * @param most the most notes
 * @param length the most characters of a note
 */
export function notesOf({ findings, notes }: ProblemGroup, most: number, length: number): string[] {
  return notes.slice(0, most).map(({ note, count, name }) => {
    const text = shortText(note, length);
    if (count === findings) return text;
    const whose = count === 1 ? shortText(name, 60) : `${formatNumber(count)} of ${formatNumber(findings)}`;
    return `${whose}: ${text}`;
  });
}

/** Where an approver reviews a group: the finding itself, or the list of the rule. */
export function reviewUrl(publicUrl: string, { ruleId, findings, named }: ProblemGroup): string {
  const [only] = named;
  return findings === 1 && only ? findingUrl(publicUrl, only.id) : findingsUrl(publicUrl, ruleId);
}
