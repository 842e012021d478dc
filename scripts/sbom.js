// The software bill of materials of a bundle: CycloneDX, as npm writes it, limited to the packages in the bundle and those
// that npm installs with it.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { bundledPackages } from './bundled-packages.js';

let whole;

/** The bill of all packages of package-lock.json. It needs no network. */
function wholeBill() {
  // npm is a script on Windows, which only a shell finds.
  const options = { encoding: 'utf8', maxBuffer: 2 ** 26, shell: process.platform === 'win32' };
  whole ??= JSON.parse(execFileSync('npm', ['sbom', '--sbom-format=cyclonedx', '--package-lock-only'], options));
  return whole;
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @param {{ name: string, version: string, license: string }} product what contains the bundle
 * @param {string[]} installed packages that are installed with it, as `runtimePackages`
 * @returns {object} CycloneDX 1.5. It has no serial number and no time: the same bundle gives the same bytes.
 * @throws {Error} for a bundled package that package-lock.json does not have
 */
export function sbomOf(metafile, product, installed = []) {
  const { serialNumber: _random, metadata, components, dependencies, ...bill } = wholeBill();
  const bundled = new Set([
    ...bundledPackages(metafile).map((found) => `${found.name}@${found.version}`),
    ...installed,
  ]);
  const known = new Set(components.map((component) => component['bom-ref']));
  const unknown = [...bundled].filter((ref) => !known.has(ref));
  if (unknown.length > 0) throw new Error(`package-lock.json does not have ${unknown.join(', ')}. Run npm ci.`);
  const { name, version, license } = product;
  const ref = `${name}@${version}`;
  const limited = (entry) => ({ ...entry, dependsOn: entry.dependsOn?.filter((other) => bundled.has(other)) ?? [] });
  return {
    ...bill,
    metadata: {
      lifecycles: [{ phase: 'build' }],
      // Without the version of npm, on which nothing in the bill depends.
      tools: metadata.tools.map(({ vendor, name }) => ({ vendor, name })),
      component: { 'bom-ref': ref, type: 'application', name, version, licenses: [{ license: { id: license } }] },
    },
    // npm calls these packages development packages, but the product contains them.
    components: components
      .filter((component) => bundled.has(component['bom-ref']))
      .map(({ properties: _development, ...component }) => component),
    dependencies: [
      { ref, dependsOn: [...bundled].sort() },
      ...dependencies.filter((entry) => bundled.has(entry.ref)).map(limited),
    ],
  };
}

/** The packages that npm installs with this one, those for other systems too. @returns {string[]} `name@version` */
export function runtimePackages() {
  const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const installed = Object.entries(packages).filter(([folder, { dev }]) => folder && !dev);
  return installed.map(
    ([folder, { version }]) => `${folder.slice(folder.lastIndexOf('node_modules/') + 13)}@${version}`,
  );
}
