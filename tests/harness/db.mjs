// The stack's database, as its administrator, for arranging what no endpoint can (yet) and for looking at the truth.
import path from 'node:path';
import mariadb from 'mariadb';
import { env } from './client.mjs';

export const connect = (run) => mariadb.createPool({
    socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate',
    connectionLimit: 2, bigIntAsNumber: true, insertIdAsNumber: true, timezone: 'Z', multipleStatements: false,
  });

let pool;
export function query(sql, args) {
  pool ??= connect(env.run);
  return pool.query(sql, args);
}
export async function closeDb() {
  await pool?.end();
  pool = undefined;
}
