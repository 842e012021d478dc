import type { GraphWrite } from '../remediation/graph-write.js';
import { type Plan, planProblem, type Remediation } from '../remediation/remediation.js';
import { leftBehind, type PolicyState, type Undoes } from '../remediation/undo-state.js';
import type { Tenant, TenantPart } from '../tenant/tenant.js';

/**
 * How Consentinel undoes the plan of a remedy: it sets the properties of a policy that the plan has set to their values
 * before. The undo needs the permission of the plan, and the same method and path.
 */
export interface PolicyUndo<T extends TenantPart = TenantPart> {
  readonly method: 'PATCH' | 'PUT';
  readonly path: string;
  /** The properties that the plan sets. Their values are stored, so none is a secret. */
  readonly properties: readonly string[];
  /** The policy as it is now. A property that Graph does not return has the value that a write needs in its place. */
  policyOf(tenant: Tenant<T>): PolicyState;
}

/** Why Consentinel does not undo the plan of a remedy. */
export interface NoUndo {
  /** One or two sentences. */
  readonly because: string;
}

/** For remedies that create an object. */
export const undoDeletes: NoUndo = {
  because: 'The undo deletes an object. Consentinel sends no requests that delete objects.',
};

/** Whether an applied remediation can be undone, and with which plan. */
export type UndoOffer =
  | { readonly offered: true; readonly plan: Plan }
  | {
      readonly offered: false;
      readonly reason: string;
      /** How a person undoes it; absent if it cannot be undone. */
      readonly manually?: string;
    };

/** What `undoOffer` needs of a rule. */
export interface RuleWithUndo {
  readonly id: string;
  readonly problem: string;
  readonly remedy?: { readonly undo: Pick<PolicyUndo, 'method' | 'path' | 'properties'> | NoUndo };
}

/** The values of the properties that a plan sets, as they are now. */
export function stateOf<T extends TenantPart>(undo: PolicyUndo<T>, tenant: Tenant<T>): PolicyState {
  return valuesOf(undo, undo.policyOf(tenant));
}

/** The requests that set the values before a remediation again. It uses no property that the plan did not set. */
export function undoRequests(
  undo: Pick<PolicyUndo, 'method' | 'path' | 'properties'>,
  before: PolicyState,
): readonly GraphWrite[] {
  return [{ method: undo.method, path: undo.path, body: valuesOf(undo, before) }];
}

/** The plan that undoes a remediation. @param problem of the rule, a noun phrase */
export function undoPlan(
  undo: Pick<PolicyUndo, 'method' | 'path' | 'properties'>,
  problem: string,
  undoes: Undoes,
): Plan {
  const requests = undoRequests(undo, undoes.before);
  return {
    requests,
    irreversible: false,
    undo: 'Approve the plan of the finding again. The next scan proposes it.',
    warnings: [`The undo brings the problem back: ${problem}. The next scan opens the finding again.`],
    guard: { requests, undoes },
    undoes,
  };
}

/**
 * Whether the applied remediation of a finding can be undone. It needs no read of the directory: the values before are
 * those that the execution has read.
 * @param rule of the finding; undefined if it no longer exists
 * @returns undefined for a finding without an applied remediation
 */
export function undoOffer(
  { remediation }: { readonly remediation?: Remediation },
  rule: RuleWithUndo | undefined,
): UndoOffer | undefined {
  if (remediation?.status !== 'applied') return undefined;
  const { plan, attempt, id } = remediation;
  if (planProblem(remediation)) return { offered: false, reason: 'The stored plan does not match its hash.' };
  if (plan.undoes) return { offered: false, reason: 'This was an undo. The next scan proposes the fix again.' };
  const undo = rule?.remedy?.undo;
  const reason = undo && 'because' in undo ? undo.because : undefined;
  if (plan.irreversible) return { offered: false, reason: reason ?? 'The change cannot be undone.' };
  const manually = plan.undo && { manually: plan.undo };
  const refused = (because: string): UndoOffer => ({ offered: false, reason: because, ...manually });
  if (reason !== undefined) return refused(reason);
  const [request] = plan.requests;
  if (!rule || !undo || 'because' in undo || !request) return refused('The rule no longer has an undo.');
  const { before, after } = attempt?.state ?? {};
  if (!before) return refused('The version that applied the plan did not record the values before.');
  const undoes = { remediationId: id, before, left: leftBehind(request, after) };
  return { offered: true, plan: undoPlan(undo, rule.problem, undoes) };
}

function valuesOf({ properties }: Pick<PolicyUndo, 'properties'>, policy: PolicyState): PolicyState {
  return Object.fromEntries(properties.map((name) => [name, policy[name] ?? null]));
}
