// The table of faults. Each row: name; hurt(stand, load), which may give back what mends it; and what must hold besides
// the rule of all rows (nothing lost, nothing twice, nothing out of order, everybody told once, nothing leaked):
// statuses: what REST may answer besides success; within: ms from mending until a new message is acknowledged and heard;
// signals: what workers may die of; judge(log, what the mending gave): further problems; lease: a killed process's
// events wait, see load.mjs; hold: ms between hurting and mending.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { get, person, post } from '../harness/client.mjs';
import { bigPng, stored, upload } from '../harness/files.mjs';
import { root, sleep, until } from '../harness/stack.mjs';
import { bodyCuts, fastcgiCuts, handshakeCuts, stompCuts } from './cuts.mjs';

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const NOMEM_PLACES = 1 << 14; // as in nomem.c
const AWAY = [503];
const redis = (stand, ...args) => {
  const res = spawnSync('redis-cli', ['-s', path.join(stand.run, 'redis.sock'), ...args], { encoding: 'utf8' });
  if (res.status !== 0 || /^ERR/.test(res.stdout)) throw new Error(`redis-cli ${args.join(' ')}: ${res.stdout}${res.stderr}`);
};

const killed = (name) => ({
  name: `kill ${name}`,
  hurt: async (stand) => {
    await stand.kill9(name);
    return ['worker', 'keeper'].includes(name) ? undefined : () => stand.rise();
  },
  hold: 500, statuses: AWAY, within: name === 'mysql' ? 15000 : 8000, lease: true, signals: [9],
});

// Workers without a master are watched by nobody, and they hold the lock of the socket: they have to go by themselves.
const masterKilled = {
  name: 'kill master',
  hurt: async (stand) => {
    const left = stand.children();
    await stand.kill9('api');
    const living = () => left.filter(stand.alive);
    try {
      await until(() => living().length === 0, 12000);
    } catch {
      const n = living().length;
      living().forEach((pid) => process.kill(pid, 'SIGKILL'));
      await stand.rise();
      throw new Error(`${n} processes went on without their master`);
    }
    return () => stand.rise();
  },
  statuses: AWAY, within: 8000, lease: true,
};

const stopped = (name) => ({
  name: `stop ${name}`,
  hurt: async (stand) => {
    const pid = stand.pidOf(name);
    process.kill(pid, 'SIGSTOP');
    return () => process.kill(pid, 'SIGCONT');
  },
  hold: 2500, statuses: AWAY, within: 5000, lease: true,
});

// runs a tenth of the time
const slowed = (name) => ({
  name: `slow ${name}`,
  hurt: async (stand) => {
    const pid = stand.pidOf(name);
    let stop = false;
    const loop = (async () => {
      while (!stop) {
        process.kill(pid, 'SIGSTOP');
        await sleep(45);
        process.kill(pid, 'SIGCONT');
        await sleep(5);
      }
    })();
    return async () => { stop = true; await loop; };
  },
  hold: 2500, statuses: AWAY, within: 5000, lease: true,
});

// four kills one after another, each 300 ms after what the one before killed was back
const order = (names) => ({
  name: `order ${names.join(' ')}`,
  hurt: async (stand) => {
    for (const name of names) {
      await stand.kill9(name);
      if (name !== 'worker') await stand.rise();
      await sleep(300);
    }
    return () => {};
  },
  hold: 0, statuses: AWAY, within: 5000, lease: true, signals: [9],
});
const permutations = (list) => (list.length < 2 ? [list] : list.flatMap((x, i) => permutations(list.toSpliced(i, 1)).map((rest) => [x, ...rest])));
const FOUR = ['realtime', 'worker', 'jobs', 'redis'];
// MariaDB in each of the five places of one order; ORDERS=all: all 120
const withDb = process.env.ORDERS === 'all' ? permutations([...FOUR, 'mysql']) : FOUR.concat('').map((_, i) => FOUR.toSpliced(i, 0, 'mysql'));

const cutting = (name, how) => ({ name: `cut ${name}`, hurt: async (stand, load) => { await how(stand, load, 20); return () => {}; }, statuses: [], within: 3000 });

