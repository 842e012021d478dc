import { expect, it } from '@jest/globals';
import { GraphCallError } from '../../src/graph/http/errors.js';
import { createMailer } from '../../src/graph/writes/mail.js';
import { type Reply, rejection, withGraph } from './scripted-graph.js';

const from = 'ada.lovelace@contoso.com';
const email = { to: ['grace@contoso.com'], subject: 'A finding', html: '<p>One</p>', text: 'One' };

it('a mail is sent from the configured mailbox', async () => {
  await withGraph([{ status: 202 }], async ({ requests, settings }) => {
    await createMailer(settings, from).send(email);
    expect(requests.map(({ method, path }) => [method, path])).toEqual([
      ['POST', '/v1.0/users/ada.lovelace%40contoso.com/sendMail'],
    ]);
  });
});

const quoting = "The requested user 'ada.lovelace@contoso.com' is invalid; see grace@contoso.com.";

it.each<[string, Reply, string, string]>([
  [
    'Graph refuses it',
    { status: 403, body: { error: { code: 'ErrorAccessDenied', message: 'Access is denied.' } } },
    'permission-missing',
    'The request needs the application permission Mail.Send.',
  ],
  [
    'the mailbox is unknown and Graph quotes it',
    { status: 404, body: { error: { code: 'ErrorInvalidUser', message: quoting } } },
    'graph-rejected',
    "Graph says: The requested user '(an address)' is invalid; see (an address).",
  ],
  ['the connection drops', (response) => response.destroy(), 'graph-unavailable', 'failed: '],
])('when %s, the error has the reason and no address', async (_, reply, code, reason) => {
  await withGraph([reply], async ({ settings }) => {
    const error = (await rejection(createMailer(settings, from).send(email))) as GraphCallError;
    expect(error).toBeInstanceOf(GraphCallError);
    expect(error.code).toBe(code);
    expect(error.message).toContain('POST /users/{mailbox}/sendMail');
    expect(error.message).toContain(reason);
    for (const text of [error.stack, error.remedy, JSON.stringify(error), String(error.cause)])
      expect(text ?? '').not.toMatch(/lovelace|grace|contoso/);
  });
});
