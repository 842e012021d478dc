import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Severity } from '../model/rule/violation.js';
import { safeLines, safeText } from '../model/text/safe-text.js';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: the answer to `out`, progress and log to `log`. */
export interface Screen {
  readonly out: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly log: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Whether `out` may be coloured: a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
}

/** The standard streams of this process. */
export function processScreen({ NO_COLOR }: Readonly<Record<string, string | undefined>>): Screen {
  return { out: process.stdout, log: process.stderr, colour: process.stdout.isTTY === true && !NO_COLOR };
}

/** The text in a colour, where the screen has any. */
export function paint(screen: Screen, style: Style, text: string): string {
  // The screen has decided already, whatever the process's own stdout is.
  return screen.colour ? styleText(style, text, { validateStream: false }) : text;
}

const severityStyles: Readonly<Record<Severity, Style>> = {
  critical: ['bold', 'magenta'],
  high: ['bold', 'red'],
  medium: 'yellow',
  low: 'cyan',
};

export function paintSeverity(screen: Screen, severity: Severity): string {
  return paint(screen, severityStyles[severity], severity);
}

/**
 * A table as wide as it needs to be.
 * @param rows cells that were made harmless by `cell` where they hold names
 */
export function table(screen: Screen, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const made = new Table({
    head: head.map((text) => paint(screen, 'bold', text)),
    style: { head: [], border: [], compact: true },
    chars: {
      top: '',
      'top-mid': '',
      'top-left': '',
      'top-right': '',
      bottom: '',
      'bottom-mid': '',
      'bottom-left': '',
      'bottom-right': '',
      left: '',
      'left-mid': '',
      mid: '',
      'mid-mid': '',
      right: '',
      'right-mid': '',
      middle: '  ',
    },
  });
  made.push(...rows.map((row) => [...row]));
  return made
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A name as a table cell: harmless, and cut so that one long name does not spoil the table. */
export function cell(text: string, width = 48): string {
  const shown = [...safeText(text)];
  return shown.length > width ? `${shown.slice(0, width - 1).join('')}…` : shown.join('');
}

export function writeLine(stream: NodeJS.WritableStream, text = ''): void {
  stream.write(`${text}\n`);
}

/** A value as JSON that reads back unchanged, and yet says nothing to a terminal: what that would obey is escaped. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): void {
  writeLine(stream, safeLines(JSON.stringify(value, null, 2)));
}
