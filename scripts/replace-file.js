import { renameSync, rmSync, writeFileSync } from 'node:fs';

/**
 * Writes a file as a whole: a reader sees the old content or the new one. Several processes may write the same file.
 * @param {string} file
 * @param {string | Uint8Array} contents
 */
export function replaceFile(file, contents) {
  const own = `${file}.${process.pid}.writing`;
  writeFileSync(own, contents);
  try {
    renameSync(own, file);
  } finally {
    rmSync(own, { force: true });
  }
}
