/** What a process needs to start, and no setting of this program. Windows needs its own variables. */
export function bareEnvironment(): Record<string, string> {
  const names = [
    'PATH',
    'HOME',
    'SystemRoot',
    'SystemDrive',
    'ComSpec',
    'PATHEXT',
    'TEMP',
    'TMP',
    'USERPROFILE',
    'APPDATA',
  ];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name] ?? '']] : [])));
}

/** The mode of a file that only its owner can use. Windows has no such modes. */
export const ownerOnly = process.platform === 'win32' ? 0o666 : 0o600;

/** For `execFile` of a command like npm, which is a command file on Windows: only a shell starts it. */
export const needsShell = process.platform === 'win32';
