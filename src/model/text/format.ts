/** An identifier of the program as a label: its first letter in upper case, hyphens as spaces. */
export function capitalize(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1).replaceAll('-', ' ');
}

/** A text of a user as the end of a sentence, before another sentence. */
export function withFullStop(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** A number with a comma between thousands: `12,345`. */
export function formatNumber(count: number): string {
  return count.toLocaleString('en');
}

/** A number and its noun: `1 finding`, `2 findings`. */
export function quantity(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/**
 * A time in UTC to the minute: `2026-11-24 02:00 UTC`.
 * @param at ISO 8601 UTC
 */
export function minuteOf(at: string): string {
  return `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

/** A time span: `less than 1 s`, `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return 'less than 1 s';
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${seconds % 60} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
