import type { Cloud } from '../entra/clouds.js';
import { type Failing, failingText } from '../evidence/failing.js';
import type { Finding } from '../finding/finding.js';
import { currentFailing } from '../finding/past-problem.js';
import { portalUrl } from '../finding/portal-url.js';
import { problemOf, type RuleProblem } from '../rule/rule-problem.js';

/** A finding as an alert shows it. */
export interface Item
  extends Pick<
    Finding,
    'id' | 'ruleId' | 'severity' | 'on' | 'objectId' | 'appId' | 'displayName' | 'message' | 'appearedAt' | 'failing'
  > {
  /** What is wrong, as a short noun phrase; the rule id for a rule that no longer exists. */
  readonly problem: string;
  /** Its blade in the Entra admin center. */
  readonly portalUrl: string;
  /** Why the alert reports it, until when, and which sign-ins fail. May quote Graph or a person. */
  readonly note?: string;
}

/** What an item adds to a finding: its problem from the catalogue, and links to the portals of a cloud. */
export interface ItemContext {
  readonly catalogue: readonly RuleProblem[];
  readonly cloud: Cloud;
}

/** A finding as an item. */
export function itemOf(finding: Finding, { catalogue, cloud }: ItemContext, note?: string): Item {
  const { id, ruleId, severity, on, objectId, appId, displayName, message, appearedAt, failing } = finding;
  const problem = problemOf(catalogue, ruleId);
  const facts = { id, ruleId, problem, severity, on, objectId, appId, displayName, message, appearedAt };
  const current = currentFailing(finding);
  const notes = [note, current && sentenceOf(current)].filter(Boolean).join(' ');
  return { ...facts, portalUrl: portalUrl(finding, cloud), ...(failing && { failing }), ...(notes && { note: notes }) };
}

function sentenceOf(failing: Failing): string {
  const text = failingText(failing);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
