import { build } from 'esbuild';

/**
 * Loads exports of the sources, which are TypeScript: they are bundled in memory.
 * @param {string} contents a module that exports what is needed, with paths from the root of the repository
 */
export async function load(contents) {
  const stdin = { contents, resolveDir: '.', loader: 'ts' };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, format: 'esm', platform: 'node' });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
