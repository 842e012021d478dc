import { ConsentinelError } from '../../model/errors.js';
import { fileVersion } from './schema.js';

/** Processes that have opened the file: the id and the command. */
type Processes = readonly (readonly unknown[])[];

const everyWrite = 'Every write is complete or absent.';
const otherPlace = 'Or set AzureWebJobsStorage to a storage account.';

/** What a person can do about an error of SQLite. Source: sqlite.org/rescode.html. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [/^(SQLITE_FULL|ENOSPC)/, `Free disk space, and run the command again. ${everyWrite}`],
  [
    /^(SQLITE_(CANTOPEN|READONLY|PERM|AUTH)|EACCES|EPERM|EROFS|ENOTDIR)/,
    'Check that this user can write to the file and its folder.',
  ],
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    'The file is damaged, or is not a file of Consentinel. Restore it from a backup, or move it away: the next scan starts a new one.',
  ],
  [/^SQLITE_IOERR/, `Check the disk, and run the command again. ${everyWrite}`],
  [
    /^CONSENTINEL_NO_WAL/,
    `Move the folder to a local disk: SQLite cannot share a file on this file system. ${otherPlace}`,
  ],
  [
    /^(ERR_)?(MODULE_NOT_FOUND|DLOPEN_FAILED)/,
    `The package libsql has no program for this system. Install without --omit=optional. ${otherPlace}`,
  ],
];

/** The error for a call that SQLite refused. */
export function failure(file: string, { code, message }: { code: string; message: string }): ConsentinelError {
  const remedy = remedies.find(([pattern]) => pattern.test(code))?.[1];
  const [reason = ''] = message.split('\n');
  return new ConsentinelError(
    'storage-unavailable',
    `The storage ${file} failed: ${reason}${code && ` (${code})`}.`,
    remedy ?? `Run the command again. ${everyWrite}`,
  );
}

/** The error for a file with another schema. @param version 0 for a file of another program */
export function foreignFile(file: string, version: number): ConsentinelError {
  if (version <= fileVersion)
    return new ConsentinelError(
      'storage-unavailable',
      `The file ${file} is a database of another program.`,
      'Nothing was written. Move the file away.',
    );
  return new ConsentinelError(
    'storage-newer',
    `The storage ${file} has version ${version}, and this program knows ${fileVersion}.`,
    'Nothing was written. Upgrade this program to the version that wrote the file.',
  );
}

/** A line for a user who waits. */
export function waitingFor(file: string, others: Processes): string {
  return `Waiting: another process is writing to ${file}.${candidates(others)}`;
}

/** The error for a lock that did not become free. */
export function busyFor(file: string, milliseconds: number, others: Processes): ConsentinelError {
  return new ConsentinelError(
    'storage-unavailable',
    `For ${Math.round(milliseconds / 1000)} seconds, another process has been writing to ${file}.${candidates(others)}`,
    `End that process, or close the program that has the file open, and run the command again. ${everyWrite}`,
  );
}

/** SQLite does not say which process has the lock, and other programs do not enter themselves in the file. */
function candidates(others: Processes): string {
  if (others.length === 0) return '';
  const texts = others.map(([pid, command]) => `${pid} (${command})`).join(', ');
  return ` It may be ${others.length === 1 ? 'process' : 'one of the processes'} ${texts}, or another program.`;
}
