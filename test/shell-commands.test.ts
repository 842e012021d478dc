import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a page, and the text between them as blocks without a language. */
function blocksOf(page: string): Block[] {
  const parts = page.split(/^ *```(\w*)\n([\s\S]*?)^ *```$/m);
  const blocks: Block[] = [];
  for (let i = 0; i < parts.length; i += 3) {
    blocks.push({ language: '', text: parts[i] ?? '' });
    if (parts[i + 2] !== undefined) blocks.push({ language: parts[i + 1] ?? '', text: parts[i + 2] ?? '' });
  }
  return blocks;
}

/** What PowerShell, or Windows PowerShell 5.1, reads differently. Comments are left out. */
const onlyInBash = /^ *sh |\\$|&&|^ *export |^ *for |^ *curl |^ *cat |<<|\| jq|^ *\w+=|(?<= )@[\w/.]+ /m;
const inlineVariable = /(?:^|`)[A-Z][A-Z_]+=(?!\$\()[^\s`]+ (?:\w|\.\/)/m;
const withoutComments = (text: string) => text.replaceAll(/(^|\s)#.*$/gm, '');

const docs = readdirSync('docs').filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'CONTRIBUTING.md', 'src/README.md', ...docs.map((name) => `docs/${name}`)];

describe.each(pages)('%s', (page) => {
  const blocks = blocksOf(readFileSync(page, 'utf8'));
  it('shows each command that differs between shells in PowerShell too', () => {
    const alone = blocks.filter(({ language, text }, i) => {
      if (language !== 'sh' || !onlyInBash.test(withoutComments(text))) return false;
      return blocks[i + 2]?.language !== 'powershell';
    });
    expect(alone.map(({ text }) => text)).toEqual([]);
  });
  it('sets no variable in the line of a command, which only bash can', () => {
    const found = blocks.filter(({ language, text }) => language !== 'powershell' && inlineVariable.test(text));
    expect(found.map(({ text }) => text)).toEqual([]);
  });
});
