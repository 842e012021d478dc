import { splitExchange } from './formats/answer.js';
import { isBulkEdit, readBulkEdit } from './formats/bulk-edit.js';
import { hasCurl, readCurl } from './formats/curl.js';
import { harEntriesIn, readHar } from './formats/har.js';
import { readHttpMessage } from './formats/http-message.js';
import { readFields, readObject } from './formats/json-request.js';
import { isObject, jsonIn, nothingPasted, type PastedRequest } from './formats/pasted.js';
import { isSourceCode, readSourceCode } from './formats/source-code.js';

/** A token request has a few thousand characters; longer text is cut. */
const maxLength = 200_000;
/** A HAR file has many requests, so that its JSON must be whole. */
const maxHarLength = 20_000_000;

/**
 * Parses a form body, a URL, a JSON object, an HTTP message, a curl command, a HAR file, a hashtable of PowerShell, a
 * dictionary of Python, or fields of Postman. It never throws.
 */
export function parsePastedRequest(text: string): PastedRequest {
  const pasted = nothingPasted();
  const whole = text.slice(0, maxHarLength).replace(/^\ufeff/, '');
  const entries = /"log"\s*:/.test(whole.slice(0, 1000)) ? harEntriesIn(jsonIn(whole)) : undefined;
  if (entries) {
    readHar(entries, pasted);
    return pasted;
  }
  const { request, answer } = splitExchange(whole.slice(0, maxLength).trim());
  pasted.answer = answer;
  readRequest(request.trim(), pasted);
  return pasted;
}

function readRequest(text: string, pasted: PastedRequest): void {
  const json = /^[{[]/.test(text) ? jsonIn(text) : undefined;
  if (isObject(json)) readObject(json, pasted);
  else if (Array.isArray(json)) readFields(json, pasted);
  else if (hasCurl(text)) readCurl(text, pasted);
  else if (isSourceCode(text)) readSourceCode(text, pasted);
  else if (isBulkEdit(text)) readBulkEdit(text, pasted);
  else readHttpMessage(text, pasted);
}
