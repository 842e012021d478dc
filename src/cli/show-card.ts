import { safeText } from '../model/text/safe-text.js';
import { paint, type Screen, writeLine } from './screen.js';

interface Element {
  type?: string;
  text?: string;
  weight?: string;
  color?: string;
  items?: readonly Element[];
  inlines?: readonly Element[];
  facts?: readonly { title: string; value: string }[];
}

const colours = { attention: 'red', warning: 'yellow', accent: 'cyan' } as const;

/**
 * Shows a Teams message in a terminal, similar to Teams.
 * @param message the JSON text that the webhook received
 */
export function showCard(screen: Screen, message: string): void {
  const { attachments } = JSON.parse(message) as {
    attachments: { content: { body: Element[]; actions?: { title: string }[] } }[];
  };
  for (const { content } of attachments) {
    const lines = content.body.flatMap((element) => linesOf(screen, element));
    const buttons = (content.actions ?? []).map(({ title }) => `[ ${safeText(title)} ]`).join(' ');
    for (const line of [...lines, paint(screen, 'inverse', buttons)]) writeLine(screen.out, `  │ ${line}`);
  }
}

function linesOf(screen: Screen, element: Element): string[] {
  if (element.items) return element.items.flatMap((item) => linesOf(screen, item));
  if (element.facts) return element.facts.map(({ title, value }) => `${safeText(title)}: ${safeText(value)}`);
  return [(element.inlines ?? [element]).map((part) => textOf(screen, part)).join('')];
}

function textOf(screen: Screen, { text = '', weight, color }: Element): string {
  // Only the text of a link is shown.
  const plain = safeText(text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const bold = weight === 'bolder' ? paint(screen, 'bold', plain) : plain;
  const colour = colours[color as keyof typeof colours];
  return colour ? paint(screen, colour, bold) : bold;
}
