import type { TokenCredential } from '@azure/identity';
import type { z } from 'zod';
import type { AlertChannel, Clock, Mailer, OwnerDirectory, SenderMailbox } from '../../jobs/ports/index.js';
import type { Fault } from '../../settings/fault.js';

/** What channels use to reach Graph and Azure, and to wait. */
export interface ChannelPorts {
  readonly clock: Clock;
  mailer(from: string): Mailer;
  mailbox(from: string): SenderMailbox;
  owners(): OwnerDirectory;
  /** The tokens of the identity that reads, for a channel that sends to Azure. */
  credential(): TokenCredential;
}

/**
 * Everything that the program knows about one channel. The key of the descriptor in `channels` is the channel's name:
 * stored scans hold it, so it never changes.
 * @template S its settings
 * @template V the values that it reads: its own settings under its name, and those of other channels where it needs them
 */
export interface ChannelDescriptor<S extends z.ZodObject, V> {
  /** Names the channel in a sentence. */
  readonly label: string;
  readonly settings: S;
  /** The settings that switch the channel on, for those who have no channel yet. */
  readonly required?: readonly string[];
  /**
   * Faults that show only when settings are seen together.
   * @param simulated the tenant is a simulated one: only then may an alert go to this machine
   */
  readonly faults: (values: V, simulated: boolean) => readonly Fault[];
  /** @returns undefined where the settings leave the channel off */
  readonly create: (values: V, ports: ChannelPorts) => AlertChannel | undefined;
}
