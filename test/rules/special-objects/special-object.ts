import type { Severity } from '../../../src/model/rule/violation.js';
import type { AppCase } from '../../../src/rules/testing/cases.js';

/** The kinds of objects that every rule must judge rightly. */
export const kinds = [
  'managed identity',
  'agent identity',
  'first-party',
  'foreign multi-tenant',
  'SAML gallery',
  'SharePoint legacy',
  'B2C',
  'disabled',
  'deleted',
  'federated credentials',
  'sign-in',
  'service',
] as const;
export type Kind = (typeof kinds)[number];

/** An object of a real tenant that is easy to judge wrongly, and exactly what the rules find on it. */
export interface SpecialObject extends Omit<AppCase, 'violations' | 'undetermined'> {
  readonly kind: Kind;
  /** The documentation that describes it. */
  readonly source: string;
  /** What is wrong with it, by the id of the rule; empty for most. */
  readonly findings: Readonly<Record<string, Severity>>;
}

/** An object without a problem, unless `findings` names one. */
export function special(
  kind: Kind,
  name: string,
  source: string,
  object: Omit<SpecialObject, 'kind' | 'name' | 'source' | 'findings'>,
  findings: SpecialObject['findings'] = {},
): SpecialObject {
  return { kind, name, source, findings, ...object };
}
