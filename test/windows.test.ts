import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { endingSignals } from '../src/cli/ending-signals.js';
import { besideFile } from '../src/cli/write-text.js';

// What can be checked without Windows. The suite itself has not run there yet: .github/workflows/ci.yml.

const sources = (folder: string, ends: RegExp): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => ends.test(file))
    .map((file) => path.join(folder, file));
const ignored = /^(node_modules|dist|package|\.cache|\.consentinel|\.git|coverage)([\\/]|$)/;
const files = () =>
  readdirSync('.', { recursive: true, encoding: 'utf8' }).filter(
    (file) => !ignored.test(file) && path.basename(file) !== '',
  );

describe('the repository on Windows', () => {
  it('has only names that Windows allows, also where it has no long paths', () => {
    const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
    for (const file of files())
      for (const part of file.split(path.sep))
        expect([file, /[<>:"|?*\\]|[. ]$/.test(part) || reserved.test(part)]).toEqual([file, false]);
    // MAX_PATH is 260; a user's folder needs the rest.
    expect(files().filter((file) => file.length > 160)).toEqual([]);
  });

  it('has no two names that differ in case only', () => {
    const names = files().map((file) => file.toLowerCase());
    expect(names.length).toBe(new Set(names).size);
  });

  it('has the same line endings everywhere', () => {
    const rules = readFileSync('.gitattributes', 'utf8');
    expect(rules).toMatch(/^\* text=auto eol=lf$/m);
    for (const file of [...sources('infra', /\.(sh|json|bicep|ps1)$/), ...sources('src', /\.tsx?$/)])
      expect([file, readFileSync(file, 'utf8').includes('\r')]).toEqual([file, false]);
  });

  it('has no symbolic links', () => {
    if (!existsSync('.git')) return;
    const modes = execFileSync('git', ['ls-files', '--stage'], { encoding: 'utf8' }).split('\n');
    expect(modes.filter((line) => line.startsWith('120000'))).toEqual([]);
  });

  it('runs its npm scripts in cmd.exe', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
    for (const [name, script] of Object.entries<string>(scripts)) {
      // Quotes other than double ones, variables, and commands of a POSIX shell.
      expect([name, /'|\$|`|;|\\(?!")/.test(script)]).toEqual([name, false]);
      expect([name, /(^|&& |\| )(rm|cp|mv|mkdir|export|cat|sh|bash) /.test(script)]).toEqual([name, false]);
    }
  });

  it('gives azd a hook for each platform', () => {
    const azure = readFileSync('azure.yaml', 'utf8');
    expect(azure.match(/^ +posix:$/gm)?.length).toBe(azure.match(/^ +windows:$/gm)?.length);
    for (const [, file = ''] of azure.matchAll(/run: (?:sh )?(infra\/scripts\/\S+)/g))
      expect([file, existsSync(file)]).toEqual([file, true]);
  });
});

describe('the program on Windows', () => {
  it('ends in order with Ctrl+C, Ctrl+Break and when its window is closed', () => {
    expect(endingSignals('win32')).toEqual(['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']);
    // A handler for SIGHUP would undo nohup.
    expect(endingSignals('linux')).toEqual(['SIGINT', 'SIGTERM']);
  });

  it('joins paths with the module path, and names no folder of a POSIX system', () => {
    const found = sources('src', /\.tsx?$/).flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return /['"`]\/(tmp|dev|etc|usr|var|home)\//.test(text) || /path\.posix/.test(text) ? [file] : [];
    });
    expect(found).toEqual([]);
  });

  it.each(['C:\\Users\\ada\\reports\\out.html', '\\\\server\\share\\out.html', 'D:out.html'])(
    'writes a report beside %s',
    (file) => {
      const temporary = besideFile(file, '.consentinel-0.tmp', path.win32);
      expect(path.win32.dirname(temporary)).toBe(path.win32.dirname(path.win32.resolve(file)));
    },
  );
});
