import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import { hasNormalPath } from '../../src/web/auth/normal-path.js';
import { writerOf } from '../adversary/writer.js';
import { describeInBrowser, startBrowser } from '../support/browser.js';
import { aLaptop, type Laptop } from '../support/laptop.js';
import { ada, azureWeb, type Served, serveHere } from '../support/web.js';

const app = anApp('Payroll Sync', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const tenant = simulatedTenantOf([app]);

let laptop: Laptop;
let served: Served;
beforeAll(async () => {
  laptop = await aLaptop({ tenant });
  await laptop.scan();
  served = await serveHere(laptop, {});
});
afterAll(async () => {
  await served.close();
  await laptop.close();
});

/** Sends a request to the server, with any host name and any path. */
function ask(host: string, path: string, headers: Record<string, string> = {}) {
  const { port } = new URL(served.address());
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const outgoing = send({ host: '127.0.0.1', port, path, headers: { host, ...headers } }, async (answer) => {
      let body = '';
      for await (const part of answer) body += part;
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
    });
    outgoing.on('error', reject).end();
  });
}

describe('consentinel serve', () => {
  it('prints an address with a random host name, and answers to no other', async () => {
    const { host, pathname, search } = new URL(served.address());
    expect(host).toMatch(/^consentinel-[0-9a-f]{16}\.localhost:\d+$/);
    const port = host.split(':')[1] ?? '';
    for (const other of [`127.0.0.1:${port}`, `localhost:${port}`, `consentinel.localhost:${port}`]) {
      const { status, body } = await ask(other, '/');
      expect(status).toBe(403);
      // The answer does not give the name away.
      expect(body).not.toContain(host.split('.')[0]);
    }
    const signedIn = await ask(host, pathname + search);
    expect(signedIn.status).toBe(303);
    const [cookie = ''] = signedIn.headers['set-cookie'] ?? [];
    expect(cookie).not.toMatch(/domain=/i);
    expect((await ask(host, '/', { cookie: cookie.split(';')[0] ?? '' })).body).toContain('Payroll Sync');
    expect((await ask('127.0.0.1', '/api/health')).status).toBe(200);
  });

  describeInBrowser('in a browser', () => {
    it('has no cookie that a browser sends to another port of this machine', async () => {
      const received: (string | undefined)[] = [];
      const other = createServer((request, response) => {
        received.push(request.headers.cookie);
        response.end('<p>other</p>');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
      const { port } = other.address() as AddressInfo;
      const browser = await startBrowser();
      try {
        const page = await browser.newPage();
        await page.goto(served.address());
        expect(await page.content()).toContain('Payroll Sync');
        for (const host of ['127.0.0.1', 'localhost', 'other.localhost']) await page.goto(`http://${host}:${port}/`);
        expect(received.length).toBeGreaterThanOrEqual(3);
        expect(received.filter(Boolean)).toEqual([]);
      } finally {
        await browser.close();
        other.close();
      }
    });
  });

  it.each(['/api/health/..', '/api/health/../findings', '/api/health/%2e%2E/findings', '/api/health/.', '/a\\..\\b'])(
    'rejects the path %s before it is routed',
    async (path) => {
      expect((await ask(new URL(served.address()).host, path)).status).toBe(400);
    },
  );

  it('answers 400 to a probe with a body', async () => {
    const { port, host } = new URL(served.address());
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () =>
        socket.write(`GET /api/health HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}`),
      );
      socket.once('data', (data) => resolve(String(data)));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('a normal path', () => {
  it.each(['/', '/findings?x=/../%2e', '/api/health', '/reports/csv', '/a.b/..c'])('is %s', (path) => {
    expect(hasNormalPath(path)).toBe(true);
  });
  it.each(['/..', '/a/../b', '/./a', '/a//b', '/a%2fb', '/a%5Cb', '/%2e%2e/a', '/%252e%252e/a', '/a\\b'])(
    'is not %s',
    (path) => {
      expect(hasNormalPath(path)).toBe(false);
    },
  );
});

describe('in Azure', () => {
  const get = async (path: string, headers: Record<string, string> = {}) =>
    azureWeb(
      laptop.runtime,
      'https://app.example',
    )(new Request(`https://app.example${path}`, { headers: { 'x-ms-client-principal': ada, ...headers } }));

  it('responses keep the browser on https', async () => {
    const { status, headers } = await get('/');
    expect([status, headers.get('strict-transport-security')]).toEqual([200, 'max-age=31536000; includeSubDomains']);
  });

  it('an encoded slash is not routed', async () => {
    expect((await get('/api%2fhealth')).status).toBe(400);
    expect((await get('/findings%2f..')).status).toBe(400);
  });

  it('a forged principal does not count where the front end has seen the path of the probe', async () => {
    expect((await get('/', { 'x-waws-unencoded-url': '/api/health/../' })).status).toBe(401);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('no rule is named %s', async (name) => {
    expect((await get(`/rules/${name}`)).status).toBe(404);
    expect((await get(`/reports/${name}`)).status).toBe(404);
    expect((await get(`/findings?rule=${name}&show=${name}&severity=${name}`)).status).toBe(200);
  });

  it('a stored finding of a rule named constructor is shown without the page of a rule', async () => {
    const { findings } = writerOf(laptop).storage.raw;
    const [finding] = await laptop.stored();
    const row = await findings.getEntity(`${tenant.id}_${finding?.ruleId}`, `finding_${finding?.id}`);
    const forged = { ...row, partitionKey: `${tenant.id}_constructor`, rowKey: 'finding_00000000000000aa' };
    await findings.createEntity({ ...forged, id: '00000000000000aa', ruleId: 'constructor' });
    const page = await get('/findings/00000000000000aa');
    expect([page.status, await page.text()]).toEqual([200, expect.not.stringContaining('native code')]);
    await findings.deleteEntity(`${tenant.id}_constructor`, 'finding_00000000000000aa');
  });
});
