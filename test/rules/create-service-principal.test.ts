import { describe, expect, it } from '@jest/globals';
import type { WholeApplication } from '../../src/model/entra/app.js';
import { rule } from '../../src/rules/require-service-principal/rule.js';
import { anApp, caseTenant } from '../../src/rules/testing/cases.js';

const sentence = expect.stringMatching(/^[A-Z][^\n]+\.$/);

function remedyWhere(deletedServicePrincipal: boolean | undefined, members: Partial<WholeApplication> = {}) {
  const { appId, application } = anApp('Warehouse API', { application: members, servicePrincipal: null });
  const subject = {
    app: { appId, application, servicePrincipal: undefined },
    facts: { claimsMappingPolicies: undefined, deletedServicePrincipal },
  };
  const violation = { on: 'application', objectId: application?.id ?? '', message: '', evidence: {} } as const;
  return { appId, remedy: rule.remedy?.plan(violation, subject as never, caseTenant as never) };
}

describe('the plan to create a service principal', () => {
  it('is one reversible POST', () => {
    const { appId, remedy } = remedyWhere(false);
    expect(remedy).toEqual({
      plan: {
        requests: [{ method: 'POST', path: '/servicePrincipals', body: { appId } }],
        irreversible: false,
        undo: expect.stringContaining(`DELETE /servicePrincipals(appId='${appId}')`),
        warnings: [],
        guard: { appId },
      },
    });
  });

  it.each([
    ['could be restored', true, /^You can restore a deleted/],
    ['could not be read', undefined, /could not read whether/],
  ])('does not exist if a deleted one %s', (_name, deleted, reason) => {
    const undetermined = deleted === undefined && { undetermined: true };
    const manual = { reason: expect.stringMatching(reason), steps: [sentence, sentence], ...undetermined };
    expect(remedyWhere(deleted).remedy).toEqual({ manual });
  });

  it('does not exist for an agent identity blueprint', () => {
    const { remedy } = remedyWhere(false, { subtype: 'agentIdentityBlueprint' });
    const manual = { reason: expect.stringMatching(/agent identity blueprint/), steps: [sentence, sentence] };
    expect(remedy).toEqual({ manual });
  });

  it('needs the permission to write applications', () => {
    expect(rule.remedy?.permission).toBe('Application.ReadWrite.All');
  });
});
