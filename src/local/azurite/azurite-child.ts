/**
 * The program of the child process that runs Azurite for a folder, as text: it is handed to `node --eval`, so that it
 * needs no file of its own, neither beside the sources nor beside the bundle. Azurite itself is run through its
 * command line, the only interface that it documents.
 *
 * Its life: listen on a control port; claim the folder by linking the state file into place, which only one process
 * can do; start Azurite; tell every client that connects with the token where storage is. A client counts until its
 * connection ends, however it ends. When the last one says goodbye, or has vanished for a moment, let Azurite write
 * its data, take the state file away, and only then let go of the connections.
 *
 * Its order arrives on stdin, where no other user can read it: `folder`, `azurite` (the script), `inMemory`, `token`, `account`, `key`,
 * `lingerMs` (how long to wait for another client after one vanished), `graceMs` (how long for the first).
 */
export const azuriteChild = String.raw`
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const order = JSON.parse(fs.readFileSync(0, 'utf8'));
process.umask(0o077);
const stateFile = path.join(order.folder, 'azurite.json');
const users = new Set();
const waiting = new Set();
const ports = {};
let connectionString;
let closing = false;
let stopping = false;
let servicesLeft = 3;
let claimed = false;
let linger = setTimeout(shutDown, order.graceMs);

const control = net.createServer((socket) => {
  let text = '';
  socket.setEncoding('utf8').on('error', () => {});
  socket.on('data', (data) => {
    text += data;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      if (!users.has(socket)) enter(socket, line);
      else if (line === 'bye') leave(socket, 0);
    }
  });
  socket.on('close', () => leave(socket, order.lingerMs));
});

function enter(socket, line) {
  if (line !== order.token) return socket.end('other\n');
  waiting.add(socket);
  if (closing) return socket.write('closing\n');
  clearTimeout(linger);
  users.add(socket);
  if (connectionString) socket.write('ready ' + connectionString + '\n');
}

function leave(socket, patience) {
  if (socket.destroyed) waiting.delete(socket);
  if (!users.delete(socket)) return;
  if (users.size > 0) return socket.end();
  clearTimeout(linger);
  linger = setTimeout(shutDown, patience);
}

function shutDown() {
  closing = true;
  for (const socket of users) socket.write('closing\n');
  if (connectionString) stopServices();
  else leaveFolder(0);
}

// Azurite listens for signals only a moment after it has said that it is ready.
function stopServices() {
  if (stopping) return;
  process.emit('SIGINT');
  setTimeout(stopServices, 50);
}

function leaveFolder(code) {
  if (claimed) fs.rmSync(stateFile, { force: true });
  claimed = false;
  for (const socket of waiting) socket.destroy();
  process.exit(code);
}

function claim() {
  const draft = stateFile + '.' + process.pid;
  fs.writeFileSync(draft, JSON.stringify({ pid: process.pid, controlPort: control.address().port, token: order.token }));
  try {
    fs.linkSync(draft, stateFile);
    claimed = true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

// Azurite says on the console where it listens and when it is closed, and nowhere else.
console.log = (line) => {
  const [, service, port] = /Azurite (\w+) service is successfully listening at .*:(\d+)/.exec(line) ?? [];
  if (service) ports[service] = port;
  if (ports.Table && ports.Queue && !connectionString) ready();
  if (/service is closing/.test(line)) closing = stopping = true;
  if (/service successfully closed/.test(line) && --servicesLeft === 0) leaveFolder(0);
};

function ready() {
  const at = (port) => 'http://127.0.0.1:' + port + '/' + order.account;
  connectionString = [
    'DefaultEndpointsProtocol=http', 'AccountName=' + order.account, 'AccountKey=' + order.key,
    'BlobEndpoint=' + at(ports.Blob), 'QueueEndpoint=' + at(ports.Queue), 'TableEndpoint=' + at(ports.Table),
  ].join(';') + ';';
  for (const socket of users) socket.write('ready ' + connectionString + '\n');
}

// Azurite stops its services at the first SIGINT or SIGTERM; these keep a second one from cutting that short.
process.on('SIGINT', () => {}).on('SIGTERM', () => {}).on('SIGHUP', () => {});
process.on('uncaughtException', (error) => {
  console.error(error);
  leaveFolder(1);
});

control.listen(0, '127.0.0.1', () => {
  claim();
  if (!claimed) process.exit(0);
  process.env.AZURITE_ACCOUNTS = order.account + ':' + order.key;
  const where = order.inMemory ? ['--inMemoryPersistence'] : ['--location', order.folder];
  process.argv = [process.execPath, order.azurite, '--silent', '--disableTelemetry',
    '--blobPort', '0', '--queuePort', '0', '--tablePort', '0', ...where];
  require(order.azurite);
});
`;
