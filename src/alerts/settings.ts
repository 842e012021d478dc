import { z } from 'zod';
import { severities } from '../model/rule/violation.js';
import type { Fault } from '../settings/fault.js';
import { onOff } from '../settings/primitives.js';
import { setting } from '../settings/setting.js';
import { channels } from './channels/index.js';

type Channels = typeof channels;

const shape = Object.fromEntries(Object.entries(channels).map(([name, { settings }]) => [name, settings]));
const channelSettings = z.object(shape as { [N in keyof Channels]: Channels[N]['settings'] });

/** The values of the settings of all channels, by channel. */
export type ChannelValues = z.output<typeof channelSettings>;

export const alertSettings = z.object({
  channels: channelSettings,
  minSeverity: setting('ALERT_MIN_SEVERITY', {
    schema: z.enum(severities, `Give one of ${severities.join(', ')}.`),
    default: 'medium',
    meaning: '`low`, `medium`, `high` or `critical`: alerts report findings of this severity or higher',
  }),
  weeklySummary: setting('ALERT_WEEKLY_SUMMARY', {
    schema: onOff,
    default: false,
    meaning: '`on` sends a summary on Mondays, also without changes',
  }),
});

/** Faults of the channels that show only when settings are seen together. */
export function alertFaults(values: z.output<typeof alertSettings>, simulated: boolean): Fault[] {
  return Object.values(channels).flatMap(({ faults }) => faults(values.channels, simulated));
}
