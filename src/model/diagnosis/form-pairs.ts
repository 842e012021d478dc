import { type ParameterName, parameterNamed } from './token-request-names.js';

/** A parameter as written, with its decoded value. */
export type Pair = readonly [name: string, value: string];

/** The parameters of a form, and how its secrets are damaged. */
export interface FormPairs {
  readonly pairs: readonly Pair[];
  /** A secret contains an `&` that is not encoded: the service reads only the part before it. */
  readonly cut: readonly ParameterName[];
  /** A secret contains a `+` that is not encoded: the service reads a blank. */
  readonly plus: readonly ParameterName[];
}

/** The parameters whose values often contain reserved characters. */
const secretNames: readonly ParameterName[] = ['client_secret', 'password'];

/** Source: WHATWG URL, application/x-www-form-urlencoded. Some tools show a form with colons for editing. */
export function pairsIn(form: string): FormPairs {
  const pairs: Pair[] = [];
  const [cut, plus] = [new Set<ParameterName>(), new Set<ParameterName>()];
  let secret: ParameterName | undefined;
  for (const piece of form.split('&')) {
    const at = piece.search(/[=:]/);
    if (at < 0 && secret && piece.trim() !== '') cut.add(secret);
    if (at < 0) {
      if (piece.trim() !== '') pairs.push([decodedOnce(piece).trim(), '']);
      continue;
    }
    const [name, value] = [decodedOnce(piece.slice(0, at)).trim(), piece.slice(at + 1)];
    const known = parameterNamed(name);
    secret = secretNames.find((each) => each === known);
    if (secret && piece[at] === '=' && value.includes('+')) plus.add(secret);
    if (name !== '') pairs.push([name, decodedOnce(value).trim()]);
  }
  return { pairs, cut: [...cut], plus: [...plus] };
}

/** Decodes a form value; text that is not well encoded keeps its percent signs. */
export function decodedOnce(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** Whether a whole form is encoded: it has no separator, but encoded ones. */
export function isEncodedForm(form: string): boolean {
  return !/[=&]/.test(form) && /%3D/i.test(form);
}

/** The parameters whose values never contain an encoded `:`, `/`, blank or `%`. */
const plainNames: readonly ParameterName[] = [
  'grant_type',
  'client_assertion_type',
  'requested_token_use',
  'scope',
  'resource',
  'redirect_uri',
];

/** Whether a decoded value is still encoded. */
export function isEncodedTwice(name: ParameterName, value: string): boolean {
  return plainNames.includes(name) && /%(?:3A|2F|20|25)/i.test(value);
}

/** Whether a value stands for another one: a variable, a mask, or a token that was cut. */
export function isPlaceholder(value: string): boolean {
  const text = value.trim();
  return (
    /^(?:<[^<>]*>|\{\{?[^{}]*\}\}?|\$\{?[\w.:-]+\}?|%\w+%|\[[^\]]*\]|\*{3,}|x{4,}|your[-_ ].*|(?:\[|<)?redacted.*)$/i.test(
      text,
    ) || /(?:\.{3}|…)$/.test(text)
  );
}
