import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type AzuriteState, isRunning } from './azurite-state.js';

/** A connection to the child process. While it is open, the child keeps running. */
export interface AttachedStorage {
  readonly connectionString: string;
  /** Closes the connection. For the last client, it resolves after the child has saved the data. */
  close(): Promise<void>;
}

/**
 * Connects to the child process in a state file, and waits until its storage is ready.
 * @param timeout aborts the wait
 * @returns `gone` if the child process does not run; `ended` if it is closing, or after the timeout
 */
export async function attachAzurite(
  state: AzuriteState,
  timeout: AbortSignal,
): Promise<AttachedStorage | 'gone' | 'ended'> {
  const socket = await connectTo(state);
  if (!socket) return 'gone';
  const onTimeout = () => socket.destroy();
  timeout.addEventListener('abort', onTimeout);
  socket.write(`${state.token}\n`);
  const line = await firstAnswer(socket);
  timeout.removeEventListener('abort', onTimeout);
  if (line.startsWith('ready ')) return attached(socket, line.slice('ready '.length));
  return line === 'other' || !isRunning(state.pid) ? 'gone' : 'ended';
}

async function connectTo({ controlPort, pid }: AzuriteState): Promise<Socket | undefined> {
  if (!isRunning(pid)) return undefined;
  const socket = connect(controlPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}

/** `ready` with the connection string; `other` if the child has another token; empty if the connection ends first. */
function firstAnswer(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const line = /^(ready .*|other)\n/m.exec(text)?.[1];
      if (line) resolve(line);
    });
    socket.on('error', () => socket.destroy());
    socket.once('close', () => resolve(''));
  });
}

function attached(socket: Socket, connectionString: string): AttachedStorage {
  socket.unref();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  return {
    connectionString,
    close: () => {
      socket.ref();
      socket.write('bye\n');
      return ended;
    },
  };
}
