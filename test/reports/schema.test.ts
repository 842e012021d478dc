import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft04 from 'ajv-draft-04';
import formats from 'ajv-formats';
import { findingStatuses, viewStatuses } from '../../src/model/finding/finding.js';
import { remediationStatuses } from '../../src/model/remediation/remediation.js';
import { severities } from '../../src/model/rule/violation.js';
import { jsonReport } from '../../src/reports/json.js';
import { sarifReport } from '../../src/reports/sarif.js';
import { completeFacts, facts, sample, stream, whole } from './sample.js';

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
/** The facts before the first scan. */
const { scan: _scan, ...unscanned } = facts;
const failed = { ...facts, failedScan: { ...completeFacts.scan, id: 's3', status: 'failed' as const } } as typeof facts;
const reports = [
  ['of every kind of finding', sample, facts],
  ['of nothing', [], completeFacts],
  ['before the first scan', [], unscanned],
  ['after a scan that failed', sample, failed],
] as const;

describe('SARIF', () => {
  const schema = read(
    createRequire(import.meta.url).resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'),
  );
  // One pattern of the schema is invalid in Unicode mode.
  const ajv = new draft04.default({ allErrors: true, unicodeRegExp: false });
  formats.default(ajv as never);
  const validate = ajv.compile(schema);

  it.each(reports)('%s validates against the schema of SARIF 2.1.0', async (_name, findings, given) => {
    const report = JSON.parse(await whole(sarifReport(stream(findings), given)));
    expect(validate(report) || validate.errors).toBe(true);
  });

  it('rejects an invalid report', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
  });

  it('contains the baseline state of a finding, and its suppression', async () => {
    const [run] = JSON.parse(await whole(sarifReport(stream(sample), facts))).runs;
    const of = (id: string) =>
      run.results.find((r: { partialFingerprints: Record<string, string> }) =>
        Object.values(r.partialFingerprints).some((value) => value.endsWith(id)),
      );
    expect(['1', '2', '3', '5'].map((id) => of(`00${id}`).baselineState)).toEqual([
      'new',
      'unchanged',
      'unchanged',
      'absent',
    ]);
    expect(of('003').suppressions).toMatchObject([{ status: 'accepted', justification: 'The owner looks into it.' }]);
    expect(of('001').suppressions).toEqual([]);
    for (const { ruleId, ruleIndex } of run.results)
      if (ruleIndex !== undefined) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
    expect(run.invocations[0].executionSuccessful).toBe(false);
    expect(run.invocations[0].toolExecutionNotifications[0].associatedRule.id).toBe('require-consent-route');
  });

  it('contains no placeholder or link from a name', async () => {
    const [run] = JSON.parse(await whole(sarifReport(stream(sample), facts))).runs;
    const texts: string[] = run.results.map(({ message }: { message: { text: string } }) => message.text);
    expect(texts.filter((text) => /(?<!\{)\{\d+\}(?!\})|(?<!\\)\]\(/.test(text))).toEqual([]);
  });
});

describe('JSON', () => {
  const schema = read('docs/schema/report.schema.json');
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
  formats.default(ajv as never);
  const validate = ajv.compile(schema);
  const strictly = ajv.compile(closed({ ...schema, $id: 'urn:consentinel:strict' }) as object);

  it.each(reports)(
    '%s validates against the published schema, which describes every member',
    async (_n, findings, given) => {
      const report = JSON.parse(await whole(jsonReport(stream(findings), given)));
      expect(validate(report) || validate.errors).toBe(true);
      expect(strictly(report) || strictly.errors).toBe(true);
      expect(report.findings).toEqual(findings);
    },
  );

  it('the schema contains every status and severity', () => {
    const { finding, remediation, severity } = schema.$defs;
    expect([...severity.enum].sort()).toEqual([...severities].sort());
    expect([...finding.properties.status.enum].sort()).toEqual(
      [...new Set([...viewStatuses, ...findingStatuses])].sort(),
    );
    expect(remediation.properties.status.enum).toEqual([...remediationStatuses]);
  });
});

/** The schema with `additionalProperties: false` on every object. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const copy: Record<string, unknown> = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, closed(value)]),
  );
  return copy.type === 'object' && !('additionalProperties' in copy) ? { ...copy, additionalProperties: false } : copy;
}
