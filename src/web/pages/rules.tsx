import { permissionsOf } from '../../model/rule/permissions.js';
import type { Rule } from '../../model/rule/rule.js';
import type { Scan } from '../../model/scan/scan.js';
import { counted, formatNumber } from '../../model/text/format.js';
import { Fact, SeverityTag } from '../components/elements.js';
import { Page } from '../components/layout.js';
import { Link } from '../components/link.js';
import { Markdown, withoutTitle } from '../components/markdown.js';
import type { Frame } from '../components/page-context.js';
import { listPath } from '../reads/finding-filter.js';

interface RulesProps {
  readonly frame: Frame;
  readonly rules: readonly Rule[];
  /** How many findings of each rule stand. */
  readonly standing: ReadonlyMap<string, number>;
  /** The latest finished scan. */
  readonly scan: Scan | undefined;
}

/** What is looked for. */
export function RulesPage({ frame, rules, standing, scan }: RulesProps) {
  const skipped = new Set(scan?.notExamined.map(({ ruleId }) => ruleId));
  return (
    <Page frame={frame} title="Rules" place="/rules">
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
              {standing.get(id) ? (
                <Link href={listPath({ rule: id })}>{counted(standing.get(id) ?? 0, 'finding')}</Link>
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
  readonly frame: Frame;
  readonly rule: Rule;
  readonly page: string | undefined;
  readonly standing: number;
}

/** One rule and its page. */
export function RulePage({ frame, rule, page, standing }: RuleProps) {
  const { id, title, severity, codes } = rule;
  return (
    <Page frame={frame} title={title} place="/rules">
      <header class="lead">
        <p class="tags">
          <SeverityTag severity={severity} />
          <code>{id}</code>
        </p>
        <h1>{title}</h1>
      </header>
      <div class="columns">
        <div class="card">
          {page ? <Markdown text={withoutTitle(page)} /> : <p>The page of this rule is not part of this build.</p>}
        </div>
        <aside class="card facts" aria-labelledby="facts">
          <h2 id="facts">In short</h2>
          <dl>
            <Fact name="Standing">
              <Link href={listPath({ rule: id })}>{formatNumber(standing)}</Link>
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
