import { TableClient } from '@azure/data-tables';
import { Client, type PageCollection, PageIterator } from '@microsoft/microsoft-graph-client';
import { token } from './floor.js';

interface Listed {
  id: string;
  keyCredentials: { keyId: string; type: string; usage: string }[];
}

/** The properties that such a script needs. */
const listings = [
  '/v1.0/servicePrincipals?$top=999&$select=id,appId,displayName,keyCredentials',
  '/v1.0/applications?$top=999&$select=id,appId,displayName,keyCredentials',
];

/**
 * A script as an administrator writes it: the `PageIterator` of the Graph client, and one `upsertEntity` per finding.
 * It reports symmetric signing keys only, and has no history.
 */
export async function script(environment: Readonly<Record<string, string | undefined>>): Promise<{ result: number }> {
  const origin = environment.GRAPH_ENDPOINT ?? '';
  const accessToken = await token(environment);
  const client = Client.initWithMiddleware({
    middleware: {
      // The client sends no token over plain http, so a script for the simulator adds it.
      async execute(context) {
        const url = String(context.request).replace('https://graph.microsoft.com', origin);
        context.response = await fetch(url, {
          ...context.options,
          headers: { authorization: `Bearer ${accessToken}` },
        } as RequestInit);
      },
    },
  });
  const table = TableClient.fromConnectionString(environment.AzureWebJobsStorage ?? '', 'script', {
    allowInsecureConnection: true,
  });
  await table.createTable();
  let found = 0;
  for (const listing of listings) {
    const first: PageCollection = await client.api(listing.replace('/v1.0', '')).get();
    const pending: Promise<unknown>[] = [];
    const iterator = new PageIterator(client, first, (object: Listed) => {
      for (const key of object.keyCredentials.filter(({ type, usage }) => type === 'Symmetric' && usage === 'Sign')) {
        found += 1;
        pending.push(
          table.upsertEntity({ partitionKey: object.id, rowKey: key.keyId, type: key.type, usage: key.usage }),
        );
      }
      return true;
    });
    await iterator.iterate();
    await Promise.all(pending);
  }
  return { result: found };
}
