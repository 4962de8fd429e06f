// What `fault.mjs --self-test` runs instead of faults: each leaks one thing, or does one thing that must not be, or does not do
// what it says, and the row has to fail of just that. sees: what leaks; finds: the problem.
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import mariadb from 'mariadb';
import { env, person } from '../harness/client.mjs';
import { root, sleep, until } from '../harness/stack.mjs';

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

const found = (name, finds, more) => ({ name, finds, hurt: async () => {}, statuses: [], within: 5000, ...more });
let half;
const amiss = [
  found('a fault that does not happen', /^no fault: cut 0 of 1$/, { effect: { cut: 1 } }),
  found('a status that nobody gets', /^no fault: nobody got 503$/, { statuses: [503], shows: [503] }),
  found('people who cannot write', /^only \d+ % of/, { hurt: async (stand, load) => {
    const c = await stand.session();
    await c.query('BEGIN');
    await c.query('SELECT id FROM chat_rooms WHERE id IN (?) FOR UPDATE', [load.rooms]);
    await sleep(2200);
    await c.query('ROLLBACK');
    await c.release();
  } }),
  found('an account without a password', /^half-written: 1 accounts without a password$/, {
    hurt: async (stand) => {
      half = await person('반쪽');
      await stand.query('DELETE FROM user_passwords WHERE user_id = ?', [half.id]);
    },
    tidy: (stand) => stand.query('DELETE FROM users WHERE id = ?', [half.id]),
  }),
  found('a message without its event', /^half-written: 1 messages without just one event$/, { hurt: async (stand) => {
    await until(async () => (await stand.query("DELETE FROM outbox_seen WHERE event = 'chat.message' LIMIT 1")).affectedRows === 1);
  } }),
  found('a room with a seat too many', /^half-written: 1 rooms whose number of members is another$/, {
    hurt: (stand, load) => stand.query('UPDATE chat_rooms SET members = members - 1 WHERE id = ?', [load.rooms[0]]).then(() => {}),
    tidy: (stand) => stand.query('UPDATE chat_rooms r SET members = (SELECT COUNT(*) FROM chat_members m WHERE m.room_id = r.id)'),
  }),
  found('a match without its room', /^half-written: 1 matches without their room$/, {
    hurt: async (stand) => {
      half = await until(async () => (await stand.query('SELECT id, room_id FROM user_matches WHERE room_id IS NOT NULL LIMIT 1'))[0]);
      await stand.query('UPDATE user_matches SET room_id = NULL WHERE id = ?', [half.id]);
    },
    tidy: (stand) => stand.query('UPDATE user_matches SET room_id = ? WHERE id = ?', [half.room_id, half.id]),
  }),
];

export const selfRows = [
  ...amiss,
  row('nothing is kept', undefined, async () => {}),
  row('a connection to MariaDB is kept', 'db', (stand) => mariadb.createConnection({
    socketPath: path.join(stand.run, 'mysql.sock'), user: 'studymate', password: fs.readFileSync(path.join(stand.run, 'secrets/db.password'), 'utf8').trim(),
  }).then(() => {})),
  row('a connection to Redis is kept', 'redis', (stand) => new Promise((resolve, reject) => {
    net.connect(path.join(stand.run, 'redis.sock'), () => resolve()).on('error', reject);
  })),
  ...inside,
];
