import { closestName, parameterNamed, parameterNames } from '../token-request-names.js';
import { readBody } from './json-request.js';
import { hiddenValue, type PastedRequest } from './pasted.js';

/** A quoted parameter, as in dictionaries of Python and objects of JavaScript, or a hashtable of PowerShell. */
const signs = [
  /(["'])(?:grant_type|client_id|client_secret|assertion|scope|refresh_token|client_assertion)\1\s{0,20}[:=\]]/i,
  /(?<![\w?&])(?:grant_type|client_id|client_secret|assertion|scope)\s{0,20}[:=]\s{0,20}f?(["'`$])/i,
  /@\{/,
  /["'`][^"'`\n]{0,200}grant_type=[^"'`]{0,4000}["'`]/,
];

/** A name, a separator, and a quoted value or the beginning of an expression. */
const assignment =
  /(?<![\w$.-])(["']?)([A-Za-z_]{2,40})\1\]?\s{0,20}(?:=>|[:=])(?![=:])\s{0,20}(?:\[string\])?([fFrRbBuU$@]{0,2})(?:"((?:\\[\s\S]|[^"\\])*)"|'((?:\\[\s\S]|[^'\\])*)'|`((?:\\[\s\S]|[^`\\])*)`|([^\s,;}"'`]{1,400}))/g;

/** A form as a string. */
const formLiteral = /(["'`])([^"'`\n]{0,200}grant_type=[^"'`]{0,20000})\1/g;

/** Whether the text is source code that builds a request. */
export function isSourceCode(text: string): boolean {
  return signs.some((sign) => sign.test(text));
}

/**
 * Reads literals from source code: a hashtable of PowerShell, a dictionary of Python, an object of JavaScript. Code is
 * never run. A variable or an expression is a parameter with a hidden value.
 */
export function readSourceCode(code: string, pasted: PastedRequest): void {
  for (const [, , body = ''] of code.matchAll(formLiteral)) if (!/^https?:/i.test(body)) readBody(body, pasted);
  const text = code.replace(formLiteral, '""');
  for (const [, , name = '', prefix = '', double, single, template, expression] of text.matchAll(assignment)) {
    if (!parameterNamed(name) && !closestName(name, parameterNames)) continue;
    const interpolates = double !== undefined ? /[fF$@]/.test(prefix) || isPowerShell(text) : /[fF]/.test(prefix);
    const literal = double ?? single ?? template;
    if (literal === undefined && expression === undefined) continue;
    const isHidden =
      literal === undefined ||
      (interpolates && /\$[\w{(]|\{\w/.test(literal)) ||
      (template !== undefined && /\$\{/.test(template));
    pasted.plain.push([name, isHidden ? hiddenValue : unescaped(literal)]);
  }
  const [url] = /https:\/\/[^\s"'`]{1,2000}\/oauth2\/[^\s"'`]{1,2000}/i.exec(text) ?? [];
  if (url) pasted.urls.push(url);
  const [, method] = /(?:-Method\s+|method["']?\s*[:=]\s*["']|requests\.|axios\.)(get|post)\b/i.exec(text) ?? [];
  if (method) pasted.method = method.toUpperCase();
  if (/ConvertTo-Json|\bjson\s?=\s?\w|JSON\.stringify|json\.dumps|JsonContent/.test(text)) pasted.sentAsJson = true;
}

/** PowerShell expands variables in double quotes. */
function isPowerShell(text: string): boolean {
  return /@\{|\$\w{1,60}\s{0,20}=|Invoke-(RestMethod|WebRequest)/.test(text);
}

function unescaped(literal: string): string {
  return literal.replace(/\\(["'`\\/])/g, '$1');
}
