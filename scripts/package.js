// Makes the deployment packages: for each function app a folder package/<app>/ for azd, and a zip of it for
// `az functionapp deployment`. A package contains only what the functions of its app need. The same sources and packages
// give the same bytes. With --app it makes one of them. The folder is outside
// dist/, from which every build deletes other files.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { zipSync } from 'fflate';
import { bundling, engines, license, name, version } from './bundling.js';
import { noticesOf } from './notices.js';
import { writeRuleIndex } from './rule-index.js';
import { sbomOf } from './sbom.js';

const { apps } = JSON.parse(readFileSync('src/boundaries.json', 'utf8'));
const names = apps.map(({ app }) => app);
const { values } = parseArgs({
  options: { out: { type: 'string', default: 'package' }, app: { type: 'string', multiple: true, default: names } },
});
const unknown = values.app.filter((app) => !names.includes(app));
if (unknown.length > 0) throw new Error(`--app ${unknown[0]}: give one of ${names.join(', ')}.`);

// The source maps of packages would be most of the zip. A map with one entry replaces each: stack traces then name the
// folder of the package.
const oneEntry = Buffer.from('{"version":3,"sources":["bundled"],"names":[],"mappings":"AAAA"}').toString('base64');
const smallMaps = {
  name: 'small-maps',
  setup: ({ onLoad }) =>
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, ({ path: file }) => ({
      contents: `${unmapped(readFileSync(file, 'utf8'))}\n//# sourceMappingURL=data:application/json;base64,${oneEntry}`,
      loader: 'default',
    })),
};
const unmapped = (code) => code.replace(/^\/\/# sourceMappingURL=.*$/gm, '');

writeRuleIndex();
for (const app of values.app) await makePackage(app);

async function makePackage(app) {
  const folder = path.join(values.out, app);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const { metafile, outputFiles } = await build({
    ...bundling,
    entryPoints: { app: `src/functions/${app}.ts` },
    // Source maps name sources relative to this folder.
    outdir: `package/${app}`,
    write: false,
    plugins: [...bundling.plugins, smallMaps],
    minify: true,
    // Stack traces need the positions only. The sources are in the repository.
    sourcesContent: false,
    legalComments: 'none',
    metafile: true,
  });
  for (const { path: file, contents } of outputFiles) writeFileSync(path.join(folder, path.basename(file)), contents);
  // Source maps apply only to modules that load after this call.
  writeFileSync(path.join(folder, 'functions.js'), "process.setSourceMapsEnabled(true);\nawait import('./app.js');\n");
  const manifest = {
    name: `${name}-${app}`,
    version,
    license,
    private: true,
    type: 'module',
    main: 'functions.js',
    engines,
  };
  writeJson(path.join(folder, 'package.json'), manifest);
  writeFileSync(path.join(folder, 'THIRD_PARTY_NOTICES.txt'), noticesOf(metafile));
  writeJson(path.join(folder, 'sbom.cdx.json'), sbomOf(metafile, { name: manifest.name, version, license }));
  for (const file of ['host.json', 'LICENSE']) copyFileSync(file, path.join(folder, file));
  writeZip(folder, path.join(values.out, `${name}-${version}-${app}.zip`));
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function writeZip(folder, zip) {
  // A zip stores local times. This date in local time makes the bytes independent of the time zone.
  const mtime = new Date(1980, 0, 1);
  const files = readdirSync(folder).sort();
  const content = Object.fromEntries(files.map((file) => [file, [readFileSync(path.join(folder, file)), { mtime }]]));
  writeFileSync(zip, zipSync(content, { level: 9 }));
  console.log(`${zip}: ${Math.round(readFileSync(zip).length / 1024)} KiB, ${files.length} files`);
}
