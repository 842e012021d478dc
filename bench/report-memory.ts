// Prints the memory and time of reports with 100,000 findings. No test asserts the result.
//   node_modules/.bin/esbuild bench/report-memory.ts --bundle --platform=node --format=esm --outfile=/tmp/report-memory.mjs
//   for f in html csv sarif json; do node /tmp/report-memory.mjs $f 100000; done
import { createWriteStream, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FindingView } from '../src/reports/finding-view.js';
import { formats, type ReportFormat } from '../src/reports/report.js';
import { aView, facts } from '../test/reports/sample.js';

const [format = 'html', findings = '100000'] = process.argv.slice(2);
const file = path.join(tmpdir(), `report-memory-${process.pid}`);
const start = performance.now();
const text = formats[format as ReportFormat].report(planned(Number(findings)), facts);
await pipeline(Readable.from(text), createWriteStream(file));
process.stdout.write(
  `${format}: ${findings} findings, ${megabytes(statSync(file).size)} MB written in ${((performance.now() - start) / 1000).toFixed(1)} s, peak RSS ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`,
);
rmSync(file);

/** Findings as storage returns them, each with its own texts and a plan with two kept keys. */
async function* planned(count: number): AsyncGenerator<FindingView> {
  for (let i = 0; i < count; i++) {
    // Storage returns pages of 1,000.
    if (i % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    const severity = (['low', 'medium', 'high', 'critical'] as const)[i % 4] ?? 'low';
    yield { ...aView(i, { severity, status: i % 50 === 0 ? 'resolved' : 'open' }), remediation: plan(i) };
  }
}

function plan(i: number): NonNullable<FindingView['remediation']> {
  const id = (i * 2_654_435_761).toString(16).padStart(16, '0');
  const kept = (n: number) => ({
    keyId: `${id}-${n}`,
    type: 'AsymmetricX509Cert',
    usage: 'Verify',
    displayName: `CN=${id}`,
  });
  return {
    id,
    status: 'proposed',
    planHash: id.repeat(4),
    proposedAt: '2026-11-24T02:00:00.000Z',
    requests: [{ method: 'PATCH', path: `/applications/${id}`, body: { keyCredentials: [kept(1), kept(2)] } }],
    irreversible: true,
    warnings: ['The key is valid today: whatever still relies on it will stop. Ask the owner first.'],
  };
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
