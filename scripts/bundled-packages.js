// The npm packages whose code a bundle contains.
import { readFileSync } from 'node:fs';

/**
 * @param {import('esbuild').Metafile} metafile
 * @returns {{ folder: string, name: string, version: string, license: string }[]} each folder once
 */
export function bundledPackages({ inputs }) {
  const folders = Object.keys(inputs).flatMap(
    (file) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? [],
  );
  return [...new Set(folders)].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
    return { folder, name, version, license };
  });
}
