import type { Diagnosis } from '../../model/diagnosis/diagnosis.js';
import type { Finding } from '../../model/finding/finding.js';
import { safeText } from '../../model/text/safe-text.js';
import { Message, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';
import { OtherProblems, TokenPath } from './token-path.js';

interface ReachabilityProps {
  readonly context: PageContext;
  readonly finding: Finding;
  readonly diagnosis: Diagnosis;
}

/** Whether the app of a finding can get a token now, step by step. */
export function ReachabilityPage({ context, finding, diagnosis: { verdict, steps } }: ReachabilityProps) {
  return (
    <Page context={context} title={`Steps to a token: ${safeText(finding.displayName)}`} menuPath="/findings">
      <nav class="crumbs" aria-label="Finding">
        <Link href={`/findings/${finding.id}`}>
          Back to the finding on <bdi>{safeText(finding.displayName)}</bdi>
        </Link>
        <Link href={`/diagnose?app=${finding.appId}`}>Diagnose a failing sign-in</Link>
      </nav>
      <header class="lead">
        <h1>Can this app get a token now?</h1>
        <p class="message">
          <Message text={verdict.summary} />
        </p>
        <p class="soft">
          Read from the directory <Timestamp at={context.now} />.
        </p>
      </header>
      <section class="card" aria-labelledby="steps">
        <h2 id="steps">Steps to a token</h2>
        <TokenPath steps={steps} />
      </section>
      <OtherProblems steps={steps} />
    </Page>
  );
}
