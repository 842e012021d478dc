import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeToFile, writeToStream } from '../../src/cli/write-text.js';
import { explain } from '../../src/model/errors.js';
import { ownerOnly } from '../support/bare-environment.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'consentinel-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => path.join(folder, name);
async function* pieces(...texts: string[]) {
  yield* texts;
}

describe('a file', () => {
  it('is written completely, and only its owner can read it', async () => {
    await writeToFile(at('report'), pieces('one ', 'two'));
    expect(await readFile(at('report'), 'utf8')).toBe('one two');
    expect((await stat(at('report'))).mode & 0o777).toBe(ownerOnly);
    expect(await readdir(folder)).toEqual(['report']);
  });

  it('is unchanged when the text fails half-way', async () => {
    async function* broken() {
      yield 'half';
      throw new Error('the storage went away');
    }
    await writeFile(at('report'), 'old');
    await expect(writeToFile(at('report'), broken())).rejects.toThrow('the storage went away');
    expect(await readFile(at('report'), 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['report']);
  });

  it('is unchanged after an abort, which throws its reason', async () => {
    const interrupted = new AbortController();
    async function* endless() {
      for (;;) {
        yield 'more';
        interrupted.abort(new Error('Interrupted by SIGINT.'));
      }
    }
    await expect(writeToFile(at('report'), endless(), interrupted.signal)).rejects.toThrow('Interrupted by SIGINT.');
    expect(await readdir(folder)).toEqual([]);
  });

  it('replaces the target of a symbolic link', async () => {
    await writeFile(at('old'), 'old');
    await symlink('old', at('link'));
    await writeToFile(at('link'), pieces('new'));
    expect([await readFile(at('old'), 'utf8'), await readlink(at('link'))]).toEqual(['new', 'old']);
  });

  it.each([
    ['no folder', 'missing/report', /missing\/report cannot be written: its folder does not exist\. Create the folder/],
    ['below a file', 'file/report', /file\/report cannot be written: a part of the path is a file\. Give --out/],
    ['a folder', 'folder', /folder is a folder\. Give --out/],
    ['too long', 'x'.repeat(300), /cannot be written: the name is too long\. Give --out/],
  ])('that cannot be written is named, with the fix: %s', async (_what, name, why) => {
    await mkdir(at('folder'));
    await writeFile(at('file'), '');
    const error = await writeToFile(at(name), pieces('text')).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'usage-invalid' });
    expect(explain(error)).toMatch(why);
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder']);
  });

  it('replaces only a regular file', async () => {
    await expect(writeToFile('/dev/null', pieces('text'))).rejects.toThrow('/dev/null is not a regular file');
  });
});

describe('a stream', () => {
  it('is left open', async () => {
    const stream = new PassThrough();
    const read = textOf(stream);
    await writeToStream(stream, pieces('one ', 'two'));
    stream.end(' three');
    expect(await read).toBe('one two three');
  });
});
