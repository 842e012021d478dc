import { stripVTControlCharacters } from 'node:util';
import { paint, type Screen } from './screen.js';

/** The space between two columns, as in `table`. */
export const gap = '  ';

/**
 * The lines of a table whose columns have fixed widths, so that the rows are not needed at once.
 * @param columns their heads, and their widths in characters without colours; a longer text moves the rest of its row
 */
export function* fixedTable(
  screen: Screen,
  columns: readonly { readonly head: string; readonly width: number }[],
  rows: Iterable<readonly string[]>,
): Generator<string> {
  const widths = columns.map(({ width }) => width);
  yield line(
    columns.map(({ head }) => paint(screen, 'bold', head)),
    widths,
  );
  for (const row of rows) yield line(row, widths);
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((text, i) => {
    const width = [...stripVTControlCharacters(text)].length;
    return text + ' '.repeat(Math.max((widths[i] ?? 0) - width, 0));
  });
  return ` ${padded.join(gap)}`.trimEnd();
}
