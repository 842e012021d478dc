import type { Child } from 'hono/jsx';
import { safeText } from '../../model/text/safe-text.js';
import type { Visitor } from '../auth/authenticator.js';
import { Document, Mark } from './document.js';
import { Link, Root } from './link.js';
import type { Frame } from './page-context.js';

const places = [
  ['/', 'Overview'],
  ['/findings', 'Findings'],
  ['/scans', 'Scans'],
  ['/rules', 'Rules'],
  ['/audit', 'Audit'],
] as const;
export type Place = (typeof places)[number][0];

interface PageProps {
  readonly frame: Frame;
  readonly title: string;
  readonly place?: Place;
  readonly children?: Child;
}

/** A page of a tenant, for somebody who is in. */
export function Page({ frame, title, place, children }: PageProps) {
  const { tenantId, tenantName, root, version } = frame;
  return (
    <Root.Provider value={root}>
      <Document title={tenantName ? `${title} · ${tenantName}` : title}>
        <Top visitor={frame.visitor}>
          {tenantName && <Switch name={tenantName} />}
          <nav aria-label="Main">
            <ul>
              {places.map(([href, name]) => (
                <li>
                  <Link href={href} aria-current={href === place ? 'page' : undefined}>
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </Top>
        <main id="main" tabindex={-1}>
          {children}
        </main>
        <footer>
          <p>
            Tenant <code>{tenantId}</code>
          </p>
          <p>{whatIsWritten(frame)}</p>
          <p>Consentinel {version}</p>
        </footer>
      </Document>
    </Root.Provider>
  );
}

function whatIsWritten({ readOnly, writes }: Frame): string {
  if (readOnly) return 'This tenant is only read: nothing can be approved here.';
  return writes
    ? 'Approved plans are carried out by an identity of its own.'
    : 'This installation only reads: approvals are kept, and nothing carries them out.';
}

interface AboveProps {
  readonly visitor: Visitor;
  readonly version: string;
  readonly title: string;
  readonly children?: Child;
}

/** A page above the tenants, for somebody who is in. */
export function PageAbove({ visitor, version, title, children }: AboveProps) {
  return (
    <Document title={title}>
      <Top visitor={visitor} />
      <main id="main" tabindex={-1}>
        {children}
      </main>
      <footer>
        <p>Consentinel {version}</p>
      </footer>
    </Document>
  );
}

function Top({ visitor, children }: { visitor: Visitor; children?: Child }) {
  return (
    <header class="top">
      <div class="bar">
        <Link class="brand" href="/">
          <Mark />
          Consentinel
        </Link>
        {children}
        <p class="visitor">
          <bdi title={safeText(visitor.author)}>{safeText(visitor.author)}</bdi>
          <span>{visitor.mayDecide ? 'Approver' : 'Reader'}</span>
        </p>
      </div>
    </header>
  );
}

/** Which of several tenants this is, and the way to the others. */
function Switch({ name }: { name: string }) {
  return (
    <p class="switch">
      <bdi title={safeText(name)}>{safeText(name)}</bdi>
      <a href="/tenants">All tenants</a>
    </p>
  );
}
