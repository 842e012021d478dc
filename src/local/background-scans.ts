import type { ScanRequest } from '../jobs/scan/scan-context.js';
import { scanTenant } from '../jobs/scan/scan-tenant.js';
import { explain } from '../model/errors.js';

type ScanContext = Parameters<typeof scanTenant>[0];

/**
 * Scans that a user of the local page requests. They run in this process and not through the queue: a laptop may use the
 * storage of a deployment, and must not take the messages of its scanner.
 */
export class BackgroundScans {
  readonly #running = new Set<Promise<void>>();

  constructor(
    private readonly signal: AbortSignal,
    /** Called with one line at the end of each scan. */
    private readonly onLine: (line: string) => void,
  ) {}

  start(context: ScanContext, request: Pick<ScanRequest, 'scanId' | 'requestedBy'>): void {
    const scan = this.#run(context, request).finally(() => this.#running.delete(scan));
    this.#running.add(scan);
  }

  /** Resolves when every scan has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
  }

  async #run(context: ScanContext, request: Pick<ScanRequest, 'scanId' | 'requestedBy'>): Promise<void> {
    try {
      const { status, findings } = await scanTenant(context, { ...request, signal: this.signal });
      this.onLine(`Scan ${status}: ${findings.new} new findings, ${findings.resolved} resolved.`);
    } catch (error) {
      this.onLine(explain(error));
    }
  }
}
