import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { azuriteConnectionString } from './storage.js';

/** The requests to the table service of Azurite that this process sends while `work` runs, retries included. */
export async function countTableRequests<T>(work: () => Promise<T>): Promise<{ requests: number; result: T }> {
  const { host } = new URL(/TableEndpoint=([^;]+)/.exec(azuriteConnectionString())?.[1] ?? '');
  let requests = 0;
  const count = (message: unknown) => {
    if ((message as { request: ClientRequest }).request.getHeader('host') === host) requests += 1;
  };
  subscribe('http.client.request.start', count);
  try {
    return { result: await work(), requests };
  } finally {
    unsubscribe('http.client.request.start', count);
  }
}
