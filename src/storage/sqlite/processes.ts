import type { Database } from './database.js';

/** Records that this process uses the file, for the messages of others that wait for it. */
export async function enterProcess(database: Database): Promise<void> {
  const known = await database.read('SELECT pid FROM processes', []);
  const ended = known.map(([pid]) => Number(pid)).filter((pid) => !isRunning(pid));
  await database.write([
    ...ended.map((pid) => ({ sql: 'DELETE FROM processes WHERE pid = ?', params: [pid] })),
    {
      sql: 'INSERT INTO processes (pid, command) VALUES (?, ?) ON CONFLICT (pid) DO UPDATE SET command = excluded.command',
      params: [process.pid, commandOf(process.argv)],
    },
  ]);
}

/** Removes the record. If it stays, the next process that opens the file removes it. */
export function leaveProcess(database: Database): Promise<void> {
  return database.tryWrite({ sql: 'DELETE FROM processes WHERE pid = ?', params: [process.pid] });
}

/** The name of the command. Other arguments can be names or texts of a user. */
function commandOf([, , command = '']: readonly string[]): string {
  return /^[a-z-]{1,30}$/.test(command) ? `consentinel ${command}` : 'consentinel';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
