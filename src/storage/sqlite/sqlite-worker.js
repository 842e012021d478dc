// The thread that has the database of one file. SQLite's calls block, also while the disk writes, so they run here and
// not in the thread of the review page. This file is JavaScript, because Node.js runs it without a build, in tests too.
// Its messages are described in database.ts.
import { parentPort, workerData } from 'node:worker_threads';
import Sqlite from 'libsql';

const { file, schema, version } = workerData;

/** A checkpoint after this number of written bytes is short, and keeps the write-ahead log small. */
const checkpointBytes = 2_000_000;

/** Rows of a read that is passed to the other thread in a few milliseconds. */
const pageBytes = 500_000;

/** Pages of SQLite that stay in memory, in KiB: the index of some 50,000 rows. */
const cacheKilobytes = 4_000;

let database;
let writtenBytes = 0;
const statements = new Map();

const handlers = { open, read, write, close };

parentPort.on('message', ({ id, kind, ...request }) => {
  parentPort.postMessage({ id, ...answerOf(() => handlers[kind](request)) });
  if (kind === 'close') parentPort.close();
});

function answerOf(work) {
  try {
    return work();
  } catch (error) {
    const { code = '', message = '' } = error;
    // Another process has the lock. The caller waits and asks again: waiting here would stop the reads behind this call.
    if (/^SQLITE_(BUSY|LOCKED)/.test(code)) return { busy: true };
    return { error: { code, message } };
  }
}

function open() {
  database ??= connect();
  const mode = database.prepare('PRAGMA journal_mode = WAL').get().journal_mode;
  if (mode !== 'wal') return { error: { code: 'CONSENTINEL_NO_WAL', message: `journal mode ${mode}` } };
  database.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -${cacheKilobytes}`);
  // Checkpoints run only in `checkpoint`.
  database.prepare('PRAGMA wal_autocheckpoint = 0').all();
  return inTransaction(() => {
    const found = database.prepare('PRAGMA user_version').get().user_version;
    if (found === version) return {};
    const tables = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get().count;
    if (found !== 0 || tables > 0) return { foreign: found };
    database.exec(`${schema}; PRAGMA user_version = ${version}`);
    return {};
  });
}

/** libsql gives the error of a file that it cannot open no code. */
function connect() {
  try {
    return new Sqlite(file);
  } catch {
    throw Object.assign(new Error('it cannot be opened'), { code: 'SQLITE_CANTOPEN' });
  }
}

/**
 * @param sizes selects the sizes of the rows with the same parameters. The last parameter is the limit: it shrinks to the
 * rows that together have `pageBytes`, at least one. SQLite knows a size without reading the row.
 */
function read({ sql, params, sizes }) {
  return { rows: prepared(sql).all(sizes ? [...params.slice(0, -1), fitting(sizes, params)] : params) };
}

function fitting(sizes, params) {
  let [bytes, rows] = [0, 0];
  for (const [size] of prepared(sizes).all(params)) {
    bytes += size;
    if (rows > 0 && bytes > pageBytes) return rows;
    rows += 1;
  }
  return params.at(-1);
}

/** Executes all statements or none. Each must change as many rows as it says. */
function write({ steps }) {
  const answer = inTransaction(() => {
    let rows = [];
    for (const [index, { sql, params, changes, returns }] of steps.entries()) {
      if (returns) rows = prepared(sql).all(params);
      else {
        const { changes: changed } = prepared(sql).run(params);
        if (changes !== undefined && changed !== changes) return { failed: index };
      }
    }
    return { rows };
  });
  for (const { params } of steps)
    for (const value of params) writtenBytes += typeof value === 'string' ? value.length : 8;
  if (writtenBytes > checkpointBytes) checkpoint();
  return answer;
}

/** Rolls back if the work throws, or answers that a step failed or that the file is foreign. */
function inTransaction(work) {
  database.exec('BEGIN IMMEDIATE');
  try {
    const answer = work();
    database.exec('failed' in answer || 'foreign' in answer ? 'ROLLBACK' : 'COMMIT');
    return answer;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/**
 * Copies the write-ahead log into the file. Meanwhile another connection has the write lock: SQLite before 3.51.3 can
 * damage a file if a process checkpoints while another one commits. Source: sqlite.org/wal.html, the WAL-reset bug.
 * What prevents a checkpoint is no error, because the write before it is complete: a later write tries again.
 */
function checkpoint() {
  let guard;
  try {
    guard = new Sqlite(file);
    guard.exec('BEGIN IMMEDIATE');
    database.prepare('PRAGMA wal_checkpoint(PASSIVE)').all();
    guard.exec('ROLLBACK');
    writtenBytes = 0;
  } catch {
  } finally {
    guard?.close();
  }
}

function prepared(sql) {
  const known = statements.get(sql);
  if (known) return known;
  const statement = database.prepare(sql);
  statements.set(sql, statement.reader ? statement.raw() : statement);
  return statement;
}

function close() {
  database?.close();
  return {};
}
