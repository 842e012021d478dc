import { randomUUID } from 'node:crypto';
import type { TokenCredential } from '@azure/identity';
import {
  type AzureMonitorExporterOptions,
  AzureMonitorMetricExporter,
  AzureMonitorTraceExporter,
} from '@azure/monitor-opentelemetry-exporter';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { Clock } from '../jobs/ports/index.js';
import type { Telemetry } from '../jobs/telemetry/telemetry.js';
import { instrumentsOf } from './instruments.js';
import { PresetIdGenerator, ScanTracer } from './scan-tracer.js';
import type { TelemetryConfig } from './settings.js';

/** How telemetry is sent. */
export interface AzureMonitorSettings extends TelemetryConfig {
  /** Undefined if the key in the connection string is enough. */
  readonly credential: TokenCredential | undefined;
  readonly version: string;
  readonly clock: Pick<Clock, 'wait'>;
  /** The environment of the process: the exporter reads some of its settings only from there. */
  readonly environment: Record<string, string | undefined>;
}

/** Milliseconds for one request to Application Insights, and for a flush. */
const timeoutMilliseconds = 3000;

/**
 * Disables the exporter's own telemetry to Microsoft, and the resource attributes that it adds to every batch.
 * Source: @azure/monitor-opentelemetry-exporter.
 */
const exporterVariables = {
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED: 'true',
} as const;

/** Sends spans and metrics to Application Insights. Failed batches are lost, because nothing is stored on disk. */
export function createAzureMonitor(settings: AzureMonitorSettings): Telemetry {
  const { version, clock, environment } = settings;
  Object.assign(environment, exporterVariables);
  const options = exporterOptions(settings);
  // Without an instance id the exporter sends the name of the machine, which can contain the name of a person.
  const resource = resourceFromAttributes({
    'service.name': 'consentinel',
    'service.version': version,
    'service.instance.id': randomUUID().slice(0, 8),
  });
  const ids = new PresetIdGenerator();
  const spans = new BatchSpanProcessor(new AzureMonitorTraceExporter(options), {
    exportTimeoutMillis: timeoutMilliseconds,
  });
  const tracers = new BasicTracerProvider({ resource, idGenerator: ids, spanProcessors: [spans] });
  const metricReader = new PeriodicExportingMetricReader({
    exporter: new AzureMonitorMetricExporter(options),
    exportIntervalMillis: 60_000,
    exportTimeoutMillis: timeoutMilliseconds,
  });
  const meters = new MeterProvider({ resource, readers: [metricReader] });
  const tracer = new ScanTracer(tracers.getTracer('consentinel', version), ids);
  return {
    on: true,
    traceScan: (scan) => tracer.traceScan(scan),
    traceAlert: (scan, work) => tracer.traceAlert(scan, work),
    measure: instrumentsOf(meters.getMeter('consentinel', version)),
    flush: () => withTimeout(clock, () => [tracers.forceFlush(), meters.forceFlush()]),
    close: () => withTimeout(clock, () => [tracers.shutdown(), meters.shutdown()]),
  };
}

function exporterOptions({
  connectionString,
  endpoint,
  credential,
}: AzureMonitorSettings): AzureMonitorExporterOptions {
  return {
    connectionString,
    // The exporter changes every address in a connection string to https.
    host: endpoint,
    disableOfflineStorage: true,
    retryOptions: { maxRetries: 1, retryDelayInMs: 300 },
    ...(credential && { credential }),
    additionalPolicies: [
      {
        position: 'perRetry',
        policy: {
          name: 'consentinel',
          sendRequest: (request, next) => {
            // The exporter's own timeout keeps the process alive after a failed request.
            request.abortSignal = AbortSignal.timeout(timeoutMilliseconds);
            // The settings allow http only for this machine.
            request.allowInsecureConnection = endpoint.startsWith('http:');
            return next(request);
          },
        },
      },
    ],
  };
}

/** Waits for the work, but not longer than the timeout. Failures are ignored: telemetry must not stop the program. */
async function withTimeout(clock: Pick<Clock, 'wait'>, work: () => Promise<unknown>[]): Promise<void> {
  const done = new AbortController();
  const timeout = clock.wait(timeoutMilliseconds, done.signal).catch(() => {});
  await Promise.race([Promise.allSettled(work()), timeout]);
  done.abort();
}
