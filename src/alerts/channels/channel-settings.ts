import type { z } from 'zod';
import type { Fault } from '../../settings/fault.js';

/**
 * The settings of one channel.
 * @template S its settings
 * @template V the values that it reads: its own settings under its name, and those of other channels where it needs them
 */
export interface ChannelSettings<S extends z.ZodObject, V> {
  readonly settings: S;
  /**
   * Faults that show only when settings are seen together.
   * @param simulated the tenant is a simulated one: only then may an alert go to this machine
   */
  readonly faults: (values: V, simulated: boolean) => readonly Fault[];
}
