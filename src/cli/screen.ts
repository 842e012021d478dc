import { styleText } from 'node:util';
import Table from 'cli-table3';
import type { Severity } from '../model/rule/violation.js';
import { safeLines, safeText } from '../model/text/safe-text.js';

type Style = Parameters<typeof styleText>[0];

/** The output of a command: the result goes to `out`, progress and log to `log`. */
export interface Screen {
  readonly out: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  readonly log: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  /** Whether `out` is coloured: it is a terminal, and NO_COLOR is not set. */
  readonly colour: boolean;
}

/** The standard streams of this process. */
export function processScreen({ NO_COLOR }: Readonly<Record<string, string | undefined>>): Screen {
  return { out: process.stdout, log: process.stderr, colour: process.stdout.isTTY === true && !NO_COLOR };
}

/** The text in a style, where the screen is coloured. */
export function paint(screen: Screen, style: Style, text: string): string {
  // `colour` decides: the stream can be another one than the process's stdout.
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
 * A table without borders, as wide as its content.
 * @param rows texts; those with display names come from `cell`
 */
export function table(screen: Screen, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const built = new Table({
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
  built.push(...rows.map((row) => [...row]));
  return built
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** A display name as a table cell: control characters spelled out, and cut to a width. */
export function cell(text: string, width = 48): string {
  const shown = [...safeText(text)];
  return shown.length > width ? `${shown.slice(0, width - 1).join('')}…` : shown.join('');
}

export function writeLine(stream: NodeJS.WritableStream, text = ''): void {
  stream.write(`${text}\n`);
}

/** A value as JSON. Characters that a terminal would execute are escaped; `JSON.parse` returns the same value. */
export function jsonText(value: unknown): string {
  return safeLines(JSON.stringify(value, null, 2));
}

/** Writes a value as JSON. */
export function writeJson(stream: NodeJS.WritableStream, value: unknown): void {
  writeLine(stream, jsonText(value));
}
