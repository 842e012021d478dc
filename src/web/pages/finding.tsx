import type { Stored } from '../../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import { type Finding, viewStatus } from '../../model/finding/finding.js';
import { planProblem } from '../../model/remediation/remediation.js';
import type { Rule } from '../../model/rule/rule.js';
import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize } from '../../model/text/format.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { DisplayName, Notice, SeverityTag, StatusTag, Timestamp } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown, sectionOf } from '../components/markdown.js';
import type { PageContext } from '../components/page-context.js';
import { AffectedCard } from './affected.js';
import { DecisionForms } from './decision-forms.js';
import { FindingFacts } from './finding-facts.js';
import { History } from './history.js';
import { ManualFixView } from './manual-fix-view.js';
import { AlteredPlan, PlanState } from './plan-state.js';
import { ManualView, PlanView } from './plan-view.js';

interface FindingProps {
  readonly context: PageContext;
  readonly stored: Stored<Finding>;
  readonly history: readonly ChainedAuditEvent[];
  readonly since: string | undefined;
  /** Undefined where the catalogue no longer contains the rule. */
  readonly rule: Rule | undefined;
  /** The README of the rule, Markdown. */
  readonly rulePage: string | undefined;
  /** The decision that the user has just taken. */
  readonly done: 'approved' | 'rejected' | 'suppressed' | undefined;
}

const doneTexts = {
  approved: 'Your approval is kept.',
  rejected: 'Your rejection is kept.',
  suppressed: 'The finding is suppressed.',
} as const;

/** One finding: the violation, its remediation, why it matters, and its history. */
export function FindingPage({ context, stored, history, since, rule, rulePage, done }: FindingProps) {
  const { value: finding } = stored;
  return (
    <Page context={context} title={finding.displayName || 'Finding'} menuPath="/findings">
      {done && (
        <div role="status">
          <Notice kind="good" heading={doneTexts[done]} />
        </div>
      )}
      <header class="lead">
        <p class="tags">
          <SeverityTag severity={finding.severity} />
          <StatusTag status={viewStatus(finding, since)} />
          <span class="soft">{capitalize(subjectNames[finding.on])}</span>
        </p>
        <h1>
          <DisplayName text={finding.displayName} />
        </h1>
        <p class="message">{safeLines(finding.message)}</p>
      </header>
      <div class="columns">
        <div>
          <RemediationSection context={context} stored={stored} rule={rule} />
          <AffectedCard finding={finding} />
          <RuleSection rule={rule} finding={finding} rulePage={rulePage} />
          <section class="card" aria-labelledby="history">
            <h2 id="history">History</h2>
            <History events={history} />
          </section>
        </div>
        <FindingFacts context={context} finding={finding} rule={rule} />
      </div>
    </Page>
  );
}

function RemediationSection({ context, stored, rule }: Pick<FindingProps, 'context' | 'stored' | 'rule'>) {
  const manualFix = rule?.manualFix?.(stored.value);
  const { remediation, manual, suppression, status } = stored.value;
  const problem = remediation && planProblem(remediation);
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
      {remediation &&
        (problem ? (
          <AlteredPlan problem={problem} />
        ) : (
          <PlanView plan={remediation.plan} isOver={status === 'resolved'} />
        ))}
      {!remediation && manual && <ManualView manual={manual} />}
      {!remediation && !manual && <p>The rule offers none. Its page below says how to fix it.</p>}
      {status !== 'resolved' && manualFix && <ManualFixView fix={manualFix} />}
      <DecisionForms context={context} stored={stored} />
    </section>
  );
}

function RuleSection({
  rule,
  finding: { id, appId, ruleId },
  rulePage = '',
}: Pick<FindingProps, 'rule' | 'rulePage'> & { finding: Finding }) {
  const [why, fix] = [sectionOf(rulePage, 'Why it matters'), sectionOf(rulePage, 'How to fix it')];
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
