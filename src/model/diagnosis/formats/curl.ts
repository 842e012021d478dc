import { wordsOf } from '../../text/shell-words.js';
import { readBody } from './json-request.js';
import type { PastedRequest } from './pasted.js';

const dataOptions =
  /^(-d|--data|--data-raw|--data-binary|--data-ascii|--data-urlencode|-F|--form|--form-string|--json)$/;

/** Whether the text has a curl command. */
export function hasCurl(text: string): boolean {
  return /(^|\n)[ \t]{0,20}(\$[ \t]{0,20})?curl(\.exe)?\s/.test(text);
}

/** Reads a curl command. Source: curl, manual page. */
export function readCurl(text: string, pasted: PastedRequest): void {
  const words = wordsOf(text);
  for (let at = 0; at < words.length; at++) {
    const [option = '', attached] = optionIn(words[at] ?? '');
    const argument = () => attached ?? words[++at] ?? '';
    if (dataOptions.test(option)) readData(option, argument(), pasted);
    else if (/^(-H|--header)$/.test(option)) pasted.headers.push(argument());
    else if (/^(-X|--request)$/.test(option)) pasted.method = argument().toUpperCase();
    else if (/^(-u|--user)$/.test(option)) pasted.user = argument();
    else if (option === '--url' || /^https?:/i.test(option)) pasted.urls.push(option === '--url' ? argument() : option);
  }
}

/** `--data=x` and `-dx` contain their argument. */
function optionIn(word: string): [option: string, attached?: string] {
  const [, long, value] = /^(--[a-z-]+)=(.*)$/s.exec(word) ?? [];
  if (long !== undefined && value !== undefined) return [long, value];
  const [, short, rest] = /^(-[dFHXu])(.+)$/s.exec(word) ?? [];
  return short !== undefined && rest !== undefined ? [short, rest] : [word];
}

function readData(option: string, argument: string, pasted: PastedRequest): void {
  if (/^(--data-urlencode|-F|--form|--form-string)$/.test(option)) {
    const at = argument.indexOf('=');
    if (at > 0) pasted.plain.push([argument.slice(0, at), argument.slice(at + 1)]);
  } else readBody(argument, pasted);
}
