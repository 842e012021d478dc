import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { type IdGenerator, RandomIdGenerator } from '@opentelemetry/sdk-trace-base';
import type { DirectoryStats } from '../jobs/ports/index.js';
import { type Attributes, requesterOf, type ScanTrace, type Telemetry } from '../jobs/telemetry/telemetry.js';
import { codeOf } from '../model/errors.js';
import type { Scan } from '../model/scan/scan.js';
import { type TraceIds, traceIdsOf } from './ids.js';
import { Stopwatch } from './stopwatch.js';

/** Generates random ids, except for a span with preset ids. */
export class PresetIdGenerator implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  #preset: TraceIds | undefined;

  /** @param start starts one span without a parent, synchronously */
  withIds<T>(ids: TraceIds, start: () => T): T {
    this.#preset = ids;
    try {
      return start();
    } finally {
      this.#preset = undefined;
    }
  }

  generateTraceId(): string {
    return this.#preset?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.#preset?.spanId ?? this.#random.generateSpanId();
  }
}

/** Creates the traces of scans and of their alerts. */
export class ScanTracer implements Pick<Telemetry, 'traceScan' | 'traceAlert'> {
  /** @param ids the id generator of the tracer's provider */
  constructor(
    private readonly tracer: Tracer,
    private readonly ids: PresetIdGenerator,
  ) {}

  traceScan(scan: Readonly<Scan>): ScanTrace {
    const { id: scanId, tenantId } = scan;
    const attributes = { scanId, tenantId, requestedBy: requesterOf(scan) };
    const options = { kind: SpanKind.SERVER, attributes, startTime: performance.now() };
    const root = this.ids.withIds(traceIdsOf(scan), () => this.tracer.startSpan('scan', options, ROOT_CONTEXT));
    const child = (name: string, startTime: number, more: Attributes = {}) =>
      this.tracer.startSpan(
        name,
        { startTime, attributes: { scanId, tenantId, ...more } },
        trace.setSpan(ROOT_CONTEXT, root),
      );
    const watch = new Stopwatch(() => performance.now());
    return {
      during: async (activity, work) => {
        watch.begin(activity);
        try {
          return await work();
        } finally {
          watch.end();
        }
      },
      beside: (name, work) => within(child(name, performance.now()), work),
      end: (ended, stats) => {
        for (const [name, { from, until, busy, times }] of watch.activities)
          child(name, from, { busySeconds: seconds(busy), times }).end(until);
        root.setAttributes(attributesOf(ended, stats));
        if (ended.status === 'failed') root.setStatus({ code: SpanStatusCode.ERROR });
        root.end(performance.now());
      },
    };
  }

  traceAlert<T>(scan: Scan, work: (note: (attributes: Attributes) => void) => Promise<T>): Promise<T> {
    const parent = { ...traceIdsOf(scan), traceFlags: TraceFlags.SAMPLED, isRemote: true };
    const span = this.tracer.startSpan(
      'alert',
      { startTime: performance.now(), attributes: { scanId: scan.id, tenantId: scan.tenantId } },
      trace.setSpanContext(ROOT_CONTEXT, parent),
    );
    return within(span, () => work((attributes) => span.setAttributes(attributes)));
  }
}

/** Ends a span with its work. It records only the code of an error, because messages can contain names. */
async function within<T>(span: Span, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    span.setAttributes({ error: codeOf(error) }).setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end(performance.now());
  }
}

function attributesOf(scan: Scan, { pages, requests, retries, resourceUnits }: DirectoryStats): Attributes {
  const { status, counts, findings, writes, heldBack, notExamined, errors, anchor } = scan;
  return {
    status,
    ...counts,
    ...findings,
    writes,
    heldBack,
    pages,
    requests,
    retries,
    resourceUnits,
    notExamined: [...new Set(notExamined.map(({ ruleId }) => ruleId))].join(' '),
    errors: [...new Set(errors.map(({ code }) => code))].join(' '),
    ...(anchor && { auditAnchor: anchor.hash, auditEvents: anchor.events }),
  };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
