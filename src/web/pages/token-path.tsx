import { isDeepStrictEqual } from 'node:util';
import type { Diagnosis, DiagnosisStep } from '../../model/diagnosis/diagnosis.js';
import { order } from '../../model/diagnosis/verdict.js';
import type { ManualFix } from '../../model/remediation/manual-fix.js';
import { quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import { Message } from '../components/elements.js';
import { ManualFixTabs } from './manual-fix-tabs.js';

const outcomeLabels = { ok: 'Passed', fails: 'Failed', unknown: 'Not checked' } as const;

/** A step of the path, or several passed steps in a row. */
type Node = DiagnosisStep | readonly DiagnosisStep[];

/**
 * The steps to a token as a connected path, in the order in which the token service checks them. Passed steps in a row are one
 * closed node; the first failed step is highlighted.
 * @param shownFix the fix that the page already shows, which the path does not repeat
 */
export function TokenPath({ steps, shownFix }: Pick<Diagnosis, 'steps'> & { shownFix?: ManualFix | undefined }) {
  const path = pathOf(steps);
  const failed = path.filter(({ outcome }) => outcome === 'fails');
  const first = failed.find(({ circumstantial }) => !circumstantial) ?? failed[0];
  const isUnknown = path.some(({ outcome }) => outcome === 'unknown');
  return (
    <ol class="path">
      {nodesOf(path).map((node, i) =>
        'outcome' in node ? (
          <StepNode
            step={node}
            isFirst={node === first}
            id={`step-${i}`}
            hasShownFix={shownFix !== undefined && isDeepStrictEqual(node.manualFix, shownFix)}
          />
        ) : (
          <PassedNode steps={node} />
        ),
      )}
      <li class={`end ${first ? 'blocked' : isUnknown ? 'unknown' : 'passed'}`}>
        <p>
          <strong>{first ? 'No token' : isUnknown ? 'Token: not all steps are checked' : 'Token'}</strong>
        </p>
      </li>
    </ol>
  );
}

/** The problems that are no step to a token, for example a policy that permits new problems. */
export function OtherProblems({ steps }: Pick<Diagnosis, 'steps'>) {
  const others = steps.filter(({ explains, outcome }) => explains !== undefined && outcome === 'fails');
  if (others.length === 0) return null;
  return (
    <section class="card" aria-labelledby="others">
      <h2 id="others">Other problems</h2>
      <ul>
        {others.map(({ step, problem = step, detail, fix, code }) => (
          <li>
            <p>
              <strong>{safeText(problem)}</strong>
              {code && ` (${code})`}
            </p>
            <p>
              <Message text={detail} />
            </p>
            {fix && (
              <p>
                Fix: <Message text={fix} />
              </p>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function pathOf(steps: readonly DiagnosisStep[]): DiagnosisStep[] {
  const path = steps.filter(({ explains }) => explains === undefined);
  return path.sort((a, b) => order.indexOf(a.cause) - order.indexOf(b.cause));
}

function nodesOf(path: readonly DiagnosisStep[]): Node[] {
  const nodes: Node[] = [];
  let passed: DiagnosisStep[] = [];
  const close = () => {
    if (passed.length > 0) nodes.push(passed);
    passed = [];
  };
  for (const step of path) {
    if (step.outcome === 'ok') passed.push(step);
    else {
      close();
      nodes.push(step);
    }
  }
  close();
  return nodes;
}

function PassedNode({ steps }: { steps: readonly DiagnosisStep[] }) {
  return (
    <li class="passed">
      <details>
        <summary>{quantity(steps.length, 'step')} passed</summary>
        <ul>
          {steps.map((step) => (
            <li>
              <StepText step={step} />
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}

interface StepProps {
  readonly step: DiagnosisStep;
  readonly isFirst: boolean;
  readonly id: string;
  readonly hasShownFix: boolean;
}

function StepNode({ step, isFirst, id, hasShownFix }: StepProps) {
  const { outcome, fix, link, manualFix } = step;
  return (
    <li class={`${outcome === 'fails' ? 'failed' : 'unknown'}${isFirst ? ' first' : ''}`}>
      {isFirst && <p class="first-label">First failed step</p>}
      <StepText step={step} />
      {fix && (
        <p>
          Fix: <Message text={fix} />
        </p>
      )}
      {link?.startsWith('https://') && (
        <p>
          <a href={link} rel="noreferrer external">
            Open in the Entra admin center
          </a>
        </p>
      )}
      {manualFix && !hasShownFix && (
        <details>
          <summary>Fix it manually</summary>
          <ManualFixTabs fix={manualFix} id={id} />
        </details>
      )}
    </li>
  );
}

function StepText({ step: { step, outcome, detail, code } }: { step: DiagnosisStep }) {
  return (
    <>
      <p>
        <strong>{outcomeLabels[outcome]}:</strong> {safeText(step)}
        {outcome === 'fails' && code && ` (${code})`}
      </p>
      <p class="soft">
        <Message text={detail} />
      </p>
    </>
  );
}
