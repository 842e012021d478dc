import type { Rule } from '../../model/rule/rule.js';
import type { LiveAnswer, LiveProbe } from '../ports/index.js';
import { selectionOf } from '../tenant/selection.js';

/** What the questions to a live tenant need. */
export interface LiveContext {
  readonly probe: LiveProbe;
  readonly rules: readonly Rule[];
}

/** Asks a live tenant what the documentation of Graph leaves open, with read-only requests. @throws as `LiveProbe.ask` */
export function askLive({ probe, rules }: LiveContext, signal?: AbortSignal): Promise<readonly LiveAnswer[]> {
  return probe.ask(selectionOf(rules.filter((rule) => rule.on === 'app')), signal);
}
