import type { Child } from 'hono/jsx';
import { safeText } from '../../model/text/safe-text.js';
import type { Visitor } from '../auth/authenticator.js';
import { Document, Logo } from './document.js';
import { Person } from './elements.js';
import { Link, RootPath } from './link.js';
import type { PageContext } from './page-context.js';
import { PauseNotice } from './pause-notice.js';

const menu = [
  ['/', 'Overview'],
  ['/findings', 'Findings'],
  ['/scans', 'Scans'],
  ['/rules', 'Rules'],
  ['/diagnose', 'Diagnose'],
  ['/audit', 'Audit'],
  ['/settings', 'Settings'],
] as const;
export type MenuPath = (typeof menu)[number][0];

interface PageProps {
  readonly context: PageContext;
  readonly title: string;
  readonly menuPath?: MenuPath;
  readonly children?: Child;
}

/** A page of one tenant, for a signed-in user. */
export function Page({ context, title, menuPath, children }: PageProps) {
  const { tenantId, tenantName, rootPath, version } = context;
  return (
    <RootPath.Provider value={rootPath}>
      <Document title={tenantName ? `${title} · ${tenantName}` : title}>
        <Header visitor={context.visitor} tenantName={tenantName}>
          <nav aria-label="Main">
            <ul>
              {menu.map(([href, name]) => (
                <li>
                  <Link href={href} aria-current={href === menuPath ? 'page' : undefined}>
                    {name}
                  </Link>
                </li>
              ))}
            </ul>
          </nav>
        </Header>
        <main id="main" tabindex={-1}>
          <PauseNotice context={context} />
          {children}
        </main>
        <footer>
          <p>
            Tenant <code>{tenantId}</code>
          </p>
          <p>{writeAccess(context)}</p>
          <p>Consentinel {version}</p>
        </footer>
      </Document>
    </RootPath.Provider>
  );
}

function writeAccess({ readOnly, canWrite }: PageContext): string {
  if (readOnly) return 'Read-only tenant: plans cannot be approved.';
  return canWrite
    ? 'The remediator executes approved plans with its own identity.'
    : 'Read-only installation: approvals are saved but not executed.';
}

interface InstallationPageProps {
  readonly visitor: Visitor;
  readonly version: string;
  readonly title: string;
  readonly children?: Child;
}

/** A page of an installation with several tenants, for a signed-in user. */
export function InstallationPage({ visitor, version, title, children }: InstallationPageProps) {
  return (
    <Document title={title}>
      <Header visitor={visitor} />
      <main id="main" tabindex={-1}>
        {children}
      </main>
      <footer>
        <p>Consentinel {version}</p>
      </footer>
    </Document>
  );
}

interface HeaderProps {
  readonly visitor: Visitor;
  /** One of several tenants. */
  readonly tenantName?: string | undefined;
  /** The menu. */
  readonly children?: Child;
}

/**
 * The order of the elements is the visual order, because Tab follows it. The menu is a row below the visitor, but beside
 * the menu of a single tenant on a wide screen the visitor is last: there one of two elements is hidden.
 */
function Header({ visitor, tenantName, children }: HeaderProps) {
  const isOneRow = children !== undefined && !tenantName;
  return (
    <header class="top">
      <div class={tenantName ? 'bar of-tenant' : 'bar'}>
        <Link class="brand" href="/">
          <Logo />
          Consentinel
        </Link>
        {tenantName && <TenantSwitch name={tenantName} />}
        <VisitorNote visitor={visitor} shownOn={isOneRow ? 'narrow' : ''} />
        {children}
        {isOneRow && <VisitorNote visitor={visitor} shownOn="wide" />}
      </div>
    </header>
  );
}

/** The signed-in user. @param shownOn the screens; empty for all */
function VisitorNote({ visitor, shownOn }: { visitor: Visitor; shownOn: 'narrow' | 'wide' | '' }) {
  return (
    <p class={`visitor ${shownOn}`.trim()}>
      {visitor.displayName ? (
        <bdi title={safeText(visitor.author)}>{safeText(visitor.displayName)}</bdi>
      ) : (
        <Person author={visitor.author} />
      )}
      <span>
        {visitor.mayDecide ? 'Approver' : 'Reader'}
        {visitor.signOutPath && (
          <>
            {' · '}
            <a href={visitor.signOutPath}>Sign out</a>
          </>
        )}
      </span>
    </p>
  );
}

/** The name of the current tenant and a link to the list of tenants. */
function TenantSwitch({ name }: { name: string }) {
  return (
    <p class="switch">
      <bdi title={safeText(name)}>{safeText(name)}</bdi>
      <a href="/tenants">All tenants</a>
    </p>
  );
}
