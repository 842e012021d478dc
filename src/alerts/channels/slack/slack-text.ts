const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/**
 * A text for a text object of Slack, without an effect on its markup: the control characters become entities, which
 * Slack shows as the characters.
 * Source: Slack, "Formatting message text", escaping text.
 * @param most characters of the escaped text; a longer text ends with an ellipsis and never inside an entity
 */
export function slackText(text: string, most: number): string {
  const pieces = [...text].map((character) => entities[character] ?? character);
  const whole = pieces.join('');
  if (whole.length <= most) return whole;
  let kept = '';
  for (const piece of pieces) {
    if (kept.length + piece.length > most - 1) break;
    kept += piece;
  }
  return `${kept}…`;
}

/**
 * A link in mrkdwn.
 * @param title words of the program
 * @param url its ids are percent-encoded; the characters that end a link are encoded here
 */
export function slackLink(title: string, url: string): string {
  const encoded = url.replace(/[<>|\s]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `<${encoded.replaceAll('&', '&amp;')}|${title}>`;
}
