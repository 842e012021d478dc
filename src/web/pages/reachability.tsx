import type { Diagnosis, DiagnosisStep } from '../../model/diagnosis/diagnosis.js';
import type { Finding } from '../../model/finding/finding.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';

interface ReachabilityProps {
  readonly context: PageContext;
  readonly finding: Finding;
  readonly diagnosis: Diagnosis;
}

const outcomeLabels = { ok: 'Holds', fails: 'Fails', unknown: 'Could not look' } as const;

/** Whether the app of a finding can get a token now, step by step. */
export function ReachabilityPage({ context, finding, diagnosis: { verdict, steps } }: ReachabilityProps) {
  return (
    <Page context={context} title={`Reachability of ${safeText(finding.displayName)}`} menuPath="/findings">
      <p>
        <Link href={`/findings/${finding.id}`}>
          Back to <bdi>{safeText(finding.displayName)}</bdi>
        </Link>
      </p>
      <h1>Can this app get a token now?</h1>
      <p>
        <strong>{safeLines(verdict.summary)}</strong> Read from the directory <Timestamp at={context.now} />.
      </p>
      {verdict.alsoFound && (
        <section class="card" aria-labelledby="also-found">
          <h2 id="also-found">Also found</h2>
          <ul>
            {verdict.alsoFound.map(({ code, summary, fix }) => (
              <li>
                <p>
                  {safeLines(summary)}
                  {code && ` (${code})`}
                </p>
                <p>Fix: {safeLines(fix)}</p>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section class="card" aria-labelledby="steps">
        <h2 id="steps">Step by step</h2>
        <ol>
          {steps.map((step) => (
            <Step step={step} />
          ))}
        </ol>
      </section>
    </Page>
  );
}

function Step({ step: { step, outcome, detail, fix, code } }: { step: DiagnosisStep }) {
  return (
    <li>
      <p>
        <strong>{outcomeLabels[outcome]}:</strong> {safeText(step)}
        {outcome === 'fails' && code && ` (${code})`}
      </p>
      <p>{safeLines(detail)}</p>
      {fix && outcome !== 'ok' && <p>Fix: {safeLines(fix)}</p>}
    </li>
  );
}
