import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { reject } from '../../src/jobs/remediation/approve.js';
import { measures } from '../../src/jobs/telemetry/measures.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { anInsightsSink, type InsightsSink } from '../support/insights-sink.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

interface Item {
  name: string;
  type: number;
  content: { query?: string };
}
const { items }: { items: Item[] } = JSON.parse(readFileSync('infra/app/workbook.json', 'utf8'));
const queries = items.flatMap(({ name, content: { query } }) => (query ? [[name, query] as const] : []));
const namesIn = (pattern: RegExp, text: string) => [...text.matchAll(pattern)].map(([, name]) => name ?? '');

let sink: InsightsSink;
let laptop: Laptop;
beforeAll(async () => {
  sink = await anInsightsSink();
  const keyed = (name: string) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } });
  laptop = await aLaptop(
    { tenant: simulatedTenantOf([keyed('Payroll Sync'), keyed('Loan Desk')]), keysInDelta: true },
    {
      APPLICATIONINSIGHTS_CONNECTION_STRING: sink.connectionString,
      DELTA_SCANS: 'on',
      INVENTORY_KEY: Buffer.alloc(32, 1).toString('base64'),
    },
  );
  const { runtime, simulator, scan, stored } = laptop;
  const { tenantId } = await scan();
  const found = (await stored()).filter(({ ruleId }) => ruleId === 'no-symmetric-signing-key');
  await reject(runtime, { tenantId, findingId: found[0]?.id ?? '', author: 'local:test' });
  simulator.directory.update('applications', found[1]?.objectId ?? '', { keyCredentials: [] });
  await scan();
  await runtime.telemetry.flush();
});
afterAll(async () => {
  await laptop.close();
  await sink.close();
});

/** The received telemetry as in the tables of Application Insights: `name` and the custom dimensions. */
function rowsOf(table: string): { name: string; properties: Readonly<Record<string, string>> }[] {
  const spans = (kind: string) => sink.spans().filter((span) => span.kind === kind);
  const tables = { requests: spans('request'), dependencies: spans('dependency'), customMetrics: sink.metrics() };
  return tables[table as keyof typeof tables] ?? [];
}

describe('the workbook', () => {
  it('shows all measures and no others', () => {
    const shown = queries.flatMap(([, query]) => namesIn(/'(consentinel\.\w+)'/g, query));
    expect([...new Set(shown)].sort()).toEqual(Object.keys(measures).sort());
  });

  it.each(queries.filter(([, query]) => !query.startsWith('traces')))(
    'reads for "%s" only names that scans send',
    (_, query) => {
      const [table = ''] = namesIn(/\b(requests|dependencies|customMetrics)\n/g, query);
      const named = namesIn(/'(scan|consentinel\.\w+)'/g, query);
      const rows = rowsOf(table).filter(({ name }) => named.length === 0 || named.includes(name));
      expect(rows.length).toBeGreaterThan(0);
      for (const name of named) expect(rows.map((row) => row.name)).toContain(name);
      const properties = rows.flatMap((row) => Object.keys(row.properties));
      for (const read of namesIn(/\b(?:customDimensions|d)\.(\w+)/g, query)) expect(properties).toContain(read);
    },
  );

  it('counts events that the functions log', () => {
    const lines =
      readFileSync('src/functions/log-lines.ts', 'utf8') + readFileSync('src/functions/watch-poison.ts', 'utf8');
    const query = queries.find(([, text]) => text.startsWith('traces'))?.[1] ?? '';
    const [list = ''] = namesIn(/event in \(([^)]+)\)/g, query);
    const events = namesIn(/'([^']+)'/g, list);
    expect(events.length).toBeGreaterThan(2);
    for (const event of events) expect(lines).toContain(`line('${event}'`);
  });
});
