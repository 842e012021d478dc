import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { approve, reject } from '../../src/cli/commands/approve.js';
import { suppress } from '../../src/cli/commands/suppress.js';
import { readConfig } from '../../src/config.js';
import { executeRemediation } from '../../src/jobs/remediation/execute.js';
import { messageFor } from '../../src/jobs/remediation/message.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { serveLocally, type WebServer } from '../../src/local/web-server.js';
import type { Finding } from '../../src/model/finding/finding.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { createInstallation, type Runtime } from '../../src/runtime.js';
import { createWeb } from '../../src/web/app.js';
import { appServiceAuthenticator } from '../../src/web/auth/app-service.js';
import { createAppInstallation } from '../../src/wiring/create-installation.js';
import { remediatorOf } from '../../src/wiring/remediation-parts.js';
import { planned } from '../adversary/attacker.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { principal, rulePages, vera } from '../support/web.js';

const webClientId = '0c0c0c0c-0000-4000-8000-00000000000c';
const names = ['Payroll Sync', 'Loan Desk', 'Expense Portal', 'Warehouse'];
const tenant = simulatedTenantOf(
  names.map((name) => anApp(name, { application: { keyCredentials: [aSymmetricSigningKey(name)] } })),
);

let laptop: Laptop;
let server: WebServer;
let cli: Runtime;
let remediator: Runtime;
const tablePrefix = `t${randomBytes(6).toString('hex')}`;
const out: string[] = [];
const screen = { out: { write: (text: string) => out.push(text) }, log: { write: () => true }, colour: false } as never;

beforeAll(async () => {
  laptop = await aLaptop({ tenant }, {}, { tablePrefix });
  await laptop.scan();
  const { keyVault } = laptop.simulator;
  const publicKeys = Buffer.from(keyVault.publicKeys.join('')).toString('base64');
  const settings = { ...laptop.settings, APPROVAL_PUBLIC_KEYS: publicKeys };
  const open = async (more: Record<string, string>) => {
    const all = { ...settings, ...more };
    return (await createInstallation(readConfig(all), all, { tablePrefix })).runtime();
  };
  const web = await open({ APPROVAL_SIGNING_KEY: keyVault.keyUrl });
  server = await serveLocally(0, async (port) => {
    const authenticator = appServiceAuthenticator({
      authenticationEnabled: true,
      publicUrl: `http://127.0.0.1:${port}`,
    });
    const app = createWeb(web.review(), authenticator, { version: 'test', rulePages });
    return (request) => appService(request, (authenticated) => app.fetch(authenticated));
  });
  cli = await open({ PUBLIC_URL: `http://127.0.0.1:${server.port}`, WEB_CLIENT_ID: webClientId });
  const parts = { remediator: remediatorOf, readsAs: 'remediator' } as const;
  const patience = { agreeing: 2, firstMilliseconds: 5, longestMilliseconds: 25, totalMilliseconds: 500 };
  const options = { tablePrefix, patience };
  remediator = (await createAppInstallation(readConfig(settings), settings, parts, options)).runtime();
}, 60_000);
afterAll(async () => {
  await server.close();
  await laptop.close();
});

/** What App Service authentication does with a bearer token: it validates it, and replaces the client's header. */
async function appService(request: Request, next: (request: Request) => Response | Promise<Response>) {
  const headers = new Headers(request.headers);
  headers.delete('x-ms-client-principal');
  const token = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1];
  const issued = token && laptop.simulator.identityOf(token);
  if (!issued || issued.audience !== webClientId) return new Response(null, { status: 401 });
  const { objectId, name } = issued.identity;
  const claims = [
    { typ: 'oid', val: objectId },
    { typ: 'preferred_username', val: name },
    { typ: 'roles', val: 'Consentinel.Approver' },
  ];
  headers.set('x-ms-client-principal', principal(name, [], { claims }));
  const { url, method } = request;
  return next(new Request(url, { method, headers, body: await request.text() }));
}

const storedFinding = async ({ tenantId, id }: Finding) =>
  (await laptop.runtime.findings.finding(tenantId, id))?.value as Finding;

