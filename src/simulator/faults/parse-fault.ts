import { isObject } from '../protocol/json.js';
import { defaultTimes, type Fault, type FaultMatch, faultKinds } from './fault.js';

/** The valid forms of `--fault`. */
const forms = [
  'status:503[:retry-after=1]   answer with a status; other name=value pairs become headers',
  'drop:before                  close the connection instead of answering',
  'drop:inside-body             close the connection inside the body',
  'malformed-json               cut the JSON text in half',
  'html-502                     a gateway page instead of JSON',
  'hang                         never answer',
  'expired-page-token           refuse a page token',
  'repeat-object                show an object of the first page again on a later one',
  'empty-page                   an empty page with a next link',
  'token-revoked                401, and reject all tokens of the identity that were issued before',
  'no-next-link                 a page without its next link, so that the listing ends early',
  'skip-page                    a page whose next link omits the next page',
  'empty-page-skip              an empty page whose next link omits the objects of the page',
  'loop                         a page whose next link leads to the first page again',
  'delta-expired                refuse a delta token: 400 syncStateNotFound',
  'delta-reset                  refuse a delta token: 410 with the address of a new delta query',
  'delta-replay                 a delta that contains all earlier changes again',
  'delta-repeat                 a delta that contains each object twice, the second time as it was before',
  'refused[:PERMISSION]         403, as if the permission were lacking',
  'after-write-status:503       answer with a status although the write took effect',
  'after-write-drop             close the connection although the write took effect',
];
const common = 'Each takes :times=N, :nth=N, :method=GET and :path=/applications as well.';

/**
 * Parses a fault from a command line, for example `status:503:times=2:retry-after=1`.
 * @throws Error that lists the valid forms
 */
export function parseFault(text: string): Fault {
  const [kind = '', ...rest] = text.split(':');
  const pairs = new Map(rest.filter((part) => part.includes('=')).map(pairOf));
  const [argument] = rest.filter((part) => !part.includes('='));
  const { times, match } = takeCommon(text, kind as Fault['kind'], pairs);
  const fault = withArgument(text, kind, argument, pairs);
  if (fault.kind !== 'status' && fault.kind !== 'after-write-status' && pairs.size > 0) throw unknownForm(text);
  return { ...fault, times, ...(Object.keys(match).length > 0 && { match }) } as Fault;
}

function pairOf(part: string): [string, string] {
  const at = part.indexOf('=');
  return [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
}

function takeCommon(text: string, kind: Fault['kind'], pairs: Map<string, string>) {
  const take = (name: string) => {
    const value = pairs.get(name);
    pairs.delete(name);
    return value;
  };
  const whole = (value: string) => (/^[1-9]\d*$/.test(value) ? Number(value) : fail(text));
  const [times, nth, method, path] = [take('times'), take('nth'), take('method'), take('path')];
  const match: FaultMatch = {
    ...(nth !== undefined && { nth: whole(nth) }),
    ...(method !== undefined && { method }),
    ...(path !== undefined && { path }),
  };
  return { times: times === undefined ? defaultTimes(kind) : whole(times), match };
}

function withArgument(text: string, kind: string, argument: string | undefined, headers: Map<string, string>) {
  switch (kind) {
    case 'status':
    case 'after-write-status':
      return {
        kind,
        status: statusIn(text, argument),
        ...(headers.size > 0 && { headers: Object.fromEntries(headers) }),
      };
    case 'drop':
      return argument === 'before' || argument === 'inside-body' ? { kind, when: argument } : fail(text);
    case 'refused':
      return { kind, ...(argument !== undefined && { permission: argument }) };
    case 'concurrent-write':
      return fail(text);
    default:
      return argument === undefined && isKind(kind) ? { kind } : fail(text);
  }
}

function statusIn(text: string, argument: string | undefined): number {
  return argument !== undefined && /^[2-5]\d\d$/.test(argument) ? Number(argument) : fail(text);
}

const isKind = (kind: unknown): kind is Fault['kind'] => (faultKinds as readonly unknown[]).includes(kind);

function fail(text: string): never {
  throw unknownForm(text);
}

function unknownForm(text: string): Error {
  return new Error(`"${text}" is not a fault. Valid forms:\n  ${forms.join('\n  ')}\n${common}`);
}

/**
 * Converts a fault from JSON. It has the members of `Fault`, with `{"regexp": "…"}` for a pattern in `match.path`.
 * `times` is optional.
 * @throws Error that names the mistake
 */
export function faultFromJson(value: unknown): Fault {
  if (!isObject(value) || !isKind(value.kind))
    throw new Error(`A fault needs a kind, one of ${faultKinds.join(', ')}.`);
  const { match, times } = value;
  const path = isObject(match) && isObject(match.path) ? { path: new RegExp(String(match.path.regexp)) } : {};
  const whole = { ...value, times: times ?? defaultTimes(value.kind) };
  return (isObject(match) ? { ...whole, match: { ...match, ...path } } : whole) as unknown as Fault;
}
