import { expect } from '@jest/globals';
import { ConsentinelError } from '../../../src/model/errors.js';
import type { Finding } from '../../../src/model/finding/finding.js';
import { type Cell, disturb } from './cells.js';
import { isRemediated, type Night, runNight, type Site } from './night.js';
import type { Reference } from './reference.js';
import { brokenChains, endOwnerOfLease, storedFindings } from './stored-state.js';
import { goneObjects, newApp, remediatedApp } from './two-nights.js';

/** An attempt sends again after an uncertain answer, if the object is provably unchanged. */
const mostSends = 3;

/** Runs the second night with the fault of a cell, and then a night without it. */
export async function runCell(reference: Reference, cell: Cell): Promise<void> {
  const site = await reference.secondNight();
  try {
    disturb(site, cell);
    const night = await runNight(site, site.impatient);
    checkErrors(night);
    checkScan(night, reference);
    checkResolved(night, reference, site);
    site.proxy.clear();
    site.laptop.simulator.clearFaults();
    await checkRecovery(site, reference);
  } finally {
    await site.close();
  }
}

/** Every failure is explained: no step throws an error of a library or of the language. */
function checkErrors({ errors }: Night): void {
  const defects = [...errors].filter(([, error]) => !(error instanceof ConsentinelError));
  expect(defects).toEqual([]);
}

/** A complete scan has the findings of an undisturbed one. Any other scan adds none that do not exist. */
function checkScan({ scan, afterScan }: Night, { before, undisturbed }: Reference): void {
  const { afterScan: wanted } = undisturbed;
  if (scan?.status === 'complete') {
    const undetermined = new Set(scan.notExamined.map(({ ruleId }) => ruleId));
    const differing = differences(afterScan, wanted).filter(({ ruleId }) => !undetermined.has(ruleId));
    expect(differing.map(labelOf)).toEqual([]);
  }
  expect([...afterScan.values()].filter(({ id }) => !before.has(id) && !wanted.has(id)).map(labelOf)).toEqual([]);
}

/** Only what was really fixed is resolved. */
function checkResolved({ afterScan, atEnd }: Night, { before, undisturbed }: Reference, { laptop }: Site): void {
  const resolved = [...afterScan.values(), ...atEnd.values()].filter(({ status }) => status === 'resolved');
  const wrong = resolved.filter(({ id, objectId }) => before.get(id)?.status === 'open' && !goneObjects.has(objectId));
  expect(wrong.filter((finding) => !isRemediated(finding)).map(labelOf)).toEqual([]);
  if (wrong.some(isRemediated)) expect(remediatedKeys(laptop)).toEqual([]);
  expect(resolved.every(({ id }) => before.has(id) || undisturbed.atEnd.has(id))).toBe(true);
}

/** After the fault, one night brings everything to the state of an undisturbed one. */
async function checkRecovery(site: Site, { undisturbed }: Reference): Promise<void> {
  const { storage, tenantId, laptop, teams } = site;
  await endOwnerOfLease(storage, tenantId);
  const night = await runNight(site, site.patient);
  expect([...night.errors]).toEqual([]);
  expect(night.scan?.status).toBe('complete');
  const found = await storedFindings(storage, tenantId);
  const differing = differences(found, undisturbed.atEnd).filter((finding) => !awaitsDecision(finding));
  expect(differing.map(labelOf)).toEqual([]);
  expect(await brokenChains(storage, tenantId)).toEqual([]);
  expect(sentPatches(laptop).length).toBeLessThanOrEqual(mostSends);
  expect(sentPatches(laptop).filter(({ changed }) => changed).length).toBeLessThanOrEqual(1);
  expect(teams.accepted().some((card) => card.includes(newApp.application?.displayName ?? ''))).toBe(true);
}

/** A failed or stale remediation needs a new decision, so its finding stays open. */
function awaitsDecision({ remediation, status }: Finding): boolean {
  return (
    status === 'open' &&
    remediation !== undefined &&
    remediation.status !== 'proposed' &&
    remediation.status !== 'approved'
  );
}

/** The findings that only one side has, or that have another status. */
function differences(one: ReadonlyMap<string, Finding>, other: ReadonlyMap<string, Finding>): Finding[] {
  const differ = ({ id }: Finding) => one.get(id)?.status !== other.get(id)?.status;
  return [...new Map([...other, ...one]).values()].filter(differ);
}

const labelOf = ({ ruleId, objectId, status, message }: Finding) => `${status} ${ruleId} ${objectId}: ${message}`;

function remediatedKeys({ simulator }: Site['laptop']) {
  const found = simulator.directory.find('applications', remediatedApp.application?.id ?? '');
  return found?.keyCredentials;
}

function sentPatches({ simulator }: Site['laptop']) {
  // Graph does not execute a throttled request, and the client repeats it.
  return simulator.requests.filter(({ method, status }) => method === 'PATCH' && status !== 429);
}
