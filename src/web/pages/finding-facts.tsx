import type { Finding } from '../../model/finding/finding.js';
import { portalUrl } from '../../model/finding/portal-url.js';
import type { Rule } from '../../model/rule/rule.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';
import { ScanLink } from '../components/author.js';
import { Fact, Timestamp } from '../components/elements.js';
import { labelOf } from '../components/labels.js';
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
          <Fact name={safeText(labelOf(name))}>{valueText(value)}</Fact>
        ))}
      </dl>
      <h3>Object and times</h3>
      <dl>
        {appId && <IdFact name="Application (client) ID" id={appId} />}
        <IdFact name="Object ID" id={objectId} />
        <IdFact name="Finding ID" id={id} />
        <Fact name="First seen">
          <Timestamp at={appearedAt} />
          {life > 1 && ` (occurrence ${life})`}
        </Fact>
        {resolvedAt && (
          <Fact name="Resolved">
            <Timestamp at={resolvedAt} />
          </Fact>
        )}
        <Fact name="Found by">
          <ScanLink id={appearedIn} />
        </Fact>
        {rule && rule.codes.length > 0 && <Fact name="Error codes">{rule.codes.join(', ')}</Fact>}
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

function valueText(value: Finding['evidence'][string]) {
  if (value === null) return 'Unknown';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value)) return <Timestamp at={value} />;
  return safeLines(String(value));
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
