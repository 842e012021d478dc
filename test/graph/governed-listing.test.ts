import { describe, expect, it } from '@jest/globals';
import { type GovernedAnswer, Governor } from '../../src/graph/http/governor.js';
import { WaitingClock } from '../../src/graph/http/waiting-clock.js';
import { GraphError } from '../../src/simulator/protocol/graph-error.js';
import type { GraphRequest } from '../../src/simulator/protocol/graph-request.js';
import { Throttle } from '../../src/simulator/protocol/throttle.js';

interface Load {
  /** The pages of each chain. All chains are read at the same time. */
  readonly chains: readonly number[];
  /** Milliseconds of each answer. */
  readonly latency: number;
  readonly otherClients?: number;
  readonly priority?: 'Low';
  readonly select?: string;
}

/** Ends waits in the order of their times, without waiting. */
class SkippedTime {
  readonly #waits: { readonly at: number; readonly resume: () => void }[] = [];
  readonly clock: WaitingClock = new WaitingClock(
    (milliseconds) =>
      new Promise((resume) => this.#waits.push({ at: this.clock.now() + milliseconds, resume: () => resume() })),
  );

  async run<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const end = () => {
      ended = true;
    };
    work.then(end, end);
    while (!ended) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#waits.reduce<number>(
        (first, wait, i) => (wait.at < (this.#waits[first]?.at ?? 0) ? i : first),
        0,
      );
      this.#waits.splice(next, 1)[0]?.resume();
    }
    return work;
  }
}

/** Reads listings of service principals through the governor from a Graph with the documented limits. */
async function listed({ chains, latency, otherClients = 0, priority, select = 'id,keyCredentials' }: Load) {
  const time = new SkippedTime();
  const { clock } = time;
  const governor = new Governor(clock);
  const throttle = new Throttle({ now: () => clock.now(), otherClients });
  const url = `https://graph.microsoft.com/v1.0/servicePrincipals?$select=${select}&$top=999`;
  const request = {
    method: 'GET',
    path: '/servicePrincipals',
    query: new URLSearchParams({ $select: select, $top: '999' }),
    header: () => priority,
    identity: { clientId: 'reader' },
  } as unknown as GraphRequest;
  const start = clock.now();
  const seen = { pages: 0, throttled: 0, early: 0, pausedUntil: 0, shares: [] as number[] };
  const answer = (): GovernedAnswer => {
    try {
      const usedShare = throttle.admit(request);
      seen.pages++;
      seen.shares.push(usedShare);
      return { status: 200, ...(usedShare >= 0.8 && { usedShare }) };
    } catch (error) {
      if (!(error instanceof GraphError)) throw error;
      seen.throttled++;
      const retryAfter = Number(error.headers['Retry-After']) * 1_000;
      seen.pausedUntil = clock.now() + retryAfter;
      return { status: 429, retryAfter };
    }
  };
  const attempt = async () => {
    // A millisecond for the real time between two readings of the clock.
    if (clock.now() + 1 < seen.pausedUntil) seen.early++;
    await clock.wait(latency);
    return answer();
  };
  const readChain = async (pages: number) => {
    for (let page = 0; page < pages; ) {
      const { status, retryAfter } = await governor.run(url, undefined, attempt, (result) => result);
      if (status === 200) page++;
      else await clock.wait(retryAfter ?? 0);
    }
  };
  await time.run(Promise.all(chains.map(readChain)));
  return { ...seen, seconds: (clock.now() - start) / 1_000 };
}

const sixteen = (pages: number) => Array.from({ length: 16 }, () => pages);

describe('a listing under the limits of Graph', () => {
  it('meets no 429 while it fits into the budget', async () => {
    const { pages, throttled, seconds } = await listed({ chains: sixteen(7), latency: 1_000 });
    expect({ pages, throttled }).toEqual({ pages: 112, throttled: 0 });
    expect(seconds).toBeLessThan(15);
  });

  it('slows down before 429, and takes little more than the limit of key credentials permits', async () => {
    const { pages, throttled, early, seconds } = await listed({ chains: sixteen(30), latency: 1_000 });
    expect({ pages, throttled, early }).toEqual({ pages: 480, throttled: 0, early: 0 });
    // 150 in each minute: 150 at once, and 330 in the next three minutes.
    expect(seconds).toBeLessThan(180 * 1.2);
  });

  it('is complete although other clients use half of the budget, within 1.5 times of what they leave', async () => {
    const { pages, early, throttled, seconds } = await listed({
      chains: sixteen(20),
      latency: 1_000,
      otherClients: 0.5,
    });
    expect({ pages, early }).toEqual({ pages: 320, early: 0 });
    expect(throttled).toBeLessThanOrEqual(16);
    // 75 in each minute are left.
    expect(seconds).toBeLessThan((320 / 75) * 60 * 1.5);
  });

  it('stays below the resource units of a small tenant with fast answers', async () => {
    const load = { chains: sixteen(1_000), latency: 10, select: 'id' };
    const { pages, throttled, early, seconds } = await listed(load);
    expect({ pages, early }).toEqual({ pages: 16_000, early: 0 });
    expect(throttled).toBe(0);
    expect(seconds).toBeLessThan((16_000 / 3_500) * 10 * 1.2);
  });

  it('is complete with low priority, which Graph throttles first', async () => {
    const load = { chains: sixteen(500), latency: 10, select: 'id', priority: 'Low', otherClients: 0.5 } as const;
    const { pages, early, seconds, shares } = await listed(load);
    expect({ pages, early }).toEqual({ pages: 8_000, early: 0 });
    expect(Math.max(...shares)).toBeLessThanOrEqual(0.9);
    expect(seconds).toBeLessThan((8_000 / 1_400) * 10 * 1.5);
  });
});
