import { z } from 'zod';
import { type Fault, masked } from './fault.js';
import { factsOf, settingsOf } from './setting.js';

/** Environment variables: those of the process, or those of a test. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The checked values in the shape of the group, or every fault of a value. */
export type Reading<G extends z.ZodObject> = { readonly values: z.output<G> } | { readonly faults: readonly Fault[] };

/**
 * Reads a group of settings and the groups in it. An empty variable counts as not set.
 * @returns a value or a default at the place of each setting; a setting with neither has no key
 */
export function readSettings<G extends z.ZodObject>(group: G, environment: Environment): Reading<G> {
  const parsed = group.safeParse(given(group, environment));
  if (parsed.success) return { values: parsed.data };
  const settings = settingsOf(group);
  const faults = parsed.error.issues.map(({ path, message }): Fault => {
    const setting = settings.find(({ place }) => place.every((key, i) => key === path[i]));
    if (!setting) throw new Error(`No setting is declared for ${path.join('.')}.`);
    const { name, secret } = setting;
    return { setting: name, value: secret ? masked : JSON.stringify(environment[name]), remedy: message };
  });
  return { faults };
}

/** The variables that are set, in the shape of the group. */
function given(group: z.ZodObject, environment: Environment, place: readonly string[] = []): object {
  const members = Object.entries(group.shape).flatMap(([key, member]) => {
    const path = [...place, key];
    if (member instanceof z.ZodObject) return [[key, given(member, environment, path)]];
    const value = environment[factsOf(member, path).name];
    return value ? [[key, value]] : [];
  });
  return Object.fromEntries(members);
}
