// Bundles the entry points into dist/. Bundling is the cold start: one file loads six times faster than the
// packages it is made of. Azurite stays outside (a development part), and so does the module that only the
// Functions worker has.
import { readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
rmSync('dist', { recursive: true, force: true });
await build({
  entryPoints: {
    cli: 'src/cli/main.ts',
    night: 'src/cli/night.ts',
    functions: 'src/functions/index.ts',
    bench: 'bench/main.ts',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: true,
  minifySyntax: true,
  keepNames: true,
  external: ['@azure/functions-core', 'azurite'],
  // CommonJS packages inside an ESM bundle still call require(); so does @azure/functions for the worker's module.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  define: { VERSION: JSON.stringify(version) },
  logLevel: 'warning',
});
