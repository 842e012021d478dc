import type { Child } from 'hono/jsx';
import type { ViewStatus } from '../../model/finding/finding.js';
import type { Severity } from '../../model/rule/violation.js';
import type { ScanStatus } from '../../model/scan/scan-status.js';
import { capitalize, minuteOf } from '../../model/text/format.js';
import { timesIn } from '../../model/text/readable-times.js';
import { safeLines, safeText } from '../../model/text/safe-text.js';

/**
 * A display name from the directory, which any user can write: escaped, with reordering characters spelled out, and
 * isolated from the direction of the text around it.
 */
export function DisplayName({ text }: { text: string }) {
  return <bdi>{safeText(text) || '(no name)'}</bdi>;
}

/** A severity as a word, a shape and a colour, so that no reader depends on one of them. */
export function SeverityTag({ severity }: { severity: Severity }) {
  return <span class={`tag severity ${severity}`}>{capitalize(severity)}</span>;
}

export function StatusTag({ status }: { status: ViewStatus }) {
  return <span class={`tag status ${status}`}>{capitalize(status)}</span>;
}

export function ScanTag({ status }: { status: ScanStatus }) {
  return <span class={`tag scan ${status}`}>{capitalize(status)}</span>;
}

/** A time in UTC. The script shows the reader's local time, with UTC as the tooltip. */
export function Timestamp({ at, dateOnly = false }: { at: string; dateOnly?: boolean }) {
  const text = dateOnly ? at.slice(0, 10) : minuteOf(at);
  return (
    <time datetime={at} data-date={dateOnly ? 'yes' : undefined}>
      {text}
    </time>
  );
}

/**
 * A text of the program, with its times as `Timestamp`, and its commands, which stand between backticks, as code. It may
 * contain names from the directory.
 */
export function Message({ text }: { text: string }) {
  return (
    <>
      {timesIn(text).map((part) =>
        typeof part === 'string' ? <WithCommands text={safeLines(part)} /> : <Timestamp at={part.at} />,
      )}
    </>
  );
}

function WithCommands({ text }: { text: string }) {
  const parts = text.split(/`([^`\n]+)`/);
  return <>{parts.map((part, i) => (i % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** A highlighted message. */
export function Notice({
  kind,
  heading,
  children,
}: {
  kind: 'good' | 'care' | 'bad';
  heading: string;
  children?: Child;
}) {
  return (
    <div class={`notice ${kind}`}>
      <h2>{heading}</h2>
      {children}
    </div>
  );
}

/** Content that can be wider than the screen. It has a label because it can have the keyboard focus. */
export function ScrollArea({ label, children }: { label: string; children?: Child }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** One entry of a description list. */
export function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/**
 * A person by name. Authors are recorded as a name with the object id in parentheses, because a name can be assigned to
 * another user later; the id is a tooltip. The remediator is not a person, and has the name of its worker as the tooltip.
 */
export function Person({ author }: { author: string }) {
  const [, worker] = /^remediator:(.+)$/s.exec(author) ?? [];
  if (worker) return <span title={`Worker ${safeText(worker)}`}>Remediator</span>;
  const [, name = author, id] = /^(.+) \(([^()]+)\)$/s.exec(author) ?? [];
  return <bdi title={id && `Object ID ${safeText(id)}`}>{safeText(name)}</bdi>;
}
