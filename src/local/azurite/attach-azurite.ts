import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type AzuriteState, isRunning } from './azurite-state.js';

/** A connection to the child: for as long as it stands, the child stays. */
export interface AttachedStorage {
  readonly connectionString: string;
  close(): Promise<void>;
}

/**
 * Connects to the child that a state file names, and waits until its storage is ready.
 * @param patience aborts when the wait has been long enough
 * @returns `gone` where no such child is there; `ended` where it was just closing, or the patience is over
 */
export async function attachAzurite(
  state: AzuriteState,
  patience: AbortSignal,
): Promise<AttachedStorage | 'gone' | 'ended'> {
  const socket = await reach(state);
  if (!socket) return 'gone';
  const giveUp = () => socket.destroy();
  patience.addEventListener('abort', giveUp);
  socket.write(`${state.token}\n`);
  const line = await firstAnswer(socket);
  patience.removeEventListener('abort', giveUp);
  if (line.startsWith('ready ')) return holding(socket, line.slice('ready '.length));
  return line === 'other' || !isRunning(state.pid) ? 'gone' : 'ended';
}

async function reach({ controlPort, pid }: AzuriteState): Promise<Socket | undefined> {
  if (!isRunning(pid)) return undefined;
  const socket = connect(controlPort, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return socket;
  } catch {
    return undefined;
  }
}

/** `ready` and where storage is; `other` where the token is another's; empty where the connection ends without either. */
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

function holding(socket: Socket, connectionString: string): AttachedStorage {
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
