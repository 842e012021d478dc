/**
 * The program of the child process that runs Azurite for a folder, as text for `node --eval`. So it needs no separate
 * file, neither with the sources nor with the bundle. It starts Azurite through its command line, the only interface
 * that Azurite documents.
 *
 * Steps:
 * 1. Listen on a control port.
 * 2. Claim the folder: create the state file by a hard link. Only one process succeeds.
 * 3. Start Azurite. Send the connection string to each client that connects with the token.
 * 4. Count each client until its connection ends.
 * 5. After the last client, stop Azurite, which saves its data, remove the state file, and close the connections. If
 *    that client disconnected without `bye`, wait `lingerMs` for another client first. A client that connects before the
 *    shutdown cancels it: then close only the connections of the clients that sent `bye`.
 *
 * It reads its options from stdin, where no other user can read them: `folder`, `azurite` (the script), `inMemory`,
 * `token`, `account`, `key`, `lingerMs`, and `graceMs` (the time to wait for the first client).
 */
export const azuriteChild = String.raw`
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const options = JSON.parse(fs.readFileSync(0, 'utf8'));
process.umask(0o077);
const stateFile = path.join(options.folder, 'azurite.json');
const clients = new Set();
const sockets = new Set();
const ports = {};
let connectionString;
let closing = false;
let stopping = false;
let servicesLeft = 3;
let claimed = false;
let shutDownTimer = setTimeout(shutDown, options.graceMs);

const control = net.createServer((socket) => {
  let text = '';
  socket.setEncoding('utf8').on('error', () => {});
  socket.on('data', (data) => {
    text += data;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 1);
      if (!clients.has(socket)) addClient(socket, line);
      else if (line === 'bye') removeClient(socket, 0);
    }
  });
  socket.on('close', () => removeClient(socket, options.lingerMs));
});

function addClient(socket, line) {
  if (line !== options.token) return socket.end('other\n');
  sockets.add(socket);
  if (closing) return socket.write('closing\n');
  clearTimeout(shutDownTimer);
  clients.add(socket);
  // The last client that said bye waits for the shutdown, which the new client cancels.
  for (const other of sockets) if (!clients.has(other)) other.end();
  if (connectionString) socket.write('ready ' + connectionString + '\n');
}

function removeClient(socket, lingerMs) {
  if (socket.destroyed) sockets.delete(socket);
  if (!clients.delete(socket)) return;
  if (clients.size > 0) return socket.end();
  clearTimeout(shutDownTimer);
  shutDownTimer = setTimeout(shutDown, lingerMs);
}

function shutDown() {
  closing = true;
  for (const socket of clients) socket.write('closing\n');
  if (connectionString) stopServices();
  else exit(0);
}

// Azurite handles signals only some time after it reports that it is ready.
function stopServices() {
  if (stopping) return;
  process.emit('SIGINT');
  setTimeout(stopServices, 50);
}

function exit(code) {
  if (claimed) fs.rmSync(stateFile, { force: true });
  claimed = false;
  for (const socket of sockets) socket.destroy();
  process.exit(code);
}

function claim() {
  const draft = stateFile + '.' + process.pid;
  fs.writeFileSync(draft, JSON.stringify({ pid: process.pid, controlPort: control.address().port, token: options.token }));
  try {
    fs.linkSync(draft, stateFile);
    claimed = true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

// Azurite reports its ports and its end on the console only.
console.log = (line) => {
  const [, service, port] = /Azurite (\w+) service is successfully listening at .*:(\d+)/.exec(line) ?? [];
  if (service) ports[service] = port;
  if (ports.Table && ports.Queue && !connectionString) ready();
  if (/service is closing/.test(line)) closing = stopping = true;
  if (/service successfully closed/.test(line) && --servicesLeft === 0) exit(0);
};

function ready() {
  const endpoint = (port) => 'http://127.0.0.1:' + port + '/' + options.account;
  connectionString = [
    'DefaultEndpointsProtocol=http', 'AccountName=' + options.account, 'AccountKey=' + options.key,
    'BlobEndpoint=' + endpoint(ports.Blob), 'QueueEndpoint=' + endpoint(ports.Queue), 'TableEndpoint=' + endpoint(ports.Table),
  ].join(';') + ';';
  for (const socket of clients) socket.write('ready ' + connectionString + '\n');
}

// Azurite stops its services at the first SIGINT or SIGTERM. These handlers ignore a second one meanwhile.
process.on('SIGINT', () => {}).on('SIGTERM', () => {}).on('SIGHUP', () => {});
process.on('uncaughtException', (error) => {
  console.error(error);
  exit(1);
});

control.listen(0, '127.0.0.1', () => {
  claim();
  if (!claimed) process.exit(0);
  process.env.AZURITE_ACCOUNTS = options.account + ':' + options.key;
  const persistence = options.inMemory ? ['--inMemoryPersistence'] : ['--location', options.folder];
  process.argv = [process.execPath, options.azurite, '--silent', '--disableTelemetry',
    '--blobPort', '0', '--queuePort', '0', '--tablePort', '0', ...persistence];
  require(options.azurite);
});
`;
