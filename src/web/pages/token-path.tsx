import type { Diagnosis, DiagnosisStep } from '../../model/diagnosis/diagnosis.js';
import { order } from '../../model/diagnosis/verdict.js';
import { quantity } from '../../model/text/format.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { ManualFixTabs } from './manual-fix-tabs.js';

const outcomeLabels = { ok: 'Passed', fails: 'Failed', unknown: 'Not checked' } as const;

/** A step of the path, or several passed steps in a row. */
type Node = DiagnosisStep | readonly DiagnosisStep[];

/**
 * The steps to a token as a connected path, in the order in which the token service checks them. Passed steps in a row are one
 * closed node; the first failed step is highlighted.
 */
export function TokenPath({ steps }: Pick<Diagnosis, 'steps'>) {
  const path = pathOf(steps);
  const failed = path.filter(({ outcome }) => outcome === 'fails');
  const first = failed.find(({ circumstantial }) => !circumstantial) ?? failed[0];
  const isUnknown = path.some(({ outcome }) => outcome === 'unknown');
  return (
    <ol class="path">
      {nodesOf(path).map((node, i) =>
        'outcome' in node ? (
          <StepNode step={node} isFirst={node === first} id={`step-${i}`} />
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
        {others.map(({ step, detail, fix, code }) => (
          <li>
            <p>
              <strong>{safeText(step)}</strong>
              {code && ` (${code})`}
            </p>
            <p>{safeLines(detail)}</p>
            {fix && <p>Fix: {safeLines(fix)}</p>}
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

function StepNode({ step, isFirst, id }: { step: DiagnosisStep; isFirst: boolean; id: string }) {
  const { outcome, fix, link, manualFix } = step;
  return (
    <li class={`${outcome === 'fails' ? 'failed' : 'unknown'}${isFirst ? ' first' : ''}`}>
      {isFirst && <p class="first-label">First failed step</p>}
      <StepText step={step} />
      {fix && <p>Fix: {safeLines(fix)}</p>}
      {link?.startsWith('https://') && (
        <p>
          <a href={link} rel="noreferrer external">
            Open in the Entra admin center
          </a>
        </p>
      )}
      {manualFix && (
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
      <p class="soft">{safeLines(detail)}</p>
    </>
  );
}
