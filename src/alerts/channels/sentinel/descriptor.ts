import { z } from 'zod';
import { missing } from '../../../settings/fault.js';
import { isHttps, isLoopback } from '../../../settings/primitives.js';
import { setting } from '../../../settings/setting.js';
import type { ChannelDescriptor } from '../descriptor.js';
import { loopbackFaults } from '../loopback-fault.js';
import { sentinelChannel } from './sentinel-channel.js';

/**
 * Hosts of the Logs Ingestion API, in the public cloud, US Government and China. Access tokens go there.
 * Source: Microsoft Learn, "Logs Ingestion API in Azure Monitor", endpoint URI.
 */
const ingestionHosts = /^[a-z0-9-]+(\.[a-z0-9-]+)*\.ingest\.monitor\.azure\.(com|us|cn)$/;

const settings = z.object({
  endpoint: setting('SENTINEL_ENDPOINT', {
    schema: z
      .string()
      .refine(
        isIngestionEndpoint,
        'Give the logs ingestion endpoint of the data collection rule or endpoint: https on *.ingest.monitor.azure.com.',
      )
      .transform((value) => value.replace(/\/+$/, '')),
    meaning:
      'logs ingestion endpoint of a data collection rule, for alerts in Microsoft Sentinel ([integrations/sentinel.md](integrations/sentinel.md))',
  }),
  ruleId: setting('SENTINEL_RULE_ID', {
    schema: z
      .string()
      .regex(
        /^dcr-[0-9a-f]{32}$/,
        'Give the immutable id of the data collection rule: dcr- and 32 hexadecimal digits.',
      ),
    meaning: 'immutable id of the data collection rule (`dcr-…`)',
  }),
  stream: setting('SENTINEL_STREAM', {
    schema: z
      .string()
      .regex(/^Custom-[A-Za-z0-9_]{1,100}$/, 'Give the name of a stream of the data collection rule: Custom-NAME.'),
    default: 'Custom-Consentinel_CL',
    meaning: 'stream of the data collection rule that receives the rows',
  }),
});

type Values = z.output<typeof settings>;

export const sentinel: ChannelDescriptor<typeof settings, { readonly sentinel: Values }> = {
  label: 'Microsoft Sentinel',
  settings,
  faults: ({ sentinel: { endpoint, ruleId } }, simulated) => [
    ...(endpoint && !ruleId
      ? [missing('SENTINEL_RULE_ID', 'Set it to the immutable id of the data collection rule of SENTINEL_ENDPOINT.')]
      : []),
    ...(ruleId && !endpoint
      ? [missing('SENTINEL_ENDPOINT', 'Set it to the logs ingestion endpoint of the rule of SENTINEL_RULE_ID.')]
      : []),
    ...loopbackFaults('SENTINEL_ENDPOINT', endpoint, simulated),
  ],
  create: ({ sentinel: { endpoint, ruleId, stream } }, { credential }) =>
    endpoint && ruleId ? sentinelChannel({ endpoint, ruleId, stream }, credential()) : undefined,
};

/** An origin: the client adds the path. */
function isIngestionEndpoint(value: string): boolean {
  if (!isHttps(value) && !isLoopback(value)) return false;
  const { hostname, pathname, search, hash, port } = new URL(value);
  const known = isLoopback(value) || (ingestionHosts.test(hostname) && port === '');
  return known && pathname === '/' && search + hash === '';
}
