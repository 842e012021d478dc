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
        <Header visitor={context.visitor}>
          {tenantName && <TenantSwitch name={tenantName} />}
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

function Header({ visitor, children }: { visitor: Visitor; children?: Child }) {
  return (
    <header class="top">
      <div class="bar">
        <Link class="brand" href="/">
          <Logo />
          Consentinel
        </Link>
        {children}
        <p class="visitor">
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
      </div>
    </header>
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
