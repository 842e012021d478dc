// Bundles the entry points into dist/.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { bundling } from './bundling.js';
import { noticesOf } from './notices.js';
import { writeRuleIndex } from './rule-index.js';

writeRuleIndex();
rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...bundling,
  entryPoints: {
    cli: 'src/cli/main.ts',
    night: 'src/cli/night.ts',
    functions: 'src/functions/index.ts',
    'functions-core': 'src/local/functions-core.ts',
    bench: 'bench/main.ts',
    soak: 'test/soak/main.ts',
  },
  outdir: 'dist',
  metafile: true,
});
writeFileSync('dist/THIRD_PARTY_NOTICES.txt', noticesOf(metafile));
