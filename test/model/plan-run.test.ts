import { describe, expect, it } from '@jest/globals';
import { changedObjects } from '../../src/model/sentinel/followed-activities.js';
import { planRun, withoutLog } from '../../src/model/sentinel/plan-run.js';

const now = '2026-11-26T12:00:00.000Z';
const recent = '2026-11-26T11:00:00.000Z';

describe('what a run of the sentinel reads', () => {
  it.each([
    ['without the permission', {}, false, { list: true, notes: [withoutLog] }],
    [
      'without it, whatever it read before',
      { position: recent, listedAt: recent },
      false,
      { list: true, notes: [withoutLog] },
    ],
    ['in its first run', {}, true, { list: true, notes: [] }],
    [
      'soon after',
      { position: recent, listedAt: recent },
      true,
      { auditSince: '2026-11-26T10:00:00.000Z', list: false, notes: [] },
    ],
    [
      'six hours after a listing',
      { position: recent, listedAt: '2026-11-26T06:00:00.000Z' },
      true,
      { auditSince: '2026-11-26T10:00:00.000Z', list: true, notes: [] },
    ],
    [
      'just before',
      { position: recent, listedAt: '2026-11-26T06:00:00.001Z' },
      true,
      { auditSince: '2026-11-26T10:00:00.000Z', list: false, notes: [] },
    ],
    [
      'without a listing so far',
      { position: recent },
      true,
      { auditSince: '2026-11-26T10:00:00.000Z', list: true, notes: [] },
    ],
    [
      'after six days',
      { position: '2026-11-20T12:00:00.000Z', listedAt: recent },
      true,
      { auditSince: '2026-11-20T11:00:00.000Z', list: false, notes: [] },
    ],
    [
      'with a position a minute ahead of a slow clock',
      { position: '2026-11-26T12:01:00.000Z', listedAt: recent },
      true,
      { auditSince: '2026-11-26T11:00:00.000Z', list: false, notes: [] },
    ],
    [
      'with a listing in the future',
      { position: recent, listedAt: '2027-01-01T00:00:00.000Z' },
      true,
      { auditSince: '2026-11-26T10:00:00.000Z', list: true, notes: [] },
    ],
  ])('%s', (_, state, mayReadLog, expected) => {
    expect(planRun(state, now, mayReadLog)).toEqual(expected);
  });

  it.each([
    ['after more than six days', '2026-11-20T11:59:59.999Z', 'may no longer have all entries'],
    ['with a position in the future', '2026-11-26T13:00:00.000Z', 'in the future'],
    ['with a position that is no time', 'x', 'in the future'],
  ])('lists %s, and says so', (_, position, text) => {
    const plan = planRun({ position, listedAt: recent }, now, true);
    expect(plan).toMatchObject({ list: true, notes: [expect.stringContaining(text)] });
    expect(plan.auditSince).toBeUndefined();
  });
});

describe('the objects that an entry of the audit log names', () => {
  const id = 'AAAAAAAA-0000-4000-8000-000000000001';
  const application = { collection: 'applications', id: id.toLowerCase() };
  const principal = { collection: 'servicePrincipals', id: id.toLowerCase() };

  it.each([
    ['Update application - Certificates and secrets management', 'Application', [application]],
    ['Add service principal credentials', 'ServicePrincipal', [principal]],
    ['Consent to application', 'Service Principal', [principal]],
    ['ADD APPLICATION', 'application', [application]],
    ['Remove service principal credentials', 'ServicePrincipal', []],
    ['Delete application', 'Application', []],
    ['Consent to application', 'User', []],
    ['', 'Application', []],
  ])('%s of %s', (activity, type, expected) => {
    expect(changedObjects({ activity, targets: [{ type, id }] })).toEqual(expected);
  });

  it('are those with a GUID as id', () => {
    const targets = [
      { type: 'Application', id: "x'y" },
      { type: 'Application', id: '' },
      { type: 'Application', id },
    ];
    expect(changedObjects({ activity: 'Update application', targets })).toEqual([application]);
  });
});
