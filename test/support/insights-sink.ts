import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';

/** The part of an envelope that tests read. Source: Application Insights, telemetry data model; ingestion v2.1. */
const envelope = z.object({
  name: z.string(),
  time: z.iso.datetime(),
  iKey: z.string(),
  tags: z.record(z.string(), z.string()),
  data: z.object({
    baseType: z.enum(['RequestData', 'RemoteDependencyData', 'MetricData', 'MessageData', 'ExceptionData']),
    baseData: z.looseObject({
      id: z.string().optional(),
      name: z.string().optional(),
      success: z.boolean().optional(),
      metrics: z.array(z.looseObject({ name: z.string(), value: z.number(), count: z.number() })).optional(),
      properties: z.record(z.string(), z.string()).default({}),
    }),
  }),
});

/** A span in the form of Application Insights. */
export interface ReceivedSpan {
  readonly kind: 'request' | 'dependency';
  readonly name: string;
  readonly id: string;
  readonly traceId: string;
  readonly parentId: string | undefined;
  readonly success: boolean | undefined;
  readonly properties: Readonly<Record<string, string>>;
}

/** A metric in the form of Application Insights. */
export interface ReceivedMetric {
  readonly name: string;
  readonly value: number;
  readonly count: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** A local replacement for the ingestion endpoint of Application Insights. */
export interface InsightsSink {
  readonly connectionString: string;
  /** The received bodies, decompressed, in the order of arrival. */
  readonly bodies: readonly string[];
  spans(): ReceivedSpan[];
  metrics(): ReceivedMetric[];
  /** Stops answering. */
  hang(): void;
  close(): Promise<void>;
}

/** Starts the sink on a free port. It answers 404 to any path except `/v2.1/track`. */
export async function anInsightsSink(): Promise<InsightsSink> {
  const bodies: string[] = [];
  const instrumentationKey = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0';
  let silent = false;
  async function take(request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const sent = Buffer.concat(chunks);
    bodies.push(String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent));
    if (silent) return;
    const known = request.method === 'POST' && request.url === '/v2.1/track';
    const items = known ? envelopesIn(bodies.at(-1) ?? '').length : 0;
    const answer = { itemsReceived: items, itemsAccepted: items, errors: [] };
    response.writeHead(known ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
  const server = createServer((request, response) => void take(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const envelopes = () => bodies.flatMap(envelopesIn);
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    connectionString: `InstrumentationKey=${instrumentationKey};IngestionEndpoint=${endpoint}`,
    bodies,
    spans: () => envelopes().flatMap(spanIn),
    metrics: () => envelopes().flatMap(metricsIn),
    hang: () => {
      silent = true;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function envelopesIn(body: string): z.infer<typeof envelope>[] {
  return z.array(envelope).parse(JSON.parse(body));
}

function spanIn({ tags, data: { baseType, baseData } }: z.infer<typeof envelope>): ReceivedSpan[] {
  if (baseType !== 'RequestData' && baseType !== 'RemoteDependencyData') return [];
  const { name = '', id = '', success, properties } = baseData;
  const [traceId = '', parentId] = [tags['ai.operation.id'], tags['ai.operation.parentId']];
  const kind = baseType === 'RequestData' ? 'request' : 'dependency';
  return [{ kind, name, id, traceId, parentId, success, properties }];
}

function metricsIn({ data: { baseData } }: z.infer<typeof envelope>): ReceivedMetric[] {
  const { metrics = [], properties } = baseData;
  return metrics.map(({ name, value, count }) => ({ name, value, count, properties }));
}
