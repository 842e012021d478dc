import { tenantPath } from '../../model/finding/page-url.js';
import { quantity } from '../../model/text/format.js';
import { safeText } from '../../model/text/safe-text.js';
import type { Visitor } from '../auth/authenticator.js';
import { DisplayName, ScanTag, Timestamp } from '../components/elements.js';
import { InstallationPage } from '../components/layout.js';
import type { TenantSummary } from '../reads/tenant-cache.js';

interface TenantsProps {
  readonly visitor: Visitor;
  readonly version: string;
  readonly tenants: readonly TenantSummary[];
}

/** The tenants, one row each, in the order of the cache. */
export function TenantsPage({ visitor, version, tenants }: TenantsProps) {
  const failing = tenants.filter(({ failed }) => failed).length;
  return (
    <InstallationPage visitor={visitor} version={version} title="Tenants">
      <h1>
        {failing > 0 ? `${quantity(failing, 'tenant')} could not be scanned` : quantity(tenants.length, 'tenant')}
      </h1>
      <ul class="rows plain-rows">
        {tenants.map((tenant) => (
          <TenantRow tenant={tenant} />
        ))}
      </ul>
    </InstallationPage>
  );
}

function TenantRow({ tenant: { id, name, finished, failed, running } }: { tenant: TenantSummary }) {
  const status = failed?.status ?? finished?.status;
  return (
    <li>
      {status ? <ScanTag status={status} /> : <span class="tag">No scan yet</span>}
      <span class="what">
        <a href={tenantPath(id)}>
          <DisplayName text={name} />
        </a>
        {name !== id && (
          <span class="soft">
            <code>{id}</code>
          </span>
        )}
        {failed && <span class="why">{safeText(failed.errors[0]?.message ?? 'The latest scan failed.')}</span>}
      </span>
      <span class="tags soft">{running && 'Scan running'}</span>
      <span class="when soft">
        {finished ? (
          <>
            {quantity(finished.findings.new + finished.findings.open, 'open finding')}
            <br />
            <Timestamp at={finished.finishedAt ?? finished.startedAt} />
          </>
        ) : (
          'No finished scan'
        )}
      </span>
    </li>
  );
}

/** The page for an unknown path. */
export function NoSuchTenantPage({ visitor, version }: Omit<TenantsProps, 'tenants'>) {
  return (
    <InstallationPage visitor={visitor} version={version} title="Page not found">
      <h1>Page not found</h1>
      <p>Each page belongs to one of several tenants. Select a tenant.</p>
      <p>
        <a href="/tenants">All tenants</a>
      </p>
    </InstallationPage>
  );
}
