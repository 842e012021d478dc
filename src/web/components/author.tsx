import { isSentinelId } from '../../model/scan/sentinel-id.js';
import { capitalize } from '../../model/text/format.js';
import { Person } from './elements.js';
import { Link } from './link.js';

/** A link to a scan, or to the run of the sentinel that has the id. @param inSentence with an article */
export function ScanLink({ id, inSentence = false }: { id: string; inSentence?: boolean }) {
  const name = isSentinelId(id) ? 'run of the sentinel' : 'scan';
  const label = inSentence ? `a ${name}` : capitalize(name);
  return <Link href={`/scans/${encodeURIComponent(id)}`}>{label}</Link>;
}

/** The author of an audit event: a scan, a person, or the remediator. @param inSentence with an article */
export function Author({ author, inSentence = false }: { author: string; inSentence?: boolean }) {
  const [, scan] = /^scan:(.+)$/.exec(author) ?? [];
  return scan ? <ScanLink id={scan} inSentence={inSentence} /> : <Person author={author} />;
}
