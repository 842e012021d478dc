import { minuteOf } from './format.js';

/** A time in ISO 8601 UTC, as stored texts contain it. */
const isoTime = /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z/g;

/** A part of a text: words, or a time (ISO 8601 UTC). */
export type TextPart = string | { readonly at: string };

/** Divides a text at its times, so that a reader of the text can see them in the reader's form. */
export function timesIn(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const { 0: at, index } of text.matchAll(isoTime)) {
    if (index > end) parts.push(text.slice(end, index));
    parts.push({ at });
    end = index + at.length;
  }
  if (end < text.length) parts.push(text.slice(end));
  return parts;
}

/** The text with each time to the minute: `2026-11-24 02:00 UTC`. Stored texts keep the exact time. */
export function readableTimes(text: string): string {
  return timesIn(text)
    .map((part) => (typeof part === 'string' ? part : minuteOf(part.at)))
    .join('');
}
