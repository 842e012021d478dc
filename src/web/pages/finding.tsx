import type { Stored } from '../../jobs/ports/index.js';
import type { ChainedAuditEvent } from '../../model/finding/audit.js';
import { type Finding, viewStatus } from '../../model/finding/finding.js';
import { factWords } from '../../model/finding/past-problem.js';
import type { Rule } from '../../model/rule/rule.js';
import { subjectNames } from '../../model/rule/subject-names.js';
import { capitalize } from '../../model/text/format.js';
import { DisplayName, Message, Notice, SeverityTag, StatusTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown, sectionOf } from '../components/markdown.js';
import type { PageContext } from '../components/page-context.js';
import { type FindingFilter, filterQuery, listPath } from '../reads/finding-filter.js';
import type { ListedFinding } from '../reads/listed-finding.js';
import { AffectedCard } from './affected.js';
import { FindingFacts } from './finding-facts.js';
import { findingPath } from './finding-table.js';
import { History } from './history.js';
import { Assignment, CommentForm } from './note-forms.js';
import { RemediationSection } from './remediation-section.js';

interface FindingProps {
  readonly context: PageContext;
  readonly stored: Stored<Finding>;
  readonly history: readonly ChainedAuditEvent[];
  readonly since: string | undefined;
  /** Undefined where the catalogue no longer contains the rule. */
  readonly rule: Rule | undefined;
  /** The README of the rule, Markdown. */
  readonly rulePage: string | undefined;
  /** What the user has just done. */
  readonly done: keyof typeof doneTexts | undefined;
  /** The list from which the user came. */
  readonly list: FindingFilter | undefined;
  /** The next finding of that list that needs a decision. */
  readonly next: ListedFinding | undefined;
}

const doneTexts = {
  approved: 'Approved.',
  rejected: 'The plan is rejected.',
  suppressed: 'The finding is suppressed.',
  unsuppressed: 'The suppression ended. The finding is open.',
  commented: 'The comment is saved.',
  assigned: 'The assignment is saved.',
  'undo-proposed': 'The undo is proposed. It needs an approval.',
} as const;

/** One finding: the problem, its plan, who is affected, why it matters, and its history. */
export function FindingPage(props: FindingProps) {
  const { context, stored, history, since, rule, rulePage, done, list } = props;
  const { value: finding } = stored;
  const problem = rule?.problem ?? finding.ruleId;
  const listQuery = list ? filterQuery(list).toString() || 'all' : '';
  const forms = { context, stored, list: listQuery };
  const { introduction } = factWords(finding);
  const doneNotice = done && doneText(done, finding, context);
  return (
    <Page context={context} title={`${problem}: ${finding.displayName}`} menuPath="/findings">
      <Navigation {...props} listQuery={listQuery} />
      {doneNotice && (
        <div role="status">
          <Notice kind="good" heading={doneNotice} />
        </div>
      )}
      <header class="lead">
        <p class="tags">
          <SeverityTag severity={finding.severity} />
          <StatusTag status={viewStatus(finding, since)} />
          <span class="soft" data-copy-link />
        </p>
        <h1>{problem}</h1>
        <p class="subject">
          <DisplayName text={finding.displayName} /> <span class="soft">{capitalize(subjectNames[finding.on])}</span>
        </p>
        {introduction && (
          <p class="soft">
            <Message text={introduction} />
          </p>
        )}
        <p class="message">
          <Message text={finding.message} />
        </p>
      </header>
      <div class="columns">
        <div>
          <RemediationSection {...forms} rule={rule} />
          <RuleSection rule={rule} finding={finding} rulePage={rulePage} />
          <section class="card" aria-labelledby="history">
            <h2 id="history">History</h2>
            <CommentForm {...forms} />
            <History events={history} />
          </section>
        </div>
        <div>
          <AffectedCard finding={finding} />
          <Assignment {...forms} />
          <FindingFacts context={context} finding={finding} rule={rule} />
        </div>
      </div>
    </Page>
  );
}

/** Undefined after the execution of an approved plan: the section of the plan then shows its outcome. */
function doneText(
  done: keyof typeof doneTexts,
  { remediation }: Finding,
  { canWrite, paused }: PageContext,
): string | undefined {
  if (done !== 'approved') return doneTexts[done];
  if (remediation?.status === 'proposed') return 'Approved. The plan needs a second approval.';
  if (remediation?.status !== 'approved') return undefined;
  if (!canWrite) return 'Approved. Read-only installation: approvals are saved but not executed.';
  const what = remediation.plan.undoes ? 'undo' : 'fix';
  return paused
    ? `Approved. Remediation is paused: the ${what} runs after it is resumed.`
    : `Approved. The ${what} runs within a few minutes.`;
}

function Navigation({ list, next, stored, listQuery }: FindingProps & { listQuery: string }) {
  if (!list) return null;
  return (
    <nav class="crumbs" aria-label="List">
      <Link href={`${listPath(list)}#f-${stored.value.id}`}>Back to the list</Link>
      {next && (
        <Link href={findingPath(next.id, listQuery)}>
          Next to decide: <DisplayName text={next.displayName} />
        </Link>
      )}
    </nav>
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
      {why && <Markdown text={why} headingLevel={3} />}
      {fix && (
        <>
          <h3>How to fix it</h3>
          <Markdown text={fix} headingLevel={3} />
        </>
      )}
      <p>
        {rule ? (
          <>
            Requirement: <Link href={`/rules/${ruleId}`}>{rule.title}</Link>.
          </>
        ) : (
          `The rule ${ruleId} is no longer in the catalogue.`
        )}
      </p>
      {appId && (
        <p>
          <Link href={`/findings/${id}/reachability`}>Check each step to a token</Link>. The directory is read again.
        </p>
      )}
    </section>
  );
}
