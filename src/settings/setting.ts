import { z } from 'zod';

/** One setting: its name in the environment and the cells of its row in docs/settings.md. */
export interface SettingFacts {
  readonly name: string;
  /** The value is never shown or logged. */
  readonly secret: boolean;
  /** The deployment in infra/ can set it. */
  readonly deployed: boolean;
  /** Markdown. */
  readonly defaultText: string;
  /** Markdown. */
  readonly meaning: string;
}

/** What `setting` takes besides the name. */
export interface Declaration<S extends z.ZodType> {
  /** Checks a value that is set; its messages are the remedies. */
  readonly schema: S;
  readonly secret?: true;
  /** False for a setting that Azure sets itself, or that is for the command line only. @default true */
  readonly deployed?: false;
  /** The cell `default` of docs/settings.md, where it does not follow from the default value. */
  readonly defaultText?: string;
  /** The cell `meaning` of docs/settings.md. */
  readonly meaning: string;
}

type Defined<T> = Exclude<T, undefined>;

const declared = z.registry<SettingFacts>();

/**
 * Declares a setting. A key of a `z.object` holds it: the path of keys is its place in `Config`.
 * @param name of the environment variable
 */
export function setting<S extends z.ZodType>(
  name: string,
  declaration: Declaration<S> & { readonly default: Defined<z.output<S>> },
): z.ZodDefault<S>;
export function setting<S extends z.ZodType>(name: string, declaration: Declaration<S>): z.ZodExactOptional<S>;
export function setting<S extends z.ZodType>(
  name: string,
  declaration: Declaration<S> & { readonly default?: Defined<z.output<S>> },
): z.ZodDefault<S> | z.ZodExactOptional<S> {
  const {
    schema,
    secret = false,
    deployed = true,
    meaning,
    default: value,
    defaultText = shownDefault(value),
  } = declaration;
  const member = value === undefined ? z.exactOptional(schema) : z._default(schema, value);
  declared.add(member, { name, secret, deployed, defaultText, meaning });
  return member;
}

/** A setting at its place in `Config`. */
export interface PlacedSetting extends SettingFacts {
  /** Keys from the root of `Config`. */
  readonly place: readonly string[];
}

/** Every setting of a group and of the groups in it, in the order of their declaration. */
export function settingsOf(group: z.ZodObject, place: readonly string[] = []): PlacedSetting[] {
  return Object.entries(group.shape).flatMap(([key, member]) => {
    const path = [...place, key];
    return member instanceof z.ZodObject ? settingsOf(member, path) : [{ ...factsOf(member, path), place: path }];
  });
}

/** @throws Error for a member that `setting` did not declare: a defect of the program */
export function factsOf(member: z.core.$ZodType, place: readonly string[]): SettingFacts {
  const facts = declared.get(member);
  if (!facts) throw new Error(`No setting is declared for ${place.join('.')}.`);
  return facts;
}

function shownDefault(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return 'not set';
  return `\`${typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)}\``;
}