// Statements of ours and one that took the locks in the other order: the server is made the victim, being the lighter one.
async function deadlocks(stand, load) {
  await stand.query('CREATE TABLE IF NOT EXISTS weight (id INT PRIMARY KEY AUTO_INCREMENT, n INT) ENGINE=InnoDB');
  const count = async () => Number((await stand.query("SHOW GLOBAL STATUS LIKE 'Innodb_deadlocks'"))[0].Value);
  const before = await count();
  const c = await stand.session();
  try {
    for (let i = 0; i < 40; i += 1) {
      const w = load.writers[i % load.writers.length];
      await c.query('BEGIN');
      await c.query('INSERT INTO weight (n) SELECT seq FROM seq_1_to_500');
      await c.query('SELECT 1 FROM chat_members WHERE room_id = ? AND user_id = ? FOR UPDATE', [w.room, w.p.id]);
      await sleep(40);
      await c.query('SELECT 1 FROM chat_rooms WHERE id = ? FOR UPDATE', [w.room]).catch(() => {});
      await c.query('ROLLBACK');
    }
  } finally {
    await c.release();
  }
  const n = (await count()) - before;
  if (n < 5) throw new Error(`only ${n} deadlocks came about`);
  return () => {};
}

// Each place of the pool that wants memory gets none, once, until no new one has come for a while.
async function nomem(stand) {
  const orders = path.join(stand.run, 'nomem');
  fs.writeFileSync(orders, Buffer.alloc(16 + 8 * NOMEM_PLACES));
  const arm = (yes) => {
    const fd = fs.openSync(orders, 'r+');
    fs.writeSync(fd, Buffer.from([yes]), 0, 1, 0);
    fs.closeSync(fd);
  };
  await stand.stopApi();
  await stand.startApi({ LD_PRELOAD: path.join(root, 'build/fault/nomem.so'), NOMEM: orders });
  arm(1);
  const count = () => fs.readFileSync(orders).readUInt32LE(4);
  for (let [n, last] = [0, Date.now()], end = last + 45000; Date.now() < Math.min(end, last + 4000); await sleep(100)) {
    if (count() > n) [n, last] = [count(), Date.now()];
  }
  arm(0);
  await sleep(200); // one may have been at it
  const refused = count();
  if (refused < 60) throw new Error(`memory was refused at ${refused} places only`);
  return async () => {
    await stand.stopApi();
    await stand.rise();
    return { refused };
  };
}
// Each refusal ended one process, with a line of its own.
function judgeNomem(log, { refused }) {
  const count = (msg) => log.filter((l) => l.msg === msg).length;
  const [said, died] = [count('out of memory'), count('a worker died')];
  return said === refused && died === refused ? [] : [`memory was refused ${refused} times, ${said} lines say so, ${died} died`];
}

