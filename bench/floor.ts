import { RequestQueue } from '../src/graph/http/request-queue.js';
import type { Send } from '../src/graph/http/send.js';
import { countObjects } from '../src/graph/reads/count-objects.js';
import { partitionsOf } from '../src/graph/reads/partitions.js';
import { selectionOf } from '../src/jobs/tenant/selection.js';
import type { Collection } from '../src/model/entra/collection.js';
import type { AppRule } from '../src/model/rule/rule.js';
import { rules } from '../src/rules/index.js';
import type { Outcome } from './measure.js';

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
/** A scan reads so many pages of grants before it divides them. */
const pagesOfOneChain = 4;

/**
 * The lower bound: `fetch` and `JSON.parse` of the pages of a scan, with the same partitions and the same requests at a
 * time, without any use of the result.
 */
export async function floor(environment: Environment): Promise<Outcome> {
  const reader = await createReader(environment, concurrency);
  const lists = (['servicePrincipals', 'applications'] as const).map(async (collection) => {
    const counts = (await listingsOf(reader, collection)).map((listing) => reader.pages(listing));
    return sum(await Promise.all(counts));
  });
  return { result: sum(await Promise.all([grantsOf(reader), ...lists])) };
}

/** The pages of a scan one after another, as version 0.1 requested them. */
export async function sequential(environment: Environment): Promise<Outcome> {
  const reader = await createReader(environment, 1);
  let objects = 0;
  for (const listing of [grants, ...Object.values(listingOf)]) objects += await reader.pages(listing);
  return { result: objects };
}

type Reader = Awaited<ReturnType<typeof createReader>>;

async function grantsOf({ pages }: Reader): Promise<number> {
  const first = await pages(grants, { urgent: true, most: pagesOfOneChain });
  if (first < pagesOfOneChain * 999) return first;
  const chains = ['AllPrincipals', 'Principal'].map((type) => `${grants}&$filter=consentType eq '${type}'`);
  return sum(await Promise.all(chains.map((chain) => pages(chain, { urgent: true }))));
}

async function listingsOf({ send }: Reader, collection: Collection): Promise<string[]> {
  const expected = await countObjects(send, collection);
  const filters = await partitionsOf(send, collection, expected, new Date().toISOString(), undefined);
  const listing = listingOf[collection];
  return filters?.map((filter) => `${listing}&$filter=${encodeURIComponent(filter)}`) ?? [listing];
}

interface Reading {
  /** Goes before other pages. */
  readonly urgent?: boolean;
  /** The most pages. */
  readonly most?: number;
}

async function createReader(environment: Environment, atOnce: number) {
  const origin = environment.GRAPH_ENDPOINT ?? '';
  const headers = { authorization: `Bearer ${await token(environment)}` };
  const queue = new RequestQueue(atOnce);
  /** Repeats a throttled request after the time that the answer names. */
  const get = async (url: string, more = {}, urgent = false): Promise<string> => {
    for (;;) {
      const response = await queue.run(() => fetch(url, { headers: { ...headers, ...more } }), urgent);
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
  const pages = async (listing: string, { urgent = false, most = Number.POSITIVE_INFINITY }: Reading = {}) => {
    let objects = 0;
    let url: string | undefined = origin + listing;
    for (let read = 0; url && read < most; read++) {
      const page: { value: unknown[]; '@odata.nextLink'?: string } = JSON.parse(await get(url, {}, urgent));
      objects += page.value.length;
      url = page['@odata.nextLink']?.replace('https://graph.microsoft.com', origin);
    }
    return objects;
  };
  return { send, pages };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** A token from the simulated identity endpoint. */
export async function token(environment: Environment): Promise<string> {
  const url = `${environment.IDENTITY_ENDPOINT}?resource=https://graph.microsoft.com&api-version=2019-08-01`;
  const response = await fetch(url, { headers: { 'X-IDENTITY-HEADER': environment.IDENTITY_HEADER ?? '' } });
  return ((await response.json()) as { access_token: string }).access_token;
}
