import { permissionsOf } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
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
      <p class="soft">What should hold in this tenant, and how often it does not.</p>
      <ul class="rows plain-rows">
        {rules.map(({ id, title, severity, codes }) => (
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
                <span class="soft">{skipped.has(id) ? 'unknown' : 'none stand'}</span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Page>
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
            <p>The page of this rule is not part of this build.</p>
          )}
        </div>
        <aside class="card facts" aria-labelledby="facts">
          <h2 id="facts">In short</h2>
          <dl>
            <Fact name="Standing">
              <Link href={listPath({ rule: id })}>{formatNumber(openFindings)}</Link>
            </Fact>
            <Fact name="Users see">{codes.join(', ') || 'no code'}</Fact>
            <Fact name="Reads with">{permissionsOf(rule).join(', ')}</Fact>
            <Fact name="Mends with">{rule.remedy?.permission ?? 'nothing: by hand'}</Fact>
          </dl>
        </aside>
      </div>
    </Page>
  );
}
