import type { Simulator } from '../../src/simulator/http/server.js';

/** With these limits, every scan after the first one lists the holders of keys apart, if fewer than all objects are holders. */
export const holdersApart = {
  pageSize: 1,
  selectsPerMinute: 1,
  pagesWithoutWait: 0,
  secondsPerPage: 0,
  mostHolders: 50_000,
};

/** Longer than a test: the index behind the filter on key credentials shows the first state until `catchUp`. */
export const lagging = { keyIndexLag: 3_600_000 };

type Request = Simulator['requests'][number];
const isListing = ({ path, query }: Request) => /^\/(applications|servicePrincipals)$/.test(path) && query !== '';

/** The requests of listings: those of the holders, and those of all objects with and without keys. */
export function listingsIn(requests: readonly Request[]) {
  const listings = requests.filter(isListing);
  const ofHolders = listings.filter(({ query }) => /filter=keyCredentials/.test(query));
  const others = listings.filter((one) => !ofHolders.includes(one));
  const selectsKeys = ({ query }: Request) => /select=[^&]*keyCredentials/.test(query);
  return {
    ofHolders: ofHolders.length,
    withKeys: others.filter(selectsKeys).length,
    withoutKeys: others.filter((one) => !selectsKeys(one)).length,
  };
}
