import { describe, expect, it } from '@jest/globals';
import { emailOf } from '../../src/alerts/channels/email/email-channel.js';
import { teamsMessage } from '../../src/alerts/channels/teams/teams-card.js';
import type { Digest } from '../../src/model/alerts/digest.js';
import { textsOf } from '../support/webhook-sink.js';
import { appeared, digestOf, hostileNames } from './examples.js';

function alertOf(tenantName: string | undefined, severalTenants = true): Digest {
  const scan = { tenantId: 'aaaaaaaa-0000-4000-8000-00000000000a', ...(tenantName && { tenantName }) };
  const digest = digestOf([appeared('Payroll Sync')], { scan, rules: { severalTenants } });
  if (!digest) throw new Error('There is nothing to report.');
  return digest;
}

describe('an alert of one of several tenants', () => {
  it.each([
    ['by its name and id', 'Contoso', 'Contoso (aaaaaaaa-0000-4000-8000-00000000000a)'],
    ['by its id where no scan knows its name', undefined, 'aaaaaaaa-0000-4000-8000-00000000000a'],
  ])('names the tenant, %s', (_, name, label) => {
    const { subject, text, html } = emailOf(alertOf(name), ['a@contoso.example']);
    expect(subject).toMatch(new RegExp(`^Consentinel: ${label.replace(/[()]/g, '\\$&')}: 1 new finding`));
    for (const body of [text, html]) expect(body).toContain(label);
    expect(textsOf(teamsMessage(alertOf(name))).plain).toContain(label);
  });

  it('names its tenant without an id where there is one, and not in the subject', () => {
    const { subject, text, html } = emailOf(alertOf('Contoso', false), ['a@contoso.example']);
    expect(subject).toBe('Consentinel: 1 new finding: 1 high');
    for (const body of [text, html]) expect(body).toMatch(/Tenant: (<strong>)?Contoso(<|\n)/);
    expect(textsOf(teamsMessage(alertOf('Contoso', false))).plain).toContain('Contoso');
  });

  it.each(hostileNames)('shows a name without rendering markup in it: %j', (name) => {
    const { subject, html } = emailOf(alertOf(name), ['a@contoso.example']);
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toMatch(/<(img|script|\/td)/);
    const { markdown } = textsOf(teamsMessage(alertOf(name)));
    expect(markdown.join('\n')).not.toContain('evil.example');
  });
});
