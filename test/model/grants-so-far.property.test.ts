import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeApp, type WholeApp } from '../../src/model/finding/judge.js';
import type { AppRule } from '../../src/model/rule/rule.js';
import { GrantIndex, type Grants, type PermissionGrant } from '../../src/model/tenant/grants.js';
import { GrantsSoFar } from '../../src/model/tenant/grants-so-far.js';
import { appCases } from '../../src/rules/all-cases.js';
import { rules } from '../../src/rules/index.js';
import { tenantOfCase } from '../../src/rules/testing/case-tenant.js';
import type { AppCase } from '../../src/rules/testing/cases.js';

const [client, api, other] = ['client', 'api', 'other'] as const;
const forAll: PermissionGrant = { clientId: client, resourceId: api, consentType: 'AllPrincipals', scope: 'User.Read' };

describe('grants of which more may follow note an answer that can become another one', () => {
  const soFar = () => new GrantsSoFar(new GrantIndex([forAll]));
  it.each<[string, (grants: Grants) => unknown, boolean]>([
    ['a scope that was granted', (grants) => grants.of(client, api).tenantWide.has('user.read'), false],
    ['a scope that was not', (grants) => grants.of(client, api).tenantWide.has('mail.read'), true],
    ['a scope of another API', (grants) => grants.of(client, other).tenantWide.has('user.read'), true],
    ['the number of scopes', (grants) => grants.of(client, api).tenantWide.size, true],
    ['all scopes', (grants) => [...grants.of(client, api).tenantWide], true],
    ['all scopes on all APIs', (grants) => [...grants.allOf(client).tenantWide], true],
    ['the consent of some users', (grants) => grants.of(client, api).someUsers, true],
    ['a client with a grant', (grants) => grants.anyOf(client), false],
    ['a client without', (grants) => grants.anyOf(other), true],
    ['an API with a grant', (grants) => grants.anyOn(api), false],
    ['an API without', (grants) => grants.anyOn(other), true],
    ['whether the grants were read directly', (grants) => grants.isConfirmed(client), false],
  ])('%s', (_question, ask, mayChange) => {
    const grants = soFar();
    ask(grants);
    expect(grants.mayChange).toBe(mayChange);
  });

  it('and give the same answers as all grants do', () => {
    const grants = soFar();
    expect([...grants.of(client, api).tenantWide]).toEqual(['user.read']);
    expect(grants.of(client, api)).toMatchObject({ someUsers: false, tenantWide: { size: 1 } });
    expect(grants.isConfirmedOn(api)).toBe(false);
    expect(grants.hasUnclear(client)).toBe(false);
  });
});

const appRules = rules.filter((rule): rule is AppRule => rule.on === 'app');
const cases = Object.values(appCases)
  .flat()
  .filter(({ tenant }) => tenant?.grants === undefined);

function judged(active: readonly AppRule[], example: AppCase, grants: Grants) {
  const { appId, application, servicePrincipal } = example.app;
  const app = { appId, application: application ?? undefined, servicePrincipal: servicePrincipal ?? undefined };
  return judgeApp(active, app as WholeApp, { ...tenantOfCase(example), grants } as never);
}

/** The app complies, and every grant that its rules check was read. */
function complies(active: readonly AppRule[], example: AppCase, grants: readonly PermissionGrant[]): boolean {
  const soFar = new GrantsSoFar(new GrantIndex(grants));
  return judged(active, example, soFar).length === 0 && !soFar.mayChange;
}

describe('an app that complies, and for which every grant that its rules check was read', () => {
  /** Grants that could follow: those of the case, one of a user, and one of a type that is not documented. */
  const following = ({ app, others = [], grants = [] }: AppCase): PermissionGrant[] => {
    const clientId = app.servicePrincipal?.id ?? 'none';
    const apis = [...others, app].flatMap(({ servicePrincipal }) => servicePrincipal?.id ?? []);
    const more = apis.flatMap((resourceId) =>
      ['Principal', 'Novel', 'AllPrincipals'].map((consentType) => ({
        clientId,
        resourceId,
        consentType,
        scope: 'Sudden',
      })),
    );
    return [...grants, ...more];
  };

  it('complies whatever grants follow, by any selection of rules', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...cases),
        fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
        fc.subarray(appRules, { minLength: 1 }),
        (example, isRead, active) => {
          const all = following(example);
          const read = all.filter((_, at) => isRead[at % isRead.length]);
          fc.pre(complies(active, example, read));
          expect(judged(active, example, new GrantIndex(all))).toEqual([]);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('is every app of the cases that complies with its rule and has its grants', () => {
    const certain = Object.entries(appCases).flatMap(([ruleId, some]) =>
      some.filter((example) =>
        complies(
          appRules.filter(({ id }) => id === ruleId),
          example,
          example.grants ?? [],
        ),
      ),
    );
    const granted = certain.filter(({ grants = [] }) => grants.length > 0);
    expect(granted.length).toBeGreaterThan(3);
  });
});
