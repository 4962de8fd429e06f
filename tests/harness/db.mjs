// The stack's database, as its administrator, for arranging what no endpoint can (yet) and for looking at the truth.
import path from 'node:path';
import mariadb from 'mariadb';
import { env } from './client.mjs';

export const connect = (run) => mariadb.createPool({
    socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate',
    connectionLimit: 2, bigIntAsNumber: true, insertIdAsNumber: true, timezone: 'Z', multipleStatements: false,
  });

// Events leave the outbox when the jobs have carried them out; this keeps a copy of each for tests to count.
export async function keepEvents(run) {
  const db = connect(run);
  await db.query('CREATE TABLE IF NOT EXISTS outbox_seen AS SELECT id, event, subject_id, actor_id, payload FROM outbox WHERE 1 = 0');
  await db.query('CREATE TRIGGER IF NOT EXISTS outbox_seen AFTER INSERT ON outbox FOR EACH ROW'
    + ' INSERT INTO outbox_seen VALUES (NEW.id, NEW.event, NEW.subject_id, NEW.actor_id, NEW.payload)');
  await db.end();
}

const LOST_RACE = [1020, 1205, 1213, 1467]; // those that lib/db/db.c repeats

let pool;
// One statement, a transaction of its own: done again when the server's own or another suite's won the race for a lock.
export async function query(sql, args, tries = 5) {
  pool ??= connect(env.run);
  try {
    return await pool.query(sql, args);
  } catch (e) {
    if (tries < 2 || !LOST_RACE.includes(e.errno)) throw e;
    return query(sql, args, tries - 1);
  }
}
export async function closeDb() {
  await pool?.end();
  pool = undefined;
}

// Columns that name a person, by what they refer to or by what they are called: rows of t, n.
export const PEOPLE = `SELECT DISTINCT c.table_name AS t, c.column_name AS n FROM information_schema.columns c
  JOIN information_schema.tables b ON b.table_schema = c.table_schema AND b.table_name = c.table_name AND b.table_type = 'BASE TABLE'
  LEFT JOIN information_schema.key_column_usage k ON k.table_schema = c.table_schema AND k.table_name = c.table_name AND k.column_name = c.column_name
   AND k.referenced_table_name IN ('users', 'dating_people', 'two_factor')
  WHERE c.table_schema = 'studymate' AND c.table_name <> 'outbox_seen' AND (k.column_name IS NOT NULL OR c.column_name RLIKE
   '(^|_)(user[0-9]*|owner|sender|receiver|author|host|actor|creator|account|person|member|partner|other|blocked|uploader|reporter|reviewer|target|admin)_id$|_by$')`;