// The pool's clock goes an hour back and an hour forward, the others' do not. Who ended their login meanwhile stays out.
async function clockSteps(stand) {
  const file = path.join(stand.run, 'faketime');
  fs.writeFileSync(file, '+0\n');
  await stand.stopApi();
  await stand.startApi({ LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' });
  const left = [];
  for (const step of ['+0', '-3600', '+3600', '+0']) {
    fs.writeFileSync(file, `${step}\n`);
    await sleep(800);
    const p = await person('떠난 사람');
    const away = await post('/auth/logout', {}, { token: p.access });
    if (away.status !== 200) throw new Error(`logout ${step}: ${away.status}`);
    left.push(p);
    for (const who of left) {
      const res = await get('/users/me', { token: who.access });
      if (res.status !== 401) throw new Error(`an ended login got ${res.status} at ${step}`);
    }
  }
  return async () => {
    await stand.stopApi();
    await stand.rise();
  };
}

// STORAGE_DIR on a disk of 1 MiB: uploads are refused, none is left in part, and there is room again afterwards.
async function diskFull(stand, load) {
  const dir = path.join(stand.run, 'files');
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=0750', 'none', dir], { encoding: 'utf8' });
  if (mount.status !== 0) throw new Error(`mount: ${mount.stderr}`);
  await stand.stopApi();
  await stand.startApi({}); // makes its folders
  const p = await person('가득');
  const taken = [];
  for (let i = 0; i < 20; i += 1) {
    const res = await upload('/upload/image', [['file', bigPng(200000), 'a.png', 'image/png']], p);
    load.count(res.status);
    if (res.status === 201) taken.push(res.body.data.key);
  }
  const rows = (await stand.query('SELECT storage_key AS k FROM files WHERE owner_id = ?', [p.id])).map((r) => r.k).sort();
  const { tmp, kept } = stored(stand.run);
  if (taken.length < 2 || taken.length > 5) throw new Error(`${taken.length} files were taken`);
  if (tmp.length || String(kept.sort()) !== String(rows) || String(rows) !== String(taken.sort())) {
    throw new Error(`acknowledged ${taken.length}, rows ${rows.length}, files ${kept.length}, unfinished ${tmp.length}`);
  }
  return async () => {
    await stand.stopApi();
    spawnSync('umount', [dir]);
    await stand.rise();
  };
}

export const rows = [
  ...['worker', 'keeper', 'realtime', 'jobs', 'redis', 'mysql'].map(killed), masterKilled,
  ...['worker', 'realtime', 'jobs', 'redis', 'mysql'].flatMap((n) => [stopped(n), slowed(n)]),
  { name: 'sigsegv worker', hurt: async (stand) => { process.kill(stand.pick(), 'SIGSEGV'); }, hold: 500, statuses: AWAY, within: 3000, signals: [11], lease: true },
  { name: 'sighup', hurt: async (stand) => {
    const old = new Set(stand.workers());
    stand.kill('api', 'SIGHUP');
    await until(() => stand.workers().every((w) => !old.has(w)) && stand.workers().length >= old.size, 15000);
  }, statuses: [], within: 3000 },
  { name: 'sigterm', hurt: async (stand) => { await stand.stopApi(); return () => stand.rise(); }, hold: 300, statuses: AWAY, within: 8000 },
  { name: 'db deadlock', hurt: deadlocks, statuses: [409, 503], within: 3000 },
  { name: 'db lock wait', hurt: async (stand, load) => {
    const c = await stand.session();
    await c.query('BEGIN');
    await c.query('SELECT id FROM chat_rooms WHERE id IN (?) FOR UPDATE', [load.rooms.slice(0, 5)]);
    return async () => { await c.query('ROLLBACK'); await c.release(); };
  }, hold: 4500, statuses: AWAY, within: 3000 },
  { name: 'db gone away', hurt: async (stand) => {
    for (let i = 0; i < 8; i += 1) {
      await stand.query('KILL USER studymate@localhost');
      await sleep(200);
    }
  }, statuses: AWAY, within: 3000, lease: true },
  { name: 'db read-only', hurt: async (stand) => {
    await stand.query('SET GLOBAL read_only = 1');
    return () => stand.query('SET GLOBAL read_only = 0');
  }, hold: 1500, statuses: AWAY, within: 3000, lease: true },
  { name: 'redis flushed', hurt: async (stand) => {
    for (let i = 0; i < 20; i += 1) {
      redis(stand, 'FLUSHALL');
      await sleep(50);
    }
  }, statuses: [], within: 3000 },
  { name: 'redis out of memory', hurt: async (stand) => {
    redis(stand, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    redis(stand, 'CONFIG', 'SET', 'maxmemory', '1');
    return () => {
      redis(stand, 'CONFIG', 'SET', 'maxmemory', '256mb');
      redis(stand, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    };
  }, hold: 1500, statuses: [], within: 3000 },
  { name: 'redis hangs up', hurt: async (stand) => {
    for (let i = 0; i < 10; i += 1) {
      redis(stand, 'CLIENT', 'KILL', 'TYPE', 'normal');
      redis(stand, 'CLIENT', 'KILL', 'TYPE', 'pubsub');
      await sleep(100);
    }
  }, statuses: [], within: 3000 },
  cutting('fastcgi', fastcgiCuts), cutting('http body', bodyCuts), cutting('handshake', handshakeCuts), cutting('stomp', stompCuts),
  { name: 'disk full', hurt: diskFull, statuses: [503, 507], within: 8000 },
  { name: 'clock steps', hurt: clockSteps, statuses: AWAY, within: 8000 },
  { name: 'no memory', hurt: nomem, judge: judgeNomem, statuses: AWAY, within: 8000, signals: ['exit 72'], notAsan: true, lease: true },
  ...permutations(FOUR).concat(withDb).map(order),
];
