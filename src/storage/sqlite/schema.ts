/** The version of the schema. Increase it with every change, and upgrade files of earlier versions. */
export const fileVersion = 1;

/**
 * The tables of the file. Rows are in the order in which they were written, because their keys are random: with the keys
 * in an index of its own, a write changes few pages.
 */
export const schema = `
CREATE TABLE partitions (
  id INTEGER PRIMARY KEY,
  table_name TEXT NOT NULL,
  partition_key TEXT NOT NULL,
  UNIQUE (table_name, partition_key)
) STRICT;

CREATE TABLE entities (
  id INTEGER PRIMARY KEY,
  partition INTEGER NOT NULL REFERENCES partitions (id),
  row_key TEXT NOT NULL,
  version INTEGER NOT NULL,
  properties TEXT NOT NULL,
  UNIQUE (partition, row_key)
) STRICT;

CREATE TABLE versions (last INTEGER NOT NULL) STRICT;
INSERT INTO versions VALUES (0);

CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  queue TEXT NOT NULL,
  text TEXT NOT NULL,
  inserted_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL,
  dequeue_count INTEGER NOT NULL,
  pop_receipt TEXT NOT NULL
) STRICT;
CREATE INDEX messages_by_time ON messages (queue, visible_at);

CREATE TABLE processes (
  pid INTEGER PRIMARY KEY,
  command TEXT NOT NULL
) STRICT
`;
