import pLimit from 'p-limit';
import type { Send } from '../src/graph/http/send.js';
import { countObjects } from '../src/graph/reads/count-objects.js';
import { type Collection, partitionsOf } from '../src/graph/reads/partitions.js';
import { selectionOf } from '../src/jobs/tenant/selection.js';
import type { AppRule } from '../src/model/rule/rule.js';
import { rules } from '../src/rules/index.js';

const selection = selectionOf(rules.filter((rule): rule is AppRule => rule.on === 'app'));
const selected = (properties: readonly string[]) => ['id', 'appId', 'displayName', ...properties].join(',');

const grants = '/v1.0/oauth2PermissionGrants?$select=clientId,resourceId,consentType,scope&$top=999';
const listingOf = {
  servicePrincipals: `/v1.0/servicePrincipals?$select=${selected(selection.servicePrincipal)}&$top=999`,
  applications: `/v1.0/applications?$select=${selected(selection.application)}&$top=999`,
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** The most requests of a scan that are under way at the same time. */
const concurrency = 16;

/**
 * The lower bound: `fetch` and `JSON.parse` of the pages of a scan, with the same partitions and the same requests at a
 * time, without any use of the result.
 */
export async function floor(environment: Environment): Promise<{ result: number }> {
  const reader = await createReader(environment);
  const limit = pLimit(concurrency);
  const listings = await Promise.all(
    (['servicePrincipals', 'applications'] as const).map((collection) => listingsOf(reader, collection)),
  );
  let objects = await reader.pages(grants, limit);
  const counts = await Promise.all(listings.flat().map((listing) => reader.pages(listing, limit)));
  for (const count of counts) objects += count;
  return { result: objects };
}

/** The pages of a scan one after another, as version 0.1 requested them. */
export async function sequential(environment: Environment): Promise<{ result: number }> {
  const reader = await createReader(environment);
  const limit = pLimit(1);
  let objects = 0;
  for (const listing of [grants, ...Object.values(listingOf)]) objects += await reader.pages(listing, limit);
  return { result: objects };
}

type Reader = Awaited<ReturnType<typeof createReader>>;

async function listingsOf({ send }: Reader, collection: Collection): Promise<string[]> {
  const expected = await countObjects(send, collection);
  const filters = await partitionsOf(send, collection, expected, new Date().toISOString(), undefined);
  const listing = listingOf[collection];
  return filters?.map((filter) => `${listing}&$filter=${encodeURIComponent(filter)}`) ?? [listing];
}

async function createReader(environment: Environment) {
  const origin = environment.GRAPH_ENDPOINT ?? '';
  const headers = { authorization: `Bearer ${await token(environment)}` };
  /** Repeats a throttled request after the time that the answer names. */
  const get = async (url: string, more = {}): Promise<string> => {
    for (;;) {
      const response = await fetch(url, { headers: { ...headers, ...more } });
      if (response.status !== 429) return response.text();
      const wait = Number(response.headers.get('retry-after')) * 1000;
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  };
  const send: Send = async ({ path, headers: more }) => ({
    status: 200,
    body: JSON.parse(await get(`${origin}/v1.0${path}`, more)),
    requestId: undefined,
  });
  const pages = async (listing: string, limit: ReturnType<typeof pLimit>): Promise<number> => {
    let objects = 0;
    for (let url: string | undefined = origin + listing; url; ) {
      const address: string = url;
      const page: { value: unknown[]; '@odata.nextLink'?: string } = JSON.parse(await limit(() => get(address)));
      objects += page.value.length;
      url = page['@odata.nextLink']?.replace('https://graph.microsoft.com', origin);
    }
    return objects;
  };
  return { send, pages };
}

/** A token from the simulated identity endpoint. */
export async function token(environment: Environment): Promise<string> {
  const url = `${environment.IDENTITY_ENDPOINT}?resource=https://graph.microsoft.com&api-version=2019-08-01`;
  const response = await fetch(url, { headers: { 'X-IDENTITY-HEADER': environment.IDENTITY_HEADER ?? '' } });
  return ((await response.json()) as { access_token: string }).access_token;
}
