import type { TokenCredential } from '@azure/identity';
import type { LogsIngestionClient } from '@azure/monitor-ingestion';
import type { AlertChannel } from '../../../jobs/ports/index.js';
import { ConsentinelError } from '../../../model/errors.js';
import { isLoopback } from '../../../settings/primitives.js';
import { probe } from '../../post.js';
import { sentinelRows } from './sentinel-row.js';

/** A stream of a data collection rule. */
export interface SentinelTarget {
  /** The origin of the logs ingestion endpoint, without a trailing slash. */
  readonly endpoint: string;
  /** The immutable id of the rule. */
  readonly ruleId: string;
  readonly stream: string;
}

/** Milliseconds for one request. */
const timeout = 30_000;

/**
 * Adds the rows of each alert to a table of Log Analytics, which Microsoft Sentinel reads.
 * Source: Azure Monitor REST, Logs Ingestion API 2023-01-01 (at most 1 MB for one request; the client splits).
 */
export function sentinelChannel(target: SentinelTarget, credential: TokenCredential): AlertChannel {
  const { endpoint, ruleId, stream } = target;
  return {
    name: 'sentinel',
    to: new URL(endpoint).host,
    probe: (signal) => probe('Microsoft Sentinel', endpoint, signal),
    deliveries: async (digest) => {
      const rows = sentinelRows(digest);
      const send = async (signal?: AbortSignal) => {
        const client = await clientOf(endpoint, credential);
        const limit = AbortSignal.timeout(timeout);
        const abortSignal = signal ? AbortSignal.any([limit, signal]) : limit;
        try {
          await client.upload(ruleId, stream, [...rows], { abortSignal });
        } catch (error) {
          if (signal?.aborted) throw new ConsentinelError('aborted', 'Sending to Microsoft Sentinel was stopped.');
          throw undelivered(target, error);
        }
      };
      return [{ key: 'sentinel', send }];
    },
  };
}

/** A client of the cloud of the endpoint. */
async function clientOf(endpoint: string, credential: TokenCredential): Promise<LogsIngestionClient> {
  // Only installations with this channel load the client.
  const { LogsIngestionClient } = await import('@azure/monitor-ingestion');
  const suffix = /\.azure\.(us|cn)$/.exec(new URL(endpoint).hostname)?.[1] ?? 'com';
  const options = { audience: `https://monitor.azure.${suffix}`, retryOptions: { maxRetries: 2 } };
  if (!isLoopback(endpoint)) return new LogsIngestionClient(endpoint, credential, options);
  return throughHttp(new LogsIngestionClient(endpoint.replace('http:', 'https:'), credential, options));
}

/** The client sends tokens over https only. A simulator on this machine has http: the address changes after that check. */
function throughHttp(client: LogsIngestionClient): LogsIngestionClient {
  const afterPolicies = ['bearerTokenAuthenticationPolicy'];
  client.pipeline.addPolicy(
    {
      name: 'simulatedIngestion',
      sendRequest: (request, next) => {
        request.url = request.url.replace('https:', 'http:');
        request.allowInsecureConnection = true;
        return next(request);
      },
    },
    { afterPolicies },
  );
  return client;
}

function undelivered({ endpoint }: SentinelTarget, error: unknown): ConsentinelError {
  // One error for each request; the first says enough.
  const cause = (error as { errors?: { cause: unknown }[] }).errors?.[0]?.cause ?? error;
  const { statusCode, code } = cause as { statusCode?: number | string; code?: string };
  const why = statusCode ? `it answered ${statusCode}` : 'the request failed';
  const remedy: Record<string, string> = {
    401: 'Check that the identity is of the tenant of the data collection rule.',
    403: 'Assign the role Monitoring Metrics Publisher on the data collection rule to the reader identity. A new assignment takes up to 30 minutes.',
    404: 'Check SENTINEL_RULE_ID and SENTINEL_STREAM against the data collection rule.',
  };
  return new ConsentinelError(
    'alert-undelivered',
    `The alert was not delivered to Microsoft Sentinel (${new URL(endpoint).host}): ${why}${code ? `, ${code}` : ''}.`,
    remedy[String(statusCode)] ?? 'Check SENTINEL_ENDPOINT. docs/integrations/sentinel.md describes the setup.',
  );
}
