import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { findings } from '../../src/cli/commands/findings.js';
import { fixedTable } from '../../src/cli/fixed-table.js';
import { type Screen, table, writeJson } from '../../src/cli/screen.js';
import { sortFindings } from '../../src/cli/sort-findings.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { type Severity, severities } from '../../src/model/rule/violation.js';
import type { FindingView } from '../../src/reports/finding-view.js';
import { aView } from '../reports/sample.js';
import { aFinding, appearance } from '../storage/examples.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

function aScreen(colour = false): { screen: Screen; text: () => string } {
  const written: string[] = [];
  const out = new Writable({
    decodeStrings: false,
    write(text: string, _encoding, done) {
      written.push(text);
      done();
    },
  });
  return { screen: { out, log: out, colour }, text: () => written.join('') };
}

async function* streamOf<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const severityOf = (i: number): Severity => severities[i % severities.length] ?? 'low';

/** Findings in random order, with equal times and names. */
function views(count: number): FindingView[] {
  return Array.from({ length: count }, (_, i) =>
    aView((i * 7_919) % count, {
      severity: severityOf(i),
      displayName: ['Über', 'uber', 'Zoë \u{1f600}\u2028', '\ud800 lone'][i % 4] ?? '',
      appearedAt: `2026-11-${String((i % 20) + 1).padStart(2, '0')}T02:00:00.000Z`,
    }),
  );
}

function sortedInMemory(all: readonly FindingView[]): FindingView[] {
  return [...all].sort(
    (a, b) =>
      severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
      b.appearedAt.localeCompare(a.appearedAt) ||
      a.displayName.localeCompare(b.displayName) ||
      a.id.localeCompare(b.id),
  );
}

const temporaryFolders = () => readdirSync(tmpdir()).filter((name) => /^consentinel-.{6}$/.test(name));

describe('sorted findings', () => {
  it.each([0, 1, 2_000, 5_000])('have the order of a sort in memory: %d findings', async (count) => {
    const all = views(count);
    const sorted: FindingView[] = [];
    for await (const finding of sortFindings(streamOf(all))) sorted.push(finding);
    expect(sorted).toEqual(sortedInMemory(all));
  });

  it('leave no temporary file, also where the reader stops early', async () => {
    const before = temporaryFolders();
    for await (const finding of sortFindings(streamOf(views(3_000)))) {
      expect(finding.severity).toBe('critical');
      break;
    }
    expect(temporaryFolders().filter((name) => !before.includes(name))).toEqual([]);
  });
});

describe('a table of fixed widths', () => {
  it.each([true, false])('has the lines of a fitted table with the same widths; colours: %s', (colour) => {
    const { screen } = aScreen(colour);
    const heads = ['id', 'severity', 'on'];
    const rows = [
      ['0123456789abcdef', 'low', 'A name'],
      ['0123', '\u001b[31mcritical\u001b[39m', ''],
      ['0', 'high', 'A longer name'],
    ];
    const columns = [16, 8, 13].map((width, i) => ({ head: heads[i] ?? '', width }));
    expect([...fixedTable(screen, columns, rows)].join('\n')).toBe(table(screen, heads, rows));
  });
});

describe('the command findings', () => {
  const count = 2_300;
  let laptop: Laptop;
  const tenant = simulatedTenantOf([]);
  beforeAll(async () => {
    laptop = await aLaptop({ tenant });
    await laptop.scan();
    const changes = Array.from({ length: count }, (_, i) =>
      appearance(aFinding('no-symmetric-signing-key', `o${i}`, { tenantId: tenant.id, severity: severityOf(i) })),
    );
    await laptop.runtime.findings.commit(changes);
  });
  afterAll(() => laptop.close());

  it('writes the JSON of all findings as one array', async () => {
    const [streamed, whole, none, empty] = [aScreen(), aScreen(), aScreen(), aScreen()];
    await findings(laptop.runtime, streamed.screen, { format: 'json' });
    const parsed = JSON.parse(streamed.text());
    expect(parsed).toHaveLength(count);
    writeJson(whole.screen.out, parsed);
    expect(streamed.text()).toBe(whole.text());
    await findings(laptop.runtime, none.screen, { format: 'json', status: 'suppressed' });
    writeJson(empty.screen.out, []);
    expect(none.text()).toBe(empty.text());
  });

  it('shows a line for each finding in the table', async () => {
    const { screen, text } = aScreen();
    await findings(laptop.runtime, screen, { format: 'table' });
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(count + 1);
    expect(lines[0]).toMatch(/^ id {18}severity {4}status {8}problem {18}object {34}first seen$/);
    expect(new Set(lines.slice(1).map((line) => line.indexOf('2026-')))).toEqual(
      new Set([lines[0]?.indexOf('first seen')]),
    );
  });
});
