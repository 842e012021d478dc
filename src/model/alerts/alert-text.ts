import { safeText } from '../text/safe-text.js';

/**
 * Untrusted text as an alert shows it: on one line, with control characters spelled out, with URLs broken so that no
 * client turns them into links, and cut to a length.
 * @param longest in characters
 */
export function shortText(text: string, longest = 160): string {
  const characters = [...safeText(text.replace(/\s*\n\s*/g, ' '))];
  const whole = characters.length > longest ? `${characters.slice(0, longest - 1).join('')}…` : characters.join('');
  return unlinked(whole);
}

/**
 * Email clients and Teams turn text that looks like a URL into a link, and templates expand `{{…}}` and `${…}`.
 * Sources: Adaptive Cards, text features; Adaptive Cards Templating.
 */
function unlinked(text: string): string {
  return text
    .replace(/:(?=\/\/)/g, '[:]')
    .replace(/\b(www)\.(?=\S)/gi, '$1[.]')
    .replace(/\b(mailto|tel|javascript|data):/gi, '$1[:]')
    .replaceAll('{{', '{ {')
    .replace(/([$@])\{/g, '$1 {');
}
