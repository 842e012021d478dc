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
import { GivenIds, ScanTracer } from './scan-tracer.js';
import type { TelemetryConfig } from './settings.js';

/** What telemetry is sent with. */
export interface AzureMonitorSettings extends TelemetryConfig {
  /** Undefined where the key in the connection string is enough. */
  readonly credential: TokenCredential | undefined;
  readonly version: string;
  readonly clock: Pick<Clock, 'wait'>;
  /** The process's own: the exporter takes some of its settings from there and from nowhere else. */
  readonly environment: Record<string, string | undefined>;
}

/** Milliseconds that anybody waits for Application Insights, and that one request to it may take. */
const patience = 3000;

/**
 * Switches off what the exporter tells Microsoft of itself, and the attributes of the resource that it adds to every
 * batch. Source: @azure/monitor-opentelemetry-exporter.
 */
const switches = {
  APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  APPLICATIONINSIGHTS_OPENTELEMETRY_RESOURCE_METRIC_DISABLED: 'true',
} as const;

/** Sends spans and metrics to Application Insights. What it cannot take is lost: nothing is kept on a disk. */
export function createAzureMonitor(settings: AzureMonitorSettings): Telemetry {
  const { version, clock, environment } = settings;
  Object.assign(environment, switches);
  const exporting = exporterOptions(settings);
  // Without an instance the exporter would name the machine, and a machine may bear a person's name.
  const resource = resourceFromAttributes({
    'service.name': 'consentinel',
    'service.version': version,
    'service.instance.id': randomUUID().slice(0, 8),
  });
  const ids = new GivenIds();
  const spans = new BatchSpanProcessor(new AzureMonitorTraceExporter(exporting), { exportTimeoutMillis: patience });
  const tracers = new BasicTracerProvider({ resource, idGenerator: ids, spanProcessors: [spans] });
  const metricReader = new PeriodicExportingMetricReader({
    exporter: new AzureMonitorMetricExporter(exporting),
    exportIntervalMillis: 60_000,
    exportTimeoutMillis: patience,
  });
  const meters = new MeterProvider({ resource, readers: [metricReader] });
  const tracer = new ScanTracer(tracers.getTracer('consentinel', version), ids);
  const soon = (work: () => Promise<unknown>[]) => withPatience(clock, work);
  return {
    on: true,
    traceScan: (scan) => tracer.traceScan(scan),
    traceAlert: (scan, work) => tracer.traceAlert(scan, work),
    measure: instrumentsOf(meters.getMeter('consentinel', version)),
    flush: () => soon(() => [tracers.forceFlush(), meters.forceFlush()]),
    close: () => soon(() => [tracers.shutdown(), meters.shutdown()]),
  };
}

function exporterOptions({
  connectionString,
  endpoint,
  credential,
}: AzureMonitorSettings): AzureMonitorExporterOptions {
  return {
    connectionString,
    // Given once more, since the exporter makes https of every address in a connection string.
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
            // Its own timeout would keep a process alive after the request has failed.
            request.abortSignal = AbortSignal.timeout(patience);
            // The settings let http stand for this machine only.
            request.allowInsecureConnection = endpoint.startsWith('http:');
            return next(request);
          },
        },
      },
    ],
  };
}

/** A sink that is away costs a few seconds and nothing else. */
async function withPatience(clock: Pick<Clock, 'wait'>, work: () => Promise<unknown>[]): Promise<void> {
  const done = new AbortController();
  const late = clock.wait(patience, done.signal).catch(() => {});
  await Promise.race([Promise.allSettled(work()), late]);
  done.abort();
}
