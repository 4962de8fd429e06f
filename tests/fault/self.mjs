// What `fault.mjs --self-test` runs instead of faults: each leaks one thing on purpose, and the row has to fail of it.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import mariadb from 'mariadb';
import { env } from '../harness/client.mjs';
import { root, until } from '../harness/stack.mjs';

// before the stack is started: everything in it is started with leak.c
export function preload() {
  process.env.LD_PRELOAD = path.join(root, 'build/fault/leak.so');
  process.env.LEAK = path.join(env.run, 'leak');
}

const row = (name, sees, hurt) => ({ name, sees, hurt, statuses: [], within: 5000 });
const inside = ['api', 'realtime', 'jobs'].flatMap((program) => [['file', 'files'], ['socket', 'sockets'], ['memory', 'mb']].map(([what, sees]) =>
  row(`${program} keeps ${what === 'memory' ? '20 MiB' : `a ${what}`}`, sees, async () => {
    const file = path.join(env.run, `leak-studymate-${program}-${what}`);
    fs.writeFileSync(file, '');
    await until(() => !fs.existsSync(file));
  })));

export const selfRows = [
  row('nothing is kept', undefined, async () => {}),
  row('a connection to MariaDB is kept', 'db', (stand) => mariadb.createConnection({
    socketPath: path.join(stand.run, 'mysql.sock'), user: 'studymate', password: fs.readFileSync(path.join(stand.run, 'secrets/db.password'), 'utf8').trim(),
  }).then(() => {})),
  row('a connection to Redis is kept', 'redis', (stand) => new Promise((resolve, reject) => {
    net.connect(path.join(stand.run, 'redis.sock'), () => resolve()).on('error', reject);
  })),
  ...inside,
];
