/** The line continuations of bash, cmd, and PowerShell. */
const continuation = /[\\^`]\r?\n/g;

/**
 * The words of a command line: quotes are removed, and continued lines are joined. Expansions stay as written.
 * Source: POSIX, Shell Command Language, section 2.2 (quoting).
 */
export function wordsOf(command: string): string[] {
  const words: string[] = [];
  const piece = /'([^']*)'|"((?:\\[\s\S]|[^"\\])*)"|\\([\s\S])|([^\s'"\\]+)|(\s+)|([\s\S])/g;
  let word: string | undefined;
  for (const [, single, double, escaped, bare, blank, stray] of command.replace(continuation, ' ').matchAll(piece)) {
    if (blank !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? bare ?? stray ?? '');
  }
  return word === undefined ? words : [...words, word];
}
