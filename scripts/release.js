// Makes the files of a release in one folder: the npm package of the command line, the zip of each function app, a bill of
// materials for each of them, and SHA256SUMS. The same sources give the same bytes.
//
//   node scripts/release.js --out FOLDER
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { name } from './bundling.js';

const { out } = parseArgs({ options: { out: { type: 'string', default: 'release' } } }).values;
const run = (script, ...args) => execFileSync(process.execPath, [script, ...args], { stdio: 'inherit' });

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
run('scripts/build.js', '--sbom');
// npm is a command file on Windows, which only a shell starts.
execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { shell: process.platform === 'win32' });
copyFileSync('dist/sbom.cdx.json', path.join(out, `${name}.cdx.json`));

const packages = mkdtempSync(path.join(tmpdir(), 'release-'));
try {
  run('scripts/package.js', '--out', packages);
  for (const file of readdirSync(packages)) {
    if (file.endsWith('.zip')) copyFileSync(path.join(packages, file), path.join(out, file));
    else copyFileSync(path.join(packages, file, 'sbom.cdx.json'), path.join(out, `${name}-${file}.cdx.json`));
  }
} finally {
  rmSync(packages, { recursive: true, force: true });
}

// The form of sha256sum, which `sha256sum --check` and the attestation read.
const digest = (file) =>
  createHash('sha256')
    .update(readFileSync(path.join(out, file)))
    .digest('hex');
const sums = readdirSync(out)
  .sort()
  .map((file) => `${digest(file)}  ${file}\n`);
writeFileSync(path.join(out, 'SHA256SUMS'), sums.join(''));
console.log(sums.join(''));
