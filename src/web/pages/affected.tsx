import { affectedFacts, affectedNote } from '../../model/evidence/affected.js';
import { changeText } from '../../model/evidence/change.js';
import { failingText } from '../../model/evidence/failing.js';
import type { Finding } from '../../model/finding/finding.js';
import { factWords } from '../../model/finding/past-problem.js';
import { safeText } from '../../model/text/safe-text.js';
import { Fact } from '../components/elements.js';

/** Who and what depends on the app of a finding, the failing sign-ins, and who made the change. */
export function AffectedCard({ finding }: { readonly finding: Finding }) {
  const { failing, affected, change } = finding;
  const words = factWords(finding);
  if (!failing && !affected && !change) return null;
  return (
    <section class="card facts" aria-labelledby="affected">
      <h2 id="affected">{words.affected}</h2>
      <dl>
        {failing && <Fact name={words.failing}>{failingText(failing)}</Fact>}
        {change && <Fact name="Changed">{safeText(changeText(change))}</Fact>}
        {affected && affectedFacts(affected).map(([label, text]) => <Fact name={label}>{safeText(text)}</Fact>)}
      </dl>
      {affected && <p class="soft">{affectedNote}</p>}
    </section>
  );
}
