import { channelAlternatives } from '../../alerts/create-channels.js';
import { sampleDigest } from '../../alerts/sample.js';
import type { AlertChannel } from '../../jobs/ports/index.js';
import { ConsentinelError, explain } from '../../model/errors.js';
import { safeLines } from '../../model/text/safe-text.js';
import type { Runtime } from '../../runtime.js';
import { paint, type Screen, writeLine } from '../screen.js';

/**
 * Sends a marked sample to each channel.
 * @returns the exit code: 1 where a channel failed
 * @throws ConsentinelError `config-invalid` where no channel is configured
 */
export async function testAlert(
  runtime: Pick<Runtime, 'alerts'>,
  screen: Screen,
  signal: AbortSignal,
): Promise<number> {
  const { channels, knownTenantId, clock, alertRules } = runtime.alerts();
  requireChannels(channels);
  const digest = sampleDigest(knownTenantId ?? 'test', clock.now(), alertRules);
  let failed = 0;
  for (const channel of channels) {
    const error = await sendTo(channel, digest, signal);
    if (error) failed += 1;
    const skipped = channel.withoutSample && `skipped, ${channel.withoutSample}`;
    const outcome = error ? paint(screen, 'red', 'failed') : paint(screen, 'green', skipped ?? 'sent');
    writeLine(screen.out, `${channel.name.padEnd(8)} ${outcome}  ${safeLines(error ?? channel.to)}`);
  }
  return failed > 0 ? 1 : 0;
}

/** @throws ConsentinelError `config-invalid` where no channel is configured */
export function requireChannels(channels: readonly AlertChannel[]): void {
  if (channels.length > 0) return;
  throw new ConsentinelError(
    'config-invalid',
    'No alert channel is configured.',
    `Set ${channelAlternatives('with')}; see docs/alerts.md.`,
  );
}

async function sendTo(
  channel: AlertChannel,
  digest: ReturnType<typeof sampleDigest>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    for (const delivery of await channel.deliveries(digest, signal)) await delivery.send(signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConsentinelError) || signal.aborted) throw error;
    return explain(error);
  }
}
