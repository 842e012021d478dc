import type { Finding } from '../../model/finding/finding.js';
import { portalUrl } from '../../model/finding/portal-url.js';
import type { Rule } from '../../model/rule/rule.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { Fact, Timestamp } from '../components/elements.js';
import { Link } from '../components/link.js';
import type { PageContext } from '../components/page-context.js';

interface FactsProps {
  readonly context: PageContext;
  readonly finding: Finding;
  /** Undefined where the catalogue no longer contains the rule. */
  readonly rule: Rule | undefined;
}

/** The evidence of a finding, its ids, and the times of its history. */
export function FindingFacts({ context, finding, rule }: FactsProps) {
  const { id, appId, objectId, appearedAt, resolvedAt, life, evidence, appearedIn } = finding;
  const adminCenterUrl = portalUrl(finding, context.cloud);
  return (
    <aside class="card facts" aria-labelledby="facts">
      <h2 id="facts">Evidence</h2>
      <dl>
        {Object.entries(evidence).map(([name, value]) => (
          <Fact name={safeText(name)}>{value === null ? 'unknown' : safeLines(String(value))}</Fact>
        ))}
      </dl>
      <h3>Where and when</h3>
      <dl>
        {appId && <IdFact name="appId" id={appId} />}
        <IdFact name="Object id" id={objectId} />
        <IdFact name="Finding" id={id} />
        <Fact name="Since">
          <Timestamp at={appearedAt} />
          {life > 1 && ` (life ${life})`}
        </Fact>
        {resolvedAt && (
          <Fact name="Resolved">
            <Timestamp at={resolvedAt} />
          </Fact>
        )}
        <Fact name="First seen by">
          <Link href={`/scans/${encodeURIComponent(appearedIn)}`}>the scan</Link>
        </Fact>
        {rule && rule.codes.length > 0 && <Fact name="Users see">{rule.codes.join(', ')}</Fact>}
      </dl>
      {adminCenterUrl.startsWith('https://') && (
        <p>
          <a href={adminCenterUrl} rel="noreferrer external">
            Open in the Entra admin center
          </a>
        </p>
      )}
    </aside>
  );
}

function IdFact({ name, id }: { name: string; id: string }) {
  return (
    <Fact name={name}>
      <span data-copy>
        <code>{safeText(id)}</code>
      </span>
    </Fact>
  );
}
