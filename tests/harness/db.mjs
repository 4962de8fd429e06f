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

let pool;
export function query(sql, args) {
  pool ??= connect(env.run);
  return pool.query(sql, args);
}
export async function closeDb() {
  await pool?.end();
  pool = undefined;
}
