import { z } from 'zod';
import type { AppOwners, OwnerDirectory } from '../../jobs/ports/index.js';
import { type ObjectResponse, readMany } from '../http/batch.js';
import { wait } from '../http/deadline.js';
import { GraphCallError, malformed } from '../http/errors.js';
import { howToGrant } from '../http/permission.js';
import { createSend, type GraphSettings } from '../http/send.js';

const text = z.string().nullish();
const schema = z.looseObject({
  value: z.array(z.looseObject({ '@odata.type': text, id: z.string(), mail: text, userPrincipalName: text })),
});
type Owner = z.infer<typeof schema>['value'][number];

/**
 * Reads the owners of individual objects.
 * Source: Graph, list owners of an application and of a servicePrincipal.
 */
export function createOwnerDirectory(settings: GraphSettings): OwnerDirectory & AppOwners {
  const stats = { requests: 0, retries: 0, resourceUnits: 0 };
  const send = createSend(settings, stats);
  const { random = Math.random, budget = 300_000 } = settings;
  const batches = { send, stats, wait: settings.wait ?? wait, random, budget };
  return {
    ownersOf: async (objects, signal) => {
      const path = ({ collection, id }: (typeof objects)[number]) =>
        `/${collection}/${encodeURIComponent(id)}/owners?$select=id,mail,userPrincipalName`;
      const responses = await readMany(batches, objects.map(path), signal);
      return new Map(objects.map((object) => [object.id, addressesIn(responses.get(path(object)))]));
    },
    ownerIdsOf: async (appId, signal) => {
      const key = `(appId='${encodeURIComponent(appId)}')`;
      const paths = ['applications', 'servicePrincipals'].map((name) => `/${name}${key}/owners?$select=id`);
      const responses = await readMany(batches, paths, signal);
      return new Set(paths.flatMap((path) => ownersIn(responses.get(path))).map(({ id }) => id.toLowerCase()));
    },
  };
}

function ownersIn(response: ObjectResponse | undefined): readonly Owner[] {
  if (!response) return [];
  const parsed = schema.safeParse(response.body);
  if (!parsed.success) throw malformed(response.call, 'owners with undocumented values');
  return parsed.data.value;
}

function addressesIn(response: ObjectResponse | undefined): string[] {
  if (!response) return [];
  const users = ownersIn(response).filter(isUser);
  const hidden = users.some(({ mail, userPrincipalName }) => !mail && !userPrincipalName);
  if (hidden) throw hiddenAddresses(response);
  return [...new Set(users.flatMap(addressOf))];
}

/** Source: Graph, permissions overview, "limited information returned for inaccessible member objects". */
function hiddenAddresses({ call }: ObjectResponse): GraphCallError {
  return new GraphCallError(
    'permission-missing',
    `Graph lists the owners at ${call.path} without their addresses, because the identity has no permission to read users.`,
    call,
    howToGrant('User.Read.All'),
  );
}

/** A service principal can be an owner, and has no mailbox. */
function isUser(owner: Owner): boolean {
  return owner['@odata.type'] === '#microsoft.graph.user';
}

/** The `userPrincipalName` of a guest is not an address. Source: Entra External ID, properties of a B2B guest user. */
function addressOf({ mail, userPrincipalName }: Owner): string[] {
  const address = mail || userPrincipalName || '';
  const usable = /^[^\s@<>",;:\\()[\]]+@[^\s@<>",;:\\()[\]]+$/.test(address) && !address.includes('#EXT#');
  return usable && /^[\x21-\x7e]+$/.test(address) ? [address.toLowerCase()] : [];
}
