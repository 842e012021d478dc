// Bundles the entry points into dist/. With --sbom it adds the bill of materials for the npm package. azd runs this once
// per service, all at the same time, so no file is ever missing or half written: each is replaced as a whole, and files
// of an earlier build are deleted last.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundling, license, name, version } from './bundling.js';
import { noticesOf } from './notices.js';
import { replaceFile } from './replace-file.js';
import { writeRuleIndex } from './rule-index.js';
import { runtimePackages, sbomOf } from './sbom.js';

const folder = 'dist';
writeRuleIndex();
const { metafile, outputFiles } = await build({
  ...bundling,
  entryPoints: {
    cli: 'src/cli/main.ts',
    night: 'src/cli/night.ts',
    functions: 'src/functions/all.ts',
    'functions-core': 'src/local/functions-core.ts',
    'sqlite-worker': 'src/storage/sqlite/sqlite-worker.js',
    bench: 'bench/main.ts',
    soak: 'test/soak/main.ts',
  },
  outdir: folder,
  write: false,
  metafile: true,
});
const files = new Map(outputFiles.map(({ path: file, contents }) => [path.relative(folder, file), contents]));
files.set('THIRD_PARTY_NOTICES.txt', noticesOf(metafile));
if (process.argv.includes('--sbom')) {
  const bill = sbomOf(metafile, { name, version, license }, runtimePackages());
  files.set('sbom.cdx.json', `${JSON.stringify(bill, null, 2)}\n`);
}
mkdirSync(folder, { recursive: true });
for (const [file, contents] of files) replaceFile(path.join(folder, file), contents);
const stale = readdirSync(folder).filter((file) => !files.has(file) && !file.endsWith('.writing'));
for (const file of stale) rmSync(path.join(folder, file), { recursive: true, force: true });
