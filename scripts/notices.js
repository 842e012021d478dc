// Collects the licences of the bundled packages. A bundle copies their code, and their licences require the notice.
import { readdirSync, readFileSync } from 'node:fs';
import { bundledPackages } from './bundled-packages.js';

/**
 * @param {import('esbuild').Metafile} metafile
 * @returns {string} the name, version and licence text of each bundled package
 */
export function noticesOf(metafile) {
  const notices = bundledPackages(metafile).map(({ folder, name, version, license }) => {
    return { title: `${name} ${version} (${license})`, text: licenceIn(folder) };
  });
  const byTitle = new Map(notices.sort((a, b) => a.title.localeCompare(b.title, 'en')).map((n) => [n.title, n.text]));
  return [...byTitle].map(([title, text]) => `${title}\n\n${text}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

function licenceIn(folder) {
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  return file ? readFileSync(`${folder}/${file}`, 'utf8').trim() : 'The package holds no licence text.';
}
