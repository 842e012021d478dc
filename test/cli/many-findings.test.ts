import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type FindingsOptions, findings } from '../../src/cli/commands/findings.js';
import { findingId } from '../../src/cli/finding-id.js';
import { fixedTable } from '../../src/cli/fixed-table.js';
import { type Screen, writeJson } from '../../src/cli/screen.js';
import { sortFindings } from '../../src/cli/sort-findings.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { type Severity, severities } from '../../src/model/rule/violation.js';
import { quantity } from '../../src/model/text/format.js';
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
  it.each([true, false])('has columns two spaces apart, whatever the colours: %s', (colour) => {
    const { screen } = aScreen(colour);
    const rows = [
      ['0123456789abcdef', 'low', 'A name'],
      ['0123', '\u001b[31mcritical\u001b[39m', ''],
      ['0', 'high', 'A longer name'],
    ];
    const columns = [16, 8, 13].map((width, i) => ({ head: ['id', 'severity', 'on'][i] ?? '', width }));
    const lines = [...fixedTable(screen, columns, rows)];
    expect(lines.map((line) => stripVTControlCharacters(line))).toEqual([
      ' id                severity  on',
      ' 0123456789abcdef  low       A name',
      ' 0123              critical',
      ' 0                 high      A longer name',
    ]);
    expect(lines.some((line) => line.includes('\u001b[1m'))).toBe(colour);
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
    expect(lines[0]).toMatch(/^ id {8}severity {2}status {6}problem +object$/);
    const ids = lines.slice(1).map((line) => line.trim().split(' ')[0] ?? '');
    expect(new Set(ids).size).toBe(count);
  });

  it('fits a terminal of 80 columns', async () => {
    const { screen, text } = aScreen();
    Object.assign(screen.out, { columns: 80 });
    await findings(laptop.runtime, screen, { format: 'table' });
    const widths = text()
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  });

  it('shows the first findings of the selected ones, in the selected order, in every format', async () => {
    const shown = async (options: object) => {
      const { screen, text } = aScreen();
      await findings(laptop.runtime, screen, { format: 'json', ...options });
      return JSON.parse(text()) as { id: string; severity: string; objectId: string }[];
    };
    const high = await shown({ severity: 'high' });
    expect(high.length).toBeGreaterThan(0);
    expect(high.length).toBeLessThan(count);
    expect(high.every(({ severity }) => severity === 'high' || severity === 'critical')).toBe(true);
    expect((await shown({ search: 'o77' })).every(({ objectId }) => objectId.startsWith('o77'))).toBe(true);
    expect(await shown({ severity: 'high', top: 3 })).toEqual(high.slice(0, 3));
    const { screen, text } = aScreen();
    await findings(laptop.runtime, screen, { format: 'table', top: 3 });
    expect(text()).toContain(`${quantity(count - 3, 'more finding')}. Show them without --top.`);
  });

  it('tells a list without findings from a filter that matches none, and counts one finding as one', async () => {
    const shown = async (options: Partial<FindingsOptions>) => {
      const { screen, text } = aScreen();
      await findings(laptop.runtime, screen, { format: 'table', ...options });
      return text();
    };
    expect(await shown({ search: 'no such text' })).toBe('No finding matches the options.\n');
    expect(await shown({ rule: 'require-consent-route' })).toBe('No finding matches the options.\n');
    expect(await shown({ top: count - 1 })).toMatch(/\n1 more finding\. Show it without --top\.\n$/);
  });

  it('takes the first digits of an id, and names the candidates if several ids begin with them', async () => {
    const { screen, text } = aScreen();
    await findings(laptop.runtime, screen, { format: 'json', top: 1 });
    const [{ id }] = JSON.parse(text());
    expect(await findingId(laptop.runtime, id.slice(0, 12).toUpperCase())).toBe(id);
    expect(await findingId(laptop.runtime, id)).toBe(id);
    await expect(findingId(laptop.runtime, id.slice(0, 3))).rejects.toThrow('too short');
    const starts = (await laptop.stored()).map((finding) => finding.id.slice(0, 4)).sort();
    const shared = starts.find((start, i) => start === starts[i + 1]) ?? '';
    await expect(findingId(laptop.runtime, shared)).rejects.toThrow(`findings have an id that begins with ${shared}`);
  });
});
