import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SignInRequest } from '../../jobs/ports/index.js';
import { SignInFailureIndex } from '../../model/tenant/sign-in-failures.js';
import { malformed } from '../http/errors.js';
import { pagesOf } from '../http/pages.js';
import type { ReadContext } from '../http/read.js';

/** Source: Graph, list signIns: at most 1,000 entries on a page. */
const pageSize = 1_000;

/**
 * The pages that one scan reads at most, 20,000 failures. Graph allows an app 5 requests in 10 seconds to the reports of a
 * tenant, so that all pages take about 40 seconds.
 * Source: Graph, service-specific throttling limits, "Identity and access reports".
 */
export const maxSignInPages = 20;

/** The comparisons of one filter. Graph's directory accepts 15 of them, and the log documents no limit. */
const codesPerListing = 15;

type SignInContext = Pick<ReadContext, 'graph' | 'send' | 'signal'>;

/** Names, addresses and IP addresses of the entry are dropped here. */
const entry = z.object({
  id: z.string().min(1),
  createdDateTime: z.string().min(1),
  appId: z.string().nullish(),
  resourceId: z.string().nullish(),
  userId: z.string().nullish(),
  status: z.object({ errorCode: z.number() }),
});
const page = z.array(entry);

/**
 * Reads the failed sign-ins with the given codes, the newest first, within a bound of pages. Beyond it, the codes whose
 * failures were not all read are marked. Users are counted by a hash of their id with a key that only this read has.
 * Source: Graph, list signIns: `$filter` on createdDateTime and status/errorCode, `$top`; needs Entra ID P1 or P2.
 */
export async function readSignInFailures(context: SignInContext, request: SignInRequest): Promise<SignInFailureIndex> {
  const index = new SignInFailureIndex();
  const listings = divided(request.codes);
  const pages = Math.max(1, Math.floor(maxSignInPages / Math.max(1, listings.length)));
  const key = randomBytes(16);
  const read = async (codes: readonly string[]) => {
    const isWhole = await readListing(context, { ...request, codes }, { index, pages, key });
    if (!isWhole) index.markIncomplete(codes);
  };
  await Promise.all(listings.map(read));
  return index;
}

interface Counting {
  readonly index: SignInFailureIndex;
  /** The number of pages to read. */
  readonly pages: number;
  readonly key: Buffer;
}

/** @returns whether every entry was read */
async function readListing(
  { graph, send, signal }: SignInContext,
  { codes, since }: SignInRequest,
  { index, pages, key }: Counting,
): Promise<boolean> {
  const filter = `createdDateTime ge ${since} and (${codes.map((code) => `status/errorCode eq ${numberOf(code)}`).join(' or ')})`;
  const path = `/auditLogs/signIns?$filter=${encodeURIComponent(filter)}&$top=${pageSize}`;
  const seen = new Set<string>();
  let read = 0;
  for await (const { items, call, isLast } of pagesOf({ graph, send, path, signal, mayBatch: true })) {
    const parsed = page.safeParse(items);
    if (!parsed.success) throw malformed(call, 'a sign-in that is not as documented');
    for (const one of parsed.data) {
      // A listing whose page token expired starts again.
      if (seen.has(one.id)) continue;
      seen.add(one.id);
      index.add({
        appId: one.appId ?? '',
        resourceId: one.resourceId ?? null,
        code: `AADSTS${one.status.errorCode}`,
        user: userOf(one.userId, key),
        at: one.createdDateTime,
      });
    }
    if (++read >= pages && !isLast) return false;
  }
  return true;
}

/** A sign-in that failed before the user was known has the id of all zeros. */
function userOf(userId: string | null | undefined, key: Buffer): string | undefined {
  if (!userId || /^[0-]+$/.test(userId)) return undefined;
  return createHash('sha256').update(key).update(userId.toLowerCase()).digest('base64url').slice(0, 16);
}

function numberOf(code: string): string {
  return code.replace(/^AADSTS/, '');
}

/** The codes in listings of equal length. */
function divided(codes: readonly string[]): string[][] {
  const count = Math.ceil(codes.length / codesPerListing);
  const length = Math.ceil(codes.length / Math.max(1, count));
  return Array.from({ length: count }, (_, i) => codes.slice(i * length, (i + 1) * length));
}
