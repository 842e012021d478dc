import type { AuditEventType, ChainedAuditEvent } from '../../model/finding/audit.js';
import { safeLines } from '../../model/text/safe-text.js';
import { Author } from '../components/author.js';
import { Message, Timestamp } from '../components/elements.js';
import { eventName } from './event-names.js';

const goodEvents: readonly AuditEventType[] = ['applied', 'resolved', 'unneeded'];
const badEvents: readonly AuditEventType[] = ['failed', 'refused', 'reappeared'];

/** The audit events of a finding, the latest first. */
export function History({ events }: { events: readonly ChainedAuditEvent[] }) {
  return (
    <ol class="history" reversed>
      {[...events].reverse().map((event) => (
        <Event event={event} />
      ))}
    </ol>
  );
}

function Event({ event }: { event: ChainedAuditEvent }) {
  const { at, type, author, summary, detail } = event;
  const tone = goodEvents.includes(type) ? 'good' : badEvents.includes(type) ? 'bad' : '';
  return (
    <li class={tone}>
      <p class="event">
        <strong>{eventName(type)}</strong> <Timestamp at={at} /> <span class="soft">by</span>{' '}
        <Author author={author} inSentence />
      </p>
      <p>
        <Message text={summary} />
      </p>
      {Object.keys(detail).length > 0 && (
        <details>
          <summary>
            Details<span class="sr"> of event {event.sequence}</span>
          </summary>
          <pre tabindex={0}>{safeLines(JSON.stringify(detail, null, 2))}</pre>
        </details>
      )}
    </li>
  );
}
