import { describe, expect, it } from '@jest/globals';
import type { UserContext } from '../../src/model/diagnosis/user-context.js';
import { userSteps } from '../../src/model/diagnosis/user-steps.js';
import { worldwide } from '../../src/model/entra/clouds.js';
import type { User } from '../../src/model/entra/user.js';
import { neverExpires } from '../../src/model/tenant/hybrid.js';

const now = '2026-11-24T02:00:00.000Z';
const user: User = {
  id: '0a0a0a0a-0000-4000-8000-000000000a5e',
  userPrincipalName: 'Ada@Woodgrove.example',
  accountEnabled: true,
  userType: 'Member',
  lastPasswordChangeDateTime: '2026-10-01T00:00:00Z',
  passwordPolicies: null,
  signInSessionsValidFromDateTime: '2026-10-01T00:00:00Z',
  onPremisesSyncEnabled: null,
  onPremisesLastSyncDateTime: null,
  onPremisesProvisioningErrors: [],
};
const domain = {
  ...{ id: 'woodgrove.example', authenticationType: 'Managed', isVerified: true },
  passwordValidityPeriodInDays: 60 as number | null,
};
const fresh = '2026-11-24T01:45:00Z';
const organization = {
  onPremisesSyncEnabled: true,
  onPremisesLastSyncDateTime: fresh,
  onPremisesLastPasswordSyncDateTime: fresh,
};
const synced = { onPremisesSyncEnabled: true };
const issuedAt = Date.parse('2026-11-24T01:00:00Z');

interface Change {
  user?: Partial<User>;
  domain?: Partial<typeof domain>;
  organization?: Partial<Record<keyof typeof organization, string | null>>;
  issuedAt?: undefined;
}

function outcomes(change: Change): Record<string, string> {
  const context: UserContext = {
    user: { found: { ...user, ...change.user } },
    domains: { found: [{ ...domain, ...change.domain }] },
    organization: { found: { ...organization, ...change.organization } as typeof organization },
    issuedAt: 'issuedAt' in change ? undefined : issuedAt,
    now,
    cloud: worldwide,
  };
  const worse = userSteps(context).filter(({ outcome }) => outcome !== 'ok');
  return Object.fromEntries(worse.map(({ step, outcome, code }) => [step, code ? `${outcome} ${code}` : outcome]));
}

const password = 'The password of the user has not expired';
const session = 'The session of the token is not revoked';
const sync = 'The on-premises directory was synchronized recently';
const hashes = 'Passwords were synchronized recently';

const table: [name: string, change: Change, found: Record<string, string>][] = [
  ['no failure for a user without problems', {}, {}],
  [
    'a disabled account',
    { user: { accountEnabled: false } },
    { 'The account of the user is enabled': 'fails AADSTS50057' },
  ],
  [
    'a password that has expired',
    { domain: { passwordValidityPeriodInDays: 30 } },
    { [password]: 'fails AADSTS50055' },
  ],
  ['no failure for a password on its last day', { domain: { passwordValidityPeriodInDays: 55 } }, {}],
  [
    'an expired password under the default period, where the domain sets none',
    { domain: { passwordValidityPeriodInDays: null }, user: { lastPasswordChangeDateTime: '2026-01-01T00:00:00Z' } },
    { [password]: 'fails AADSTS50055' },
  ],
  [
    'no failure where passwords never expire',
    {
      domain: { passwordValidityPeriodInDays: neverExpires },
      user: { lastPasswordChangeDateTime: '2001-01-01T00:00:00Z' },
    },
    {},
  ],
  [
    'no failure where the password of the user never expires',
    {
      domain: { passwordValidityPeriodInDays: 1 },
      user: { passwordPolicies: 'DisableStrongPassword, DisablePasswordExpiration' },
    },
    {},
  ],
  [
    'an unknown step for a federated domain',
    { domain: { authenticationType: 'Federated', passwordValidityPeriodInDays: 1 } },
    { [password]: 'unknown' },
  ],
  ['an unknown step for a guest', { user: { userType: 'Guest' } }, { [password]: 'unknown' }],
  [
    'an unknown step for the domain of another tenant',
    { user: { userPrincipalName: 'ada@other.example' } },
    { [password]: 'unknown' },
  ],
  [
    'a revoked session',
    { user: { signInSessionsValidFromDateTime: '2026-11-24T01:30:00Z' } },
    { [session]: 'fails AADSTS50173' },
  ],
  [
    'a session from before the password change',
    {
      user: {
        signInSessionsValidFromDateTime: '2026-11-24T01:30:00Z',
        lastPasswordChangeDateTime: '2026-11-24T01:30:00Z',
      },
    },
    { [session]: 'fails AADSTS50133' },
  ],
  ['an unknown step without a token', { issuedAt: undefined }, { [session]: 'unknown' }],
  ['no failure for a synchronized user without problems', { user: synced }, {}],
  [
    'a stale directory synchronization',
    { user: synced, organization: { onPremisesLastSyncDateTime: '2026-11-23T20:00:00Z' } },
    { [sync]: 'fails AADSTS50000' },
  ],
  [
    'a stale password synchronization',
    { user: synced, organization: { onPremisesLastPasswordSyncDateTime: '2026-11-23T20:00:00Z' } },
    { [hashes]: 'fails AADSTS50000' },
  ],
  [
    'an unknown step where Graph does not return the time',
    { user: synced, organization: { onPremisesLastPasswordSyncDateTime: null } },
    { [hashes]: 'unknown' },
  ],
  [
    'no failure for a cloud user in a tenant with a stale synchronization',
    { organization: { onPremisesLastSyncDateTime: '2020-01-01T00:00:00Z' } },
    {},
  ],
  [
    'provisioning errors',
    {
      user: {
        ...synced,
        onPremisesProvisioningErrors: [
          {
            category: 'PropertyConflict',
            propertyCausingError: 'ProxyAddresses',
            occurredDateTime: '2026-11-20T00:00:00Z',
          },
        ],
      },
    },
    { 'The user is synchronized without errors': 'fails AADSTS50000' },
  ],
];

describe('the diagnosis of a user', () => {
  it.each(table)('shows %s', (_, change, found) => expect(outcomes(change)).toEqual(found));

  it('shows a missing user, and reads that failed', () => {
    const rest = { domains: { found: [] }, organization: { found: organization }, issuedAt, now, cloud: worldwide };
    expect(userSteps({ ...rest, user: { found: undefined } })).toMatchObject([
      { outcome: 'fails', code: 'AADSTS50034' },
    ]);
    const failure = { reason: 'It needs User.Read.All.', fix: 'Grant it.' };
    expect(userSteps({ ...rest, user: failure })).toMatchObject([
      { outcome: 'unknown', detail: 'It needs User.Read.All.', fix: 'Grant it.' },
    ]);
    const steps = userSteps({
      ...rest,
      user: { found: { ...user, ...synced } },
      domains: failure,
      organization: failure,
    });
    expect(steps.filter(({ outcome }) => outcome === 'unknown')).toHaveLength(2);
  });
});
