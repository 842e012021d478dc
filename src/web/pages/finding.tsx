import type { Stored } from '../../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import { type Finding, viewStatus } from '../../model/finding/finding.js';
import type { Rule } from '../../model/rule/rule.js';
import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize } from '../../model/text/format.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Name, Notice, SeverityTag, StatusTag, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown, sectionOf } from '../components/markdown.js';
import type { Frame } from '../components/page-context.js';
import { DecisionForms } from './decision-forms.js';
import { FindingFacts } from './finding-facts.js';
import { History } from './history.js';
import { PlanState } from './plan-state.js';
import { ManualView, PlanView } from './plan-view.js';

interface FindingProps {
  readonly frame: Frame;
  readonly stored: Stored<Finding>;
  readonly history: readonly ChainedAuditEvent[];
  readonly since: string | undefined;
  /** Undefined for a rule that is no more. */
  readonly rule: Rule | undefined;
  /** The rule's page, Markdown. */
  readonly page: string | undefined;
  /** What the reader has just done here. */
  readonly done: 'approved' | 'rejected' | 'suppressed' | undefined;
}

const doneWords = {
  approved: 'Your approval is kept.',
  rejected: 'Your rejection is kept.',
  suppressed: 'The finding is suppressed.',
} as const;

/** One finding: what is wrong, what would end it, why it matters, and what happened so far. */
export function FindingPage({ frame, stored, history, since, rule, page, done }: FindingProps) {
  const { value: finding } = stored;
  return (
    <Page frame={frame} title={finding.displayName || 'Finding'} place="/findings">
      {done && (
        <div role="status">
          <Notice kind="good" heading={doneWords[done]} />
        </div>
      )}
      <header class="lead">
        <p class="tags">
          <SeverityTag severity={finding.severity} />
          <StatusTag status={viewStatus(finding, since)} />
          <span class="soft">{capitalize(subjectNames[finding.on])}</span>
        </p>
        <h1>
          <Name text={finding.displayName} />
        </h1>
        <p class="message">{safeLines(finding.message)}</p>
      </header>
      <div class="columns">
        <div>
          <Remedy frame={frame} stored={stored} />
          <Why rule={rule} finding={finding} page={page} />
          <section class="card" aria-labelledby="history">
            <h2 id="history">History</h2>
            <History events={history} />
          </section>
        </div>
        <FindingFacts frame={frame} finding={finding} rule={rule} />
      </div>
    </Page>
  );
}

function Remedy({ frame, stored }: Pick<FindingProps, 'frame' | 'stored'>) {
  const { remediation, manual, suppression, status } = stored.value;
  const heading = remediation ? 'The plan' : manual ? 'To be done by hand' : 'No plan';
  return (
    <section class="card remedy" aria-labelledby="remedy">
      <h2 id="remedy">{heading}</h2>
      {status === 'suppressed' && suppression && (
        <Notice kind="care" heading="Suppressed">
          <p>
            Until <Timestamp at={suppression.until} /> by <bdi>{safeText(suppression.author)}</bdi>:{' '}
            {safeLines(suppression.reason)}
          </p>
        </Notice>
      )}
      {remediation && <PlanState remediation={remediation} />}
      {remediation && <PlanView plan={remediation.plan} over={status === 'resolved'} />}
      {!remediation && manual && <ManualView manual={manual} />}
      {!remediation && !manual && <p>The rule offers none. Its page below says how to fix it.</p>}
      <DecisionForms frame={frame} stored={stored} />
    </section>
  );
}

function Why({
  rule,
  finding: { id, appId, ruleId },
  page = '',
}: Pick<FindingProps, 'rule' | 'page'> & { finding: Finding }) {
  const [why, fix] = [sectionOf(page, 'Why it matters'), sectionOf(page, 'How to fix it')];
  return (
    <section class="card" aria-labelledby="why">
      <h2 id="why">Why it matters</h2>
      <p>
        {rule ? (
          <>
            What should hold: <Link href={`/rules/${ruleId}`}>{rule.title}</Link>.
          </>
        ) : (
          `The rule ${ruleId} is no longer in the catalogue.`
        )}
      </p>
      {appId && (
        <p>
          <Link href={`/findings/${id}/reachability`}>Can this app get a token now?</Link> Step by step, read afresh.
        </p>
      )}
      {why && <Markdown text={why} headingLevel={3} />}
      {fix && (
        <>
          <h3>How to fix it</h3>
          <Markdown text={fix} headingLevel={3} />
        </>
      )}
    </section>
  );
}
