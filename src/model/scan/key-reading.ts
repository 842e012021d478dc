/** The number of objects of each collection. */
export type ObjectCounts = Readonly<Record<'applications' | 'servicePrincipals', number>>;

/** What the decision where a scan reads key credentials is computed with. */
export interface KeyReadingLimits {
  /** Objects on a page. */
  readonly pageSize: number;
  /** Requests that select key credentials. */
  readonly selectsPerMinute: number;
  /** With at most so many pages, no listing has to wait. The rest of the limit is for other clients. */
  readonly pagesWithoutWait: number;
  /** How long Graph takes for a page of objects with key credentials. The holders are one chain of pages. */
  readonly secondsPerPage: number;
  /** More holders take too much memory: the credentials of one take about 500 bytes. */
  readonly mostHolders: number;
}

/**
 * Source: Graph, list applications, list servicePrincipals: `$top` up to 999, and 150 requests per minute and tenant with
 * `$select` of `keyCredentials`. Graph does not document whether both collections share this limit: the estimate assumes that
 * they do.
 */
export const keyReadingLimits: KeyReadingLimits = {
  pageSize: 999,
  selectsPerMinute: 150,
  pagesWithoutWait: 120,
  secondsPerPage: 2,
  mostHolders: 50_000,
};

/** Whether the limit of requests that select key credentials may delay the listings. */
export function mayExceedSelectLimit(objects: ObjectCounts, limits = keyReadingLimits): boolean {
  return pagesOf(objects, limits) > limits.pagesWithoutWait;
}

/**
 * Whether a scan is faster if it lists the objects that hold key credentials first, and then all objects without their keys:
 * the limit delays requests that select key credentials, and no others.
 * @param objects all objects
 * @param holders the objects that hold a key credential. If Graph counts none, its index is not usable: managed identities
 * hold one in every large tenant
 */
export function isFasterByHolders(objects: ObjectCounts, holders: ObjectCounts, limits = keyReadingLimits): boolean {
  const number = holders.applications + holders.servicePrincipals;
  if (number === 0 || number > limits.mostHolders || !mayExceedSelectLimit(objects, limits)) return false;
  const longest = Math.max(holders.applications, holders.servicePrincipals);
  const chain = limits.secondsPerPage * Math.ceil(longest / limits.pageSize);
  return Math.max(chain, waitOf(holders, limits)) < waitOf(objects, limits);
}

/** Seconds by which the limit delays the pages. */
function waitOf(objects: ObjectCounts, limits: KeyReadingLimits): number {
  return Math.max(0, 60 * (pagesOf(objects, limits) / limits.selectsPerMinute - 1));
}

function pagesOf({ applications, servicePrincipals }: ObjectCounts, { pageSize }: KeyReadingLimits): number {
  return Math.ceil(applications / pageSize) + Math.ceil(servicePrincipals / pageSize);
}
