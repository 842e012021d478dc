import { afterEach, describe, expect, it } from '@jest/globals';
import { type Check, examineInstallation, readerPermissions, remediatorPermissions } from '../../src/jobs/doctor.js';
import { checkRoles } from '../../src/model/role-check.js';
import { rules } from '../../src/rules/index.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop?.close());

const examine = async () => examineInstallation(await laptop.runtime.doctor());
const failing = (checks: readonly Check[]) => checks.filter(({ outcome }) => outcome === 'fails');

describe('an examination', () => {
  it('finds nothing wrong with a good installation', async () => {
    laptop = await aLaptop();
    await laptop.scan();
    expect(failing(await examine())).toEqual([]);
  });

  it.each(readerPermissions(rules, false))(
    'names %s when it is missing, and what is not examined without it',
    async (permission) => {
      laptop = await aLaptop();
      laptop.simulator.roles.revoke(permission);
      const [check, ...others] = failing(await examine()).filter(({ check: of }) => of === 'reader');
      expect(others).toEqual([]);
      expect(check).toMatchObject({
        detail: expect.stringContaining(permission),
        fix: expect.stringContaining(permission),
      });
    },
  );

  it('names what is granted without need', async () => {
    laptop = await aLaptop();
    laptop.simulator.roles.grant('Application.ReadWrite.All');
    expect(await examine()).toContainEqual(
      expect.objectContaining({
        check: 'reader',
        outcome: 'warning',
        detail: expect.stringContaining('Application.ReadWrite.All'),
      }),
    );
  });

  it('says that it only reads where no remediator is configured', async () => {
    laptop = await aLaptop({}, { REMEDIATOR_CLIENT_ID: '' });
    expect(await examine()).toContainEqual(
      expect.objectContaining({ check: 'remediator', outcome: 'ok', detail: expect.stringContaining('only reads') }),
    );
  });

  it.each(remediatorPermissions(rules))('names %s when the remediator lacks it', async (permission) => {
    laptop = await aLaptop();
    laptop.simulator.roles.revoke(permission, 'remediator');
    expect(failing(await examine())).toContainEqual(
      expect.objectContaining({ check: 'remediator', detail: expect.stringContaining(permission) }),
    );
  });
});

it.each([
  [['Application.Read.All'], ['Application.Read.All'], [], []],
  [['Directory.Read.All'], ['Application.Read.All'], [], ['Directory.Read.All']],
  [[], ['Policy.Read.All'], ['Policy.Read.All'], []],
  [['Mail.Send', 'Policy.Read.All'], ['Policy.Read.All'], [], ['Mail.Send']],
])('roles %j against needs %j: missing %j, excessive %j', (roles, needed, missing, excessive) => {
  expect(checkRoles(roles, needed)).toMatchObject({ missing, excessive });
});