describe('a decision of the command line in an Azure installation', () => {
  it('is signed by the web app, and the remediator executes it with the public key alone', async () => {
    const finding = await planned(laptop, 'Payroll Sync');
    expect(await approve(cli, screen, finding.id, { acknowledgeWarnings: true, comment: 'Agreed.' })).toBe(0);
    const { remediation } = await storedFinding(finding);
    const { reader } = laptop.simulator.identities;
    expect(remediation).toMatchObject({
      status: 'approved',
      decision: { author: `reader (${reader.objectId})`, comment: 'Agreed.' },
      approvals: [
        {
          keyId: laptop.simulator.keyVault.keyUrl,
          statement: {
            author: { id: reader.objectId, roles: ['Consentinel.Approver'] },
            planHash: remediation?.planHash,
          },
        },
      ],
    });
    const context = await remediator.remediation();
    expect(await executeRemediation(context, messageFor(finding, finding.remediation))).toMatchObject({
      status: 'applied',
    });
    expect(out.join('')).toContain(`Approved by reader (${reader.objectId}) until`);
  });

  it('cannot be signed by the command line or the remediator: they have no key', async () => {
    const finding = await planned(laptop, 'Loan Desk');
    expect(cli.decisions().signer).toBeUndefined();
    expect(remediator.decisions().signer).toBeUndefined();
    expect(Object.keys((await remediator.remediation()).verifier ?? {})).toEqual(['rejectionOf']);
    const here = { ...cli, webDecisions: () => undefined };
    await expect(approve(here, screen, finding.id, { acknowledgeWarnings: true })).rejects.toMatchObject({
      code: 'signing-unavailable',
      message: expect.stringContaining('APPROVAL_SIGNING_KEY'),
    });
    expect((await storedFinding(finding)).remediation?.status).toBe('proposed');
  });

  it('needs the acknowledgements of the form', async () => {
    const finding = await planned(laptop, 'Loan Desk');
    await expect(approve(cli, screen, finding.id, {})).rejects.toMatchObject({
      code: 'decision-refused',
      remedy: expect.stringContaining('--acknowledge-warnings'),
    });
    expect(await suppress(cli, screen, finding.id, { reason: 'Retired in May.', until: tomorrow() })).toBe(0);
    await expect(approve(cli, screen, finding.id, { acknowledgeWarnings: true })).rejects.toMatchObject({
      code: 'decision-refused',
      message: expect.stringContaining('Retired in May.'),
      remedy: expect.stringContaining('--end-suppression'),
    });
    expect(await approve(cli, screen, finding.id, { acknowledgeWarnings: true, endSuppression: true })).toBe(0);
    const history = await laptop.runtime.findings.history(finding);
    expect(history.slice(-2).map(({ type }) => type)).toEqual(['suppression-ended', 'approved']);
    expect(await storedFinding(finding)).toMatchObject({ status: 'open', remediation: { status: 'approved' } });
    expect(await reject(cli, screen, finding.id, {})).toBe(0);
    expect((await storedFinding(finding)).remediation).not.toHaveProperty('approvals');
  });

  it('stores nothing if Key Vault does not sign', async () => {
    const finding = await planned(laptop, 'Warehouse');
    const { permissions } = laptop.simulator.keyVault;
    permissions.sign.clear();
    await expect(approve(cli, screen, finding.id, { acknowledgeWarnings: true })).rejects.toMatchObject({
      code: 'signing-unavailable',
    });
    permissions.sign.add('reader');
    expect((await storedFinding(finding)).remediation?.status).toBe('proposed');
  });

  it('is rejected with a token for another audience', async () => {
    const finding = await planned(laptop, 'Warehouse');
    const web = cli.webDecisions();
    const other = { ...cli, webDecisions: () => web && { ...web, token: async () => 'another.token.' } };
    await expect(approve(other, screen, finding.id, { acknowledgeWarnings: true })).rejects.toMatchObject({
      code: 'credential-rejected',
    });
  });
});

const tomorrow = () => new Date(Date.now() + 864e5).toISOString();

describe('the API', () => {
  const send = async (
    headers: Record<string, string>,
    body: object = {},
    authenticationEnabled = true,
    decision = 'approve',
    name = 'Expense Portal',
  ) => {
    const finding = await planned(laptop, name);
    const stored = await laptop.runtime.findings.finding(finding.tenantId, finding.id);
    const authenticator = appServiceAuthenticator({ authenticationEnabled, publicUrl: 'https://consentinel.example' });
    const app = createWeb(laptop.runtime.review(), authenticator, { version: 'test', rulePages });
    const request = new Request(`https://consentinel.example/api/findings/${finding.id}/${decision}`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ etag: stored?.etag, acknowledgeWarnings: true, ...body }),
    });
    return app.fetch(request);
  };
  const approver = principal('ada@woodgrove.example', ['Consentinel.Approver']);
  const good = {
    'x-ms-client-principal': approver,
    authorization: 'Bearer token',
    'content-type': 'application/json',
  };
  const without = (name: keyof typeof good) => Object.fromEntries(Object.entries(good).filter(([key]) => key !== name));

  it.each<[string, number, Record<string, string>, object, boolean]>([
    ['without a principal', 401, without('x-ms-client-principal'), {}, true],
    ['of a reader', 403, { ...good, 'x-ms-client-principal': vera }, {}, true],
    ['without a bearer token', 401, without('authorization'), {}, true],
    ['with Basic authentication', 401, { ...good, authorization: 'Basic YTpi' }, {}, true],
    ['with a session cookie', 403, { ...good, cookie: 'AppServiceAuthSession=x' }, {}, true],
    ['of another site', 403, { ...good, origin: 'https://evil.example' }, {}, true],
    ['of a browser', 403, { ...good, 'sec-fetch-site': 'same-origin' }, {}, true],
    ['of a form', 415, { ...good, 'content-type': 'text/plain' }, {}, true],
    ['without a content type', 415, without('content-type'), {}, true],
    ['without App Service authentication', 403, good, {}, false],
    ['without the version that was seen', 409, good, { etag: '' }, true],
    ['for another plan', 409, good, { remediationId: '0123456789abcdef' }, true],
    ['for a plan with another hash', 409, good, { planHash: '0'.repeat(64) }, true],
    ['without acknowledged warnings', 422, good, { acknowledgeWarnings: 'true' }, true],
  ])('rejects a decision %s', async (_name, status, headers, body, enabled) => {
    const response = await send(headers, body, enabled);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { message: expect.any(String) } });
    expect((await planned(laptop, 'Expense Portal')).remediation.status).toBe('proposed');
  });

  it('accepts the same decision with all of it', async () => {
    const response = await send(good);
    expect(await response.json()).toMatchObject({ remediationStatus: 'approved', approvals: 1 });
  });

  it('ends a suppression', async () => {
    const [name, reason] = ['Warehouse', 'The owner is asked.'];
    const suppressed = await send(good, { reason, until: tomorrow() }, true, 'suppress', name);
    expect(await suppressed.json()).toMatchObject({ status: 'suppressed' });
    const refused = await send(good, { etag: '' }, true, 'unsuppress', name);
    expect(refused.status).toBe(409);
    const ended = await send(good, { reason: 'The owner answered.' }, true, 'unsuppress', name);
    expect(await ended.json()).toMatchObject({ status: 'open' });
  });
});
