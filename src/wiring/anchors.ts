import { type Config, isLoopback } from '../config.js';
import type { AnchorStore } from '../jobs/ports/index.js';
import { FileAnchors } from '../storage/anchor-file.js';
import { BlobAnchors } from '../storage/azure/anchor-blobs.js';
import { credentialOf } from './identities.js';
import type { RuntimeOptions, Variables } from './installation.js';

/** The name of the container in the data account, where AUDIT_ANCHOR_CONTAINER_URL does not name another one. */
export const anchorContainer = 'audit-anchors';

/**
 * Where the audit chains are anchored: the container of AUDIT_ANCHOR_CONTAINER_URL, else a file beside the embedded
 * storage, else the container `audit-anchors` of the data account.
 * @returns undefined for a data account without a blob service
 */
export function anchorsIn(config: Config, env: Variables, options: RuntimeOptions): AnchorStore | undefined {
  const { storage } = config;
  const url = config.audit.anchorContainerUrl;
  if (!url && options.anchorFile) return new FileAnchors(options.anchorFile);
  if (storage.kind === 'connection-string') {
    const { connectionString } = storage;
    if (!url && !hasBlobService(connectionString)) return undefined;
    const name = url ? nameIn(url, connectionString) : `${options.tablePrefix ?? ''}${anchorContainer}`;
    if (name) return new BlobAnchors({ connectionString, name });
  }
  const address = url ?? (storage.kind === 'identity' ? besideTables(storage.tableServiceUri) : undefined);
  if (!address) return undefined;
  const clientId = storage.kind === 'identity' ? storage.clientId : config.reader.clientId;
  return new BlobAnchors({ url: address, credential: credentialOf(env, isLoopback(address), clientId) });
}

/** With an address of the tables alone, the SDK would use the public cloud for blobs. */
function hasBlobService(connectionString: string): boolean {
  if (/UseDevelopmentStorage=true|BlobEndpoint=/i.test(connectionString)) return true;
  return /AccountName=/i.test(connectionString) && !/TableEndpoint=/i.test(connectionString);
}

/** The name of a container of the account of a connection string; undefined if the container is in another account. */
function nameIn(url: string, connectionString: string): string | undefined {
  const endpoint = /BlobEndpoint=([^;]+)/i.exec(connectionString)?.[1]?.replace(/\/?$/, '/');
  return endpoint && url.startsWith(endpoint) ? url.slice(endpoint.length) : undefined;
}

/** The hosts of the table and the blob service of an account differ in one label: `table` or `blob`. */
function besideTables(tableServiceUri: string): string | undefined {
  const url = new URL(tableServiceUri);
  const host = url.host.replace('.table.', '.blob.');
  return host === url.host ? undefined : `${url.protocol}//${host}/${anchorContainer}`;
}
