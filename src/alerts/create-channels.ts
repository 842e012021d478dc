import type { AlertChannel } from '../jobs/ports/index.js';
import type { ChannelPorts } from './channels/descriptor.js';
import { channels } from './channels/index.js';
import type { ChannelValues } from './settings.js';

/** The channels that the settings switch on, in the order in which they are served. */
export function createChannels(values: ChannelValues, ports: ChannelPorts): AlertChannel[] {
  return Object.values(channels).flatMap(({ create }) => create(values, ports) ?? []);
}

/** The words for each channel in a sentence, by its name in stored scans. */
export const channelLabels: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(channels).map(([name, { label }]) => [name, label]),
);

/**
 * The settings of which each alternative switches a channel on, as a part of a sentence.
 * @param and the word between settings that belong together
 */
export function channelAlternatives(and: 'and' | 'with'): string {
  const alternatives = Object.values(channels).flatMap(({ required }) => required?.join(` ${and} `) ?? []);
  return new Intl.ListFormat('en', { type: 'disjunction' }).format(alternatives);
}
