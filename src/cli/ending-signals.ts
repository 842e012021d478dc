/**
 * The signals that end a command in order: a scan then stores its end and releases its lease. Windows has no SIGTERM from
 * other processes; it has Ctrl+Break, and SIGHUP when the window is closed, which kills the process ten seconds later. On
 * other systems SIGHUP keeps its default, because a handler would undo nohup.
 * Source: Node.js, process: signal events.
 */
export function endingSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === 'win32' ? ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP'] : ['SIGINT', 'SIGTERM'];
}
