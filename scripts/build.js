// Bundles the entry points into dist/. With --sbom it adds the bill of materials for the npm package.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundling, license, name, version } from './bundling.js';
import { noticesOf } from './notices.js';
import { writeRuleIndex } from './rule-index.js';
import { sbomOf } from './sbom.js';

writeRuleIndex();
rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...bundling,
  entryPoints: {
    cli: 'src/cli/main.ts',
    night: 'src/cli/night.ts',
    functions: 'src/functions/all.ts',
    'functions-core': 'src/local/functions-core.ts',
    bench: 'bench/main.ts',
    soak: 'test/soak/main.ts',
  },
  outdir: 'dist',
  metafile: true,
});
writeFileSync('dist/THIRD_PARTY_NOTICES.txt', noticesOf(metafile));
if (process.argv.includes('--sbom')) {
  const bill = sbomOf(metafile, { name, version, license });
  writeFileSync('dist/sbom.cdx.json', `${JSON.stringify(bill, null, 2)}\n`);
}
