import { html } from 'hono/html';
import type { Child } from 'hono/jsx';
import type { Cloud } from '../../model/entra/clouds.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Visitor } from '../auth/authenticator.js';
import { Link, Root } from './link.js';

/** What every page knows of the place it is shown in. */
export interface Frame {
  readonly visitor: Visitor;
  /** Proves that a form was made for this browser. */
  readonly csrfToken: string;
  readonly tenantId: string;
  /** Where there are several tenants: the name of this one, written by strangers, or its id. */
  readonly tenantName?: string;
  /** Where the pages of this tenant begin; empty where there is one tenant. */
  readonly root: string;
  /** Why nothing can ever be approved here. */
  readonly readOnly?: string;
  readonly cloud: Cloud;
  /** Whether an identity that may write carries approvals out. */
  readonly writes: boolean;
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly now: string;
}

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

/** A page for somebody who is not in: it says why, and nothing else. */
export function PlainPage({ title, text }: { title: string; text: string }) {
  return (
    <Document title={title}>
      <main id="main" class="plain" tabindex={-1}>
        <p class="brand">
          <Mark />
          Consentinel
        </p>
        <h1>{title}</h1>
        <p>{safeText(text)}</p>
      </main>
    </Document>
  );
}

function Document({ title, children }: { title: string; children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${safeText(title)} · Consentinel`}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/style.css" />
        <script src="/assets/script.js" defer />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        {children}
      </body>
    </html>
  );
}

function Mark() {
  return (
    <svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
      <path d="M12 1.8 21 5v6.4c0 5.2-3.6 9.2-9 10.8-5.4-1.6-9-5.6-9-10.8V5z" />
      <circle cx="12" cy="10" r="2.6" />
      <path class="key" d="M12 12.6v5M12 15.6h2.4" />
    </svg>
  );
}

/** A document with its type before it. */
export function htmlDocument(page: Child) {
  return html`<!doctype html>${page}`;
}
