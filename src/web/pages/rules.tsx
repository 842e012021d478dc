import { permissionsOf } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import { severities } from '../../model/rule/violation.js';
import type { Scan } from '../../model/scan/scan.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import { Fact, SeverityTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown, withoutTitle } from '../components/markdown.js';
import type { PageContext } from '../components/page-context.js';
import { listPath } from '../reads/finding-filter.js';

interface RulesProps {
  readonly context: PageContext;
  readonly rules: readonly Rule[];
  /** The number of open findings by rule id. */
  readonly openFindings: ReadonlyMap<string, number>;
  /** The latest finished scan. */
  readonly scan: Scan | undefined;
}

/** The catalogue of rules. */
export function RulesPage({ context, rules, openFindings, scan }: RulesProps) {
  const skipped = new Set(scan?.notExamined.map(({ ruleId }) => ruleId));
  return (
    <Page context={context} title="Rules" menuPath="/rules">
      <h1>Rules</h1>
      <p class="soft">The requirements that each scan checks, and the open findings of each.</p>
      <ul class="rows plain-rows">
        {inOrder(rules, openFindings).map(({ id, title, severity, codes }) => (
          <li>
            <SeverityTag severity={severity} />
            <span class="what">
              <Link href={`/rules/${id}`}>{title}</Link>
              <span class="soft">{codes.join(', ')}</span>
            </span>
            <span class="tags">{skipped.has(id) && <span class="tag scan incomplete">Not examined</span>}</span>
            <span class="when">
              {openFindings.get(id) ? (
                <Link href={listPath({ rule: id })}>{quantity(openFindings.get(id) ?? 0, 'finding')}</Link>
              ) : (
                <span class="soft">{skipped.has(id) ? 'not checked' : 'no open finding'}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Page>
  );
}

/** The rules with open findings first, the most severe first. */
function inOrder(rules: readonly Rule[], openFindings: ReadonlyMap<string, number>): Rule[] {
  const count = ({ id }: Rule) => openFindings.get(id) ?? 0;
  return [...rules].sort(
    (a, b) =>
      Number(count(b) > 0) - Number(count(a) > 0) ||
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      count(b) - count(a),
  );
}

interface RuleProps {
  readonly context: PageContext;
  readonly rule: Rule;
  readonly rulePage: string | undefined;
  readonly openFindings: number;
}

/** One rule and its README. */
export function RulePage({ context, rule, rulePage, openFindings }: RuleProps) {
  const { id, title, severity, codes } = rule;
  return (
    <Page context={context} title={title} menuPath="/rules">
      <header class="lead">
        <p class="tags">
          <SeverityTag severity={severity} />
          <code>{id}</code>
        </p>
        <h1>{title}</h1>
      </header>
      <div class="columns">
        <div class="card">
          {rulePage ? (
            <Markdown text={withoutTitle(rulePage)} />
          ) : (
            <p>This build does not contain the page of this rule.</p>
          )}
        </div>
        <aside class="card facts" aria-labelledby="facts">
          <h2 id="facts">Summary</h2>
          <dl>
            <Fact name="Open findings">
              <Link href={listPath({ rule: id })}>{formatNumber(openFindings)}</Link>
            </Fact>
            <Fact name="Error codes">{codes.join(', ') || 'None'}</Fact>
            <Fact name="Permissions to read">{permissionsOf(rule).join(', ')}</Fact>
            <Fact name="Permission to fix">{rule.remedy?.permission ?? 'None: manual fix'}</Fact>
          </dl>
        </aside>
      </div>
    </Page>
  );
}
