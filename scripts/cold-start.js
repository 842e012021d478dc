// Compares how long the functions take to load from their bundle and from unbundled files with all packages, as in a cold
// start. Prints the medians in milliseconds as JSON. Build first: `npm run build`. Repetitions alternate, so that other
// work on the machine affects both.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundling } from './bundling.js';

const repetitions = 7;
const folder = path.resolve('node_modules/.cache/unbundled');
const entryPoints = readdirSync('src', { recursive: true })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => path.join('src', file));
const { banner: _banner, external: _external, plugins: _plugins, ...options } = bundling;
rmSync(folder, { recursive: true, force: true });
await build({ ...options, bundle: false, splitting: false, entryPoints, outdir: folder, outbase: 'src' });
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}\n');

const address = (file) => JSON.stringify(pathToFileURL(path.resolve(file)).href);
const contenders = { bundled: 'dist/functions.js', unbundled: path.join(folder, 'functions/all.js') };
const times = { bundled: [], unbundled: [] };
for (let i = 0; i <= repetitions; i++)
  for (const [name, file] of Object.entries(contenders)) {
    const time = loadTime(file);
    // The first load fills the file cache.
    if (i > 0) times[name].push(time);
  }
const [bundled, unbundled] = [median(times.bundled), median(times.unbundled)];
console.log(JSON.stringify({ bundled, unbundled, ratio: Number((bundled / unbundled).toFixed(2)) }));

/** Milliseconds that a new process needs to load the functions. */
function loadTime(file) {
  const script = `
    const { installFunctionsCore } = await import(${address('dist/functions-core.js')});
    installFunctionsCore();
    const start = performance.now();
    await import(${address(file)});
    process.stdout.write(String(performance.now() - start));
    process.exit();`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)]);
}
