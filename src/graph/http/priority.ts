import type { GraphCall, Send } from './send.js';

/** Requests without this header have the priority `Normal`. */
const lowPriority = { 'x-ms-throttle-priority': 'Low' } as const;

/**
 * Sends every call with low priority, also the requests of a batch, which Graph counts one by one. When Graph throttles,
 * it throttles these requests first.
 * Source: Graph, service-specific throttling limits, identity and access: `x-ms-throttle-priority`.
 */
export function withLowPriority(send: Send): Send {
  return (call) => send({ ...call, ...bodyOf(call), headers: { ...lowPriority, ...call.headers } });
}

interface BatchItem {
  readonly headers?: Readonly<Record<string, string>>;
}

function bodyOf({ path, body }: GraphCall): Pick<GraphCall, 'body'> {
  if (!path.endsWith('/$batch')) return {};
  const { requests } = body as { readonly requests: readonly BatchItem[] };
  return { body: { requests: requests.map((item) => ({ ...item, headers: { ...lowPriority, ...item.headers } })) } };
}
