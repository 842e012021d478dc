import type { Remedy } from '../../model/remediation/remediation.js';
import { isSameState, type Undoes } from '../../model/remediation/undo-state.js';
import type { Rule, TenantRule } from '../../model/rule/rule.js';
import { stateOf, undoPlan } from '../../model/rule/undo.js';
import type { Tenant, TenantPart } from '../../model/tenant/tenant.js';
import type { Rechecked } from './rechecked.js';

/**
 * Compares the policy with what the remediation left behind. `violated` means that the undo is still to do; without
 * `violated`, the policy has its values from before the remediation. The plan is made again from the rule, so that a
 * stored plan with other requests is never sent.
 */
export function recheckUndo(rule: Rule, tenant: Tenant, undoes: Undoes): Rechecked {
  const undo = (rule as TenantRule).remedy?.undo;
  if (rule.on !== 'tenant' || !undo || 'because' in undo) return { violated: true, remedy: noUndo };
  const state = stateOf(undo, tenant as Tenant<TenantPart>);
  if (isSameState(state, undoes.before)) return { violated: false, because: 'complies' };
  const isLeft = isSameState(state, undoes.left);
  return { violated: true, remedy: isLeft ? { plan: undoPlan(undo, rule.problem, undoes) } : changed };
}

const noUndo: Remedy = { manual: { reason: 'The rule no longer has an undo. Undo the change manually.', steps: [] } };

const changed: Remedy = {
  manual: {
    reason: 'The policy changed after the remediation. The undo would overwrite the later change. Undo it manually.',
    steps: [],
  },
};
