import type { GraphWrite } from '../../model/remediation/graph-write.js';
import type { Manual, Plan } from '../../model/remediation/remediation.js';
import { quantity } from '../../model/text/format.js';
import { safeLines } from '../../model/text/safe-text.js';
import { Message } from '../components/elements.js';
import { type KeyChange, type KeyLine, keyChangeOf } from './key-change.js';

interface PlanProps {
  readonly plan: Plan;
  readonly isOver: boolean;
  readonly showRequests?: boolean;
}

/**
 * The requests of a plan: first a readable summary, then the exact requests.
 * @param isOver whether the finding is resolved
 * @param showRequests whether the exact requests are open
 */
export function PlanView({ plan, isOver, showRequests = false }: PlanProps) {
  const change = keyChangeOf(plan);
  return (
    <>
      {change ? <KeyDiff change={change} /> : plan.requests.map((request) => <BodyList request={request} />)}
      {plan.irreversible && !isOver && (
        <p class="final">
          <strong>This cannot be undone.</strong> Graph cannot restore the change.
        </p>
      )}
      {plan.undo && (
        <p class="soft">
          To undo: <code>{safeLines(plan.undo)}</code>
        </p>
      )}
      <details class="raw" open={showRequests}>
        <summary>
          {plan.requests.length === 1 ? 'The exact request' : `The exact ${quantity(plan.requests.length, 'request')}`}
        </summary>
        {plan.requests.map((request) => (
          <div class="request" data-copy>
            <pre tabindex={0}>
              <code>{safeLines(`${request.method} ${request.path}\n\n${JSON.stringify(request.body, null, 2)}`)}</code>
            </pre>
          </div>
        ))}
        {!showRequests && (
          <p class="soft">
            Consentinel never stores or shows key values. It sends each kept key exactly as Graph returns it.
          </p>
        )}
      </details>
    </>
  );
}

function KeyDiff({ change }: { change: KeyChange }) {
  const { removed, kept } = change;
  return (
    <>
      <p>
        <code>keyCredentials</code>: {quantity(removed.length, 'key')} removed,{' '}
        {kept.length === 0 ? 'none' : kept.length} kept.
      </p>
      <ul class="diff" aria-label="Change of keyCredentials">
        {removed.map((line) => (
          <KeyRow line={line} change="removed" />
        ))}
        {kept.map((line) => (
          <KeyRow line={line} change="kept" />
        ))}
      </ul>
    </>
  );
}

function KeyRow({ line, change }: { line: KeyLine; change: 'removed' | 'kept' }) {
  const { keyId, name, type, usage, from, until } = line;
  return (
    <li class={change}>
      <span class="change">
        <span aria-hidden="true">{change === 'removed' ? '− ' : '= '}</span>
        {change === 'removed' ? 'Removed' : 'Kept'}
      </span>
      <span>
        {name && <bdi class="name">{safeLines(name)}</bdi>}
        <code>{safeLines(keyId)}</code>
        <br />
        {safeLines(type)} / {safeLines(usage)}
      </span>
      <span class="soft valid">
        {from || 'unknown'} to {until || 'unknown'}
      </span>
    </li>
  );
}

function BodyList({ request }: { request: GraphWrite }) {
  return (
    <>
      <p>
        <code>
          {request.method} {safeLines(request.path)}
        </code>{' '}
        sets:
      </p>
      <ul class="diff" aria-label="Properties that the request sets">
        {Object.entries(request.body).map(([name, value]) => (
          <li class="set">
            <code>{safeLines(name)}</code>
            <pre>{safeLines(typeof value === 'string' ? value : JSON.stringify(value, null, 2))}</pre>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The reason why there is no plan, and the manual steps. */
export function ManualView({ manual }: { manual: Manual }) {
  return (
    <>
      <p>
        <Message text={manual.reason} />
      </p>
      {manual.steps.length > 0 && (
        <ol>
          {manual.steps.map((step) => (
            <li>
              <Message text={step} />
            </li>
          ))}
        </ol>
      )}
    </>
  );
}
