import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { selfSignedCertificate } from '../../src/graph/writes/self-signed-certificate.js';
import { type ProofStep, proveRemedy } from '../../src/jobs/remediation/prove-remedy.js';
import { simulatedTenantOf } from '../../src/local/demo-tenant.js';
import { anApp, aSymmetricSigningKey } from '../../src/rules/testing/cases.js';
import type { SimulatorOptions } from '../../src/simulator/http/server.js';
import { rejection } from '../graph/scripted-graph.js';
import { aLaptop, type Laptop } from '../support/laptop.js';

let laptop: Laptop;
afterEach(() => laptop.close());

const other = anApp('Payroll', { application: { keyCredentials: [aSymmetricSigningKey('payroll')] } });
const tenant = simulatedTenantOf([other]);

async function start(options: Partial<SimulatorOptions> = {}, settings: Record<string, string> = {}) {
  laptop = await aLaptop({ tenant, ...options }, settings);
  const id = other.application?.id ?? '';
  return { before: laptop.simulator.directory.find('applications', id), id };
}

async function prove(signal?: AbortSignal) {
  const steps: ProofStep[] = [];
  const proved = await proveRemedy(await laptop.runtime.proof(), (step) => steps.push(step), signal);
  return { proved, steps, texts: steps.map(({ text }) => text).join('\n') };
}

/** The requests that change something, in order: method and kind of path. */
const writes = () =>
  laptop.simulator.requests
    .filter(({ method, path }) => method !== 'GET' && !path.includes('$batch'))
    .map(({ method, path }) => `${method} ${path.replace(/[0-9a-f-]{36}/, '*')}`);
const left = () => laptop.simulator.counts().applications;

describe('the proof of the remedy', () => {
  it('creates an application, removes its key as a plan does, keeps the certificate, and deletes it', async () => {
    const { before, id } = await start();
    const { proved, steps, texts } = await prove();
    expect([proved, texts]).toEqual([true, expect.stringContaining('The certificate is still there.')]);
    expect(steps.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(writes()).toEqual(['POST /applications', 'PATCH /applications/*', 'DELETE /applications/*']);
    const patched = laptop.simulator.requests.find(({ method }) => method === 'PATCH');
    // The request of the remedy: the certificate as Graph returned it, with its public key.
    expect(patched?.body).toMatchObject({ keyCredentials: [{ type: 'AsymmetricX509Cert', usage: 'Verify' }] });
    expect(left()).toBe(1);
    expect(laptop.simulator.directory.find('applications', id)).toEqual(before);
    expect(await laptop.rows()).toEqual([]);
  });

  it('waits for replicas that lag behind', async () => {
    await start({ replicationLag: 120 });
    expect(await prove()).toMatchObject({ proved: true });
  });

  it.each([
    ['Graph refuses the request', { kind: 'status', status: 400, match: { method: 'PATCH' }, times: 9 }, 'PATCH'],
    ['the application is never shown', { kind: 'status', status: 404, match: { path: /appId=/ }, times: 999 }, 'key'],
  ] as const)('deletes the application if %s', async (_name, fault, text) => {
    await start();
    laptop.simulator.order(fault as never);
    const { proved, texts } = await prove();
    expect([proved, texts]).toEqual([false, expect.stringContaining(text)]);
    expect(texts).toContain('Deleted the application.');
    expect(left()).toBe(1);
  });

  it('deletes the application of an interrupted proof', async () => {
    await start();
    const interrupted = new AbortController();
    laptop.simulator.order({ kind: 'hang', match: { method: 'PATCH' }, times: 1 });
    const running = prove(interrupted.signal);
    while (!laptop.simulator.requests.some(({ method }) => method === 'PATCH'))
      await new Promise((resolve) => setTimeout(resolve, 5));
    interrupted.abort();
    expect(await running).toMatchObject({ proved: false, texts: expect.stringContaining('Deleted the application.') });
    expect(left()).toBe(1);
  });

  it('says how to delete the application if that fails', async () => {
    await start();
    laptop.simulator.order({ kind: 'status', status: 403, match: { method: 'DELETE' }, times: 9 });
    const { proved, texts } = await prove();
    expect(proved).toBe(false);
    expect(texts).toMatch(/NOT deleted.*az ad app delete --id [0-9a-f-]{36}/);
  });

  it('says that an application may exist if the answer was lost', async () => {
    await start();
    laptop.simulator.order({ kind: 'status', status: 503, match: { method: 'POST', path: '/applications' }, times: 9 });
    expect(await prove()).toMatchObject({
      proved: false,
      texts: expect.stringMatching(/It may exist.*"Consentinel proof /),
    });
  });

  it('notices a certificate that the request has removed', async () => {
    await start();
    const context = await laptop.runtime.proof();
    const { remediator } = context;
    const send: NonNullable<typeof remediator>['send'] = (write, signal) =>
      remediator?.send({ ...write, body: { keyCredentials: [] } }, signal) ?? Promise.resolve(undefined);
    const steps: ProofStep[] = [];
    const careless = remediator && { ...remediator, send };
    expect(await proveRemedy({ ...context, remediator: careless }, (step) => steps.push(step))).toBe(false);
    expect(steps.at(-2)?.text).toContain('is gone too');
    expect(left()).toBe(1);
  });

  it('creates nothing without an identity that writes', async () => {
    await start({}, { REMEDIATOR_CLIENT_ID: '' });
    expect(await rejection(prove())).toMatchObject({ code: 'remediation-disabled' });
    expect(writes()).toEqual([]);
  });
});

it('a self-signed certificate is one that OpenSSL reads', async () => {
  await start();
  const [from, until] = [new Date('2026-11-26T00:00:00Z'), new Date('2026-11-28T00:00:00Z')];
  const certificate = new X509Certificate(selfSignedCertificate('Consentinel proof 1a2b', from, until));
  expect(certificate.subject).toBe('CN=Consentinel proof 1a2b');
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect([Date.parse(certificate.validFrom), Date.parse(certificate.validTo)]).toEqual([+from, +until]);
});
