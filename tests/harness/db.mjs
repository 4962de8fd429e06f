// The stack's database, as its administrator, for arranging what no endpoint can (yet) and for looking at the truth.
import path from 'node:path';
import mariadb from 'mariadb';
import { env } from './client.mjs';

let pool;
export function db() {
  pool ??= mariadb.createPool({
    socketPath: path.join(env.run, 'mysql.sock'), user: 'root', database: 'studymate',
    connectionLimit: 2, bigIntAsNumber: true, insertIdAsNumber: true, timezone: 'Z', multipleStatements: false,
  });
  return pool;
}
export const query = (sql, args) => db().query(sql, args);
export async function closeDb() {
  await pool?.end();
  pool = undefined;
}
