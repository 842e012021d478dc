import { describe, expect, it } from '@jest/globals';
import { type GovernedAnswer, Governor } from '../../src/graph/http/governor.js';
import { WaitingClock } from '../../src/graph/http/waiting-clock.js';

const listing = 'https://graph.microsoft.com/v1.0/servicePrincipals?$select=id,keyCredentials&$top=999';
const other = 'https://graph.microsoft.com/v1.0/organization';

/** A governor whose waits end at once and count with their requested duration. */
function governed() {
  const waits: number[] = [];
  const clock = new WaitingClock(async (milliseconds) => {
    waits.push(Math.round(milliseconds));
  });
  const governor = new Governor(clock);
  const send = (url: string, answer: GovernedAnswer) =>
    governor.run(
      url,
      undefined,
      async () => answer,
      (result) => result,
    );
  return { governor, waits, send };
}

describe('the budget of a tenant', () => {
  it('sends nothing before Retry-After has passed, also no other request', async () => {
    const { send, waits } = governed();
    await send(listing, { status: 429, retryAfter: 2_000 });
    await send(other, { status: 200 });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(1_900);
    await send(listing, { status: 200 });
    expect(waits).toHaveLength(1);
  });

  it('does not stop the directory when the log reports are throttled', async () => {
    const { send, waits } = governed();
    const log = 'https://graph.microsoft.com/v1.0/auditLogs/signIns?$top=1000';
    await send(log, { status: 429, retryAfter: 2_000 });
    await send(listing, { status: 200 });
    expect(waits).toEqual([]);
    await send(log, { status: 200 });
    expect(waits).toHaveLength(1);
  });

  it('does not count the requests for log reports in the budget of the directory', async () => {
    const { send, waits } = governed();
    for (let i = 0; i < 40; i++) await send('https://graph.microsoft.com/v1.0/auditLogs/signIns', { status: 200 });
    for (let i = 0; i < 80; i++) await send(other, { status: 200, usedShare: i === 79 ? 0.8 : undefined });
    // The budget is 100 requests, of which 97 are used.
    for (let i = 0; i < 17; i++) await send(other, { status: 200 });
    expect(waits).toEqual([]);
    await send(other, { status: 200 });
    // A slow machine spreads the requests over some milliseconds, which end the wait in two steps.
    expect(waits[0]).toBeGreaterThan(9_000);
  });

  it('halves the concurrent requests after a 429, and adds one after eight fast answers', async () => {
    const { governor, send } = governed();
    expect(governor.concurrency).toBe(8);
    await send(listing, { status: 429, retryAfter: 0 });
    expect(governor.concurrency).toBe(4);
    for (let i = 0; i < 16; i++) await send(other, { status: 200 });
    expect(governor.concurrency).toBe(6);
  });

  it('never falls below one request, and never exceeds sixteen', async () => {
    const { governor, send } = governed();
    for (let i = 0; i < 6; i++) await send(listing, { status: 429, retryAfter: 0 });
    expect(governor.concurrency).toBe(1);
    for (let i = 0; i < 300; i++) await send(other, { status: 200 });
    expect(governor.concurrency).toBe(16);
  });

  it('does not pace requests that select key credentials while Graph reports no shortage', async () => {
    const { send, waits } = governed();
    for (let i = 0; i < 400; i++) await send(listing, { status: 200 });
    expect(waits).toEqual([]);
  });

  it('keeps the 150 requests per minute once Graph reports a shortage, before Graph answers 429', async () => {
    const { send, waits } = governed();
    for (let i = 1; i <= 150; i++) await send(listing, { status: 200, ...(i >= 120 && { usedShare: i / 150 }) });
    expect(waits).toEqual([]);
    await send(listing, { status: 200 });
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThan(58_000);
  });

  it('leaves other clients the part of the budget that they use', async () => {
    const { send, waits } = governed();
    // Two requests of others for each of ours: of 150, 50 are left for this client.
    for (let i = 1; i <= 40; i++) await send(listing, { status: 200, ...(i >= 40 && { usedShare: (i * 3) / 150 }) });
    for (let i = 41; i <= 50; i++) await send(listing, { status: 200 });
    expect(waits).toEqual([]);
    await send(listing, { status: 200 });
    expect(waits).toHaveLength(1);
  });

  it('counts applications and service principals separately, and other requests not at all', async () => {
    const { send, waits } = governed();
    for (let i = 1; i <= 150; i++) await send(listing, { status: 200, usedShare: i / 150 });
    await send(listing.replace('servicePrincipals', 'applications'), { status: 200 });
    await send(other, { status: 200 });
    expect(waits).toEqual([]);
  });

  it('passes on the failure of a request, and stays usable', async () => {
    const { governor, send } = governed();
    const failing = governor.run(
      other,
      undefined,
      () => Promise.reject(new Error('no answer')),
      () => ({}),
    );
    await expect(failing).rejects.toThrow('no answer');
    await expect(send(other, { status: 200 })).resolves.toEqual({ status: 200 });
  });

  it('sends nothing after its signal aborts', async () => {
    const { governor } = governed();
    const aborted = AbortSignal.abort(new Error('stopped'));
    let sent = 0;
    const run = governor.run(
      other,
      aborted,
      async () => {
        sent++;
      },
      () => ({}),
    );
    await expect(run).rejects.toThrow('stopped');
    expect(sent).toBe(0);
  });
});
