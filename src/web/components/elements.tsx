import type { Child } from 'hono/jsx';
import type { ViewStatus } from '../../model/finding/finding.js';
import type { Severity } from '../../model/rule/violation.js';
import type { ScanStatus } from '../../model/scan/scan-status.js';
import { capitalize, minuteOf } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';

/** A name written by a stranger: escaped, its reordering characters spelled out, and its direction kept to itself. */
export function Name({ text }: { text: string }) {
  return <bdi>{safeText(text) || '(no name)'}</bdi>;
}

/** Severity in a word, a shape and a colour, so that none of them has to be seen. */
export function SeverityTag({ severity }: { severity: Severity }) {
  return <span class={`tag severity ${severity}`}>{capitalize(severity)}</span>;
}

export function StatusTag({ status }: { status: ViewStatus }) {
  return <span class={`tag status ${status}`}>{capitalize(status)}</span>;
}

export function ScanTag({ status }: { status: ScanStatus }) {
  return <span class={`tag scan ${status}`}>{capitalize(status)}</span>;
}

/** A moment in UTC; the script adds the reader's own time. */
export function Timestamp({ at, dateOnly = false }: { at: string; dateOnly?: boolean }) {
  const text = dateOnly ? at.slice(0, 10) : minuteOf(at);
  return <time datetime={at}>{text}</time>;
}

/** What a reader must not miss. */
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

/** What may be wider than a narrow screen; it can be moved by keyboard too, so it has a name. */
export function Scroll({ label, children }: { label: string; children?: Child }) {
  return (
    <section class="scroll" tabindex={0} aria-label={label}>
      {children}
    </section>
  );
}

/** One fact of a list of facts. */
export function Fact({ name, children }: { name: string; children?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
