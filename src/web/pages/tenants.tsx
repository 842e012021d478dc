import { tenantPath } from '../../model/finding/page-url.js';
import { overdueAfterHours } from '../../model/scan/scan-freshness.js';
import { formatNumber, quantity } from '../../model/text/format.js';
import type { Visitor } from '../auth/authenticator.js';
import { DisplayName, Message, ScanTag, Timestamp } from '../components/elements.js';
import { InstallationPage } from '../components/layout.js';
import { type TenantState, type TenantSummary, tenantStates } from '../reads/tenant-cache.js';
import { notExaminedText } from './scan-texts.js';

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
      <p class="soft">{countsText(tenants)}</p>
      <ul class="rows plain-rows">
        {tenants.map((tenant) => (
          <TenantRow tenant={tenant} />
        ))}
      </ul>
    </InstallationPage>
  );
}

const stateNames: Readonly<Record<TenantState, string>> = {
  failed: 'failed',
  late: 'without a recent complete scan',
  unfinished: 'without a finished scan',
  incomplete: 'incomplete',
  complete: 'complete',
};

function countsText(tenants: readonly TenantSummary[]): string {
  const parts = tenantStates.flatMap((state) => {
    const count = tenants.filter((tenant) => tenant.state === state).length;
    return count > 0 ? [`${formatNumber(count)} ${stateNames[state]}`] : [];
  });
  return `${quantity(tenants.length, 'tenant')}: ${parts.join(', ')}.`;
}

function TenantRow({ tenant }: { tenant: TenantSummary }) {
  const { id, name, finished, running, state } = tenant;
  return (
    <li>
      <TenantTag tenant={tenant} />
      <span class="what">
        <a href={tenantPath(id)}>
          <DisplayName text={name} />
        </a>
        {name !== id && (
          <span class="soft">
            <code>{id}</code>
          </span>
        )}
        <Reasons tenant={tenant} />
      </span>
      <span class="tags">{running && state !== 'unfinished' && <span class="tag">Scan running</span>}</span>
      <span class="when soft">
        {finished ? (
          <>
            {quantity(finished.findings.new + finished.findings.open, 'open finding')}
            <br />
            As of <Timestamp at={finished.finishedAt ?? finished.startedAt} />
          </>
        ) : (
          'No finished scan'
        )}
      </span>
    </li>
  );
}

/** The state of a tenant. The status of its last scan alone would be good also where that scan is overdue. */
function TenantTag({ tenant: { state, running } }: { tenant: TenantSummary }) {
  if (state === 'late') return <span class="tag scan failed">Overdue</span>;
  if (state !== 'unfinished') return <ScanTag status={state} />;
  return running ? <ScanTag status="running" /> : <span class="tag">No scan yet</span>;
}

/** What a tenant's latest scans lack. */
function Reasons({ tenant: { state, failed, finished } }: { tenant: TenantSummary }) {
  if (failed) {
    return (
      <span class="why">
        <Message text={failed.errors[0]?.message ?? 'The latest scan failed.'} />
      </span>
    );
  }
  return (
    <>
      {state === 'late' && <span class="why">No complete scan for more than {overdueAfterHours} hours.</span>}
      {finished?.status === 'incomplete' && (
        <span class="why partly">Not examined: {notExaminedText(finished) || 'unknown'}.</span>
      )}
    </>
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
