import { safeText } from '../model/text/safe-text.js';
import { paint, type Screen, writeLine } from './screen.js';

interface Element {
  type?: string;
  text?: string;
  weight?: string;
  color?: string;
  items?: readonly Element[];
  inlines?: readonly Element[];
}

const colours = { attention: 'red', warning: 'yellow', accent: 'cyan' } as const;

/**
 * Shows a Teams message in a terminal, about as Teams would.
 * @param message JSON text as it was sent to the webhook
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
  return [(element.inlines ?? [element]).map((part) => wordsOf(screen, part)).join('')];
}

function wordsOf(screen: Screen, { text = '', weight, color }: Element): string {
  // Links of ours: the words are enough where nothing can be clicked.
  const words = safeText(text.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1'));
  const bold = weight === 'bolder' ? paint(screen, 'bold', words) : words;
  const colour = colours[color as keyof typeof colours];
  return colour ? paint(screen, colour, bold) : bold;
}
