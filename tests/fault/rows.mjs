// The table of faults. Each row: name; hurt(stand, load, saw), which may give back what mends it; and what must hold besides
// the rule of all rows (nothing lost, nothing twice, nothing out of order, everybody told once, nothing leaked, nothing
// half-written): statuses: what REST may answer besides success; shows: which of them must have come; effect: what hurting and
// mending have to have counted in saw, at least, or the fault did not happen; within: ms from mending until a new message is
// acknowledged and heard; signals: what workers may die of; judge(log, what the mending gave, the counts): further problems;
// lease: a killed process's events wait, see load.mjs; hold: ms between hurting and mending; tidy(stand): after the counting.
// Where REST may answer nothing but success, people have to be able to write all the time.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { get, person, post } from '../harness/client.mjs';
import { bigPng, stored, upload } from '../harness/files.mjs';
import { root, sleep, until } from '../harness/stack.mjs';
import { answerCuts, bodyCuts, fastcgiCuts, handshakeCuts, stompCuts } from './cuts.mjs';
import { OWN_ROOM } from './invariants.mjs';
import { callCuts, cutServer, socketioCuts, tlsCuts } from './relay.mjs';
import { cpuOf, socketsOf, stateOf } from './stand.mjs';

const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';
const NOMEM_PLACES = 1 << 14; // as in nomem.c
const AWAY = [503];
// nginx itself is: nothing answers
const UNREACHED = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE'];
const LISTENERS = 30; // of load.mjs
const redis = (stand, ...args) => {
  const res = spawnSync('redis-cli', ['-s', path.join(stand.run, 'redis.sock'), ...args], { encoding: 'utf8' });
  if (res.status !== 0 || /^ERR/.test(res.stdout)) throw new Error(`redis-cli ${args.join(' ')}: ${res.stdout}${res.stderr}`);
  return res.stdout.trim();
};

const killed = (name) => ({
  name: `kill ${name}`,
  hurt: async (stand, load, saw) => {
    await stand.kill9(name);
    saw.killed = 1;
    return ['worker', 'keeper'].includes(name) ? undefined : () => stand.rise();
  },
  hold: 500, statuses: AWAY, within: name === 'mysql' ? 15000 : 8000, lease: true, signals: [9],
  // what is gone is missed: by who waits for an answer, or by who was connected
  shows: name === 'mysql' ? [503] : [], effect: { killed: 1 },
  judge: name === 'realtime' ? (log, mended, t) => missed(t, LISTENERS) : name === 'worker' ? (log) => (log.some((l) => l.msg === 'a worker died') ? [] : ['no worker was missed']) : undefined,
});
const missed = (t, least) => {
  const n = Object.values(t.closes).reduce((sum, m) => sum + m, 0);
  return n < least ? [`${n} sockets were closed, not ${least}`] : [];
};

// As systemd does when the main process is gone: the others with it. Then it is started again.
const nginxKilled = {
  name: 'kill nginx',
  hurt: async (stand, load, saw) => {
    const all = stand.group('nginx');
    await stand.endAll(all);
    fs.rmSync(path.join(stand.run, 'nginx.pid'), { force: true });
    saw.killed = all.length;
    return () => stand.rise();
  },
  hold: 500, statuses: [...AWAY, ...UNREACHED], shows: ['ECONNREFUSED'], within: 8000, effect: { killed: 3 },
  judge: (log, mended, t) => missed(t, LISTENERS),
};
// Its master starts another; who was connected to it comes back.
const nginxWorkerKilled = {
  name: 'kill nginx worker',
  hurt: async (stand, load, saw) => {
    const [master, ...both] = stand.group('nginx');
    // the one with more to lose: it may be that all listeners are the other's
    const [one, ...others] = both.toSorted((a, b) => socketsOf(b) - socketsOf(a));
    await stand.endAll([one]);
    saw.killed = 1;
    await until(() => {
      const now = stand.group('nginx').slice(1);
      return stand.pid('nginx') === master && !now.includes(one) && now.length === others.length + 1;
    });
    saw.replaced = 1;
    return () => {};
  },
  hold: 500, statuses: [...AWAY, ...UNREACHED], within: 5000, effect: { killed: 1, replaced: 1 },
  judge: (log, mended, t) => missed(t, 1),
};

// Asked to go while people write. Sockets are told to come back.
const ended = (name) => ({
  name: `sigterm ${name}`,
  hurt: async (stand, load, saw) => {
    await stand.stop(name);
    saw.ended = 1;
    return () => stand.rise();
  },
  hold: 500, statuses: [], within: 8000, effect: { ended: 1 },
  judge: name === 'realtime' ? (log, mended, t) => {
    const other = Object.keys(t.closes).filter((code) => code !== '1012');
    return [...missed(t, LISTENERS), ...(other.length ? [`sockets were closed with ${other}`] : [])];
  } : undefined,
});

// Workers without a master are watched by nobody, and they hold the lock of the socket: they have to go by themselves.
const masterKilled = {
  name: 'kill master',
  hurt: async (stand, load, saw) => {
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
    saw.ended = left.length;
    return () => stand.rise();
  },
  statuses: AWAY, shows: [503], within: 8000, lease: true, effect: { ended: 5 },
};

const SHARE = 0.1; // of the time a slow process has
const IN_THE_WAY = ['worker', 'realtime', 'mysql', 'nginx', 'redis'];
const stopped = (name) => ({
  name: `stop ${name}`,
  hurt: async (stand, load, saw) => {
    const pids = stand.group(name);
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    await until(() => pids.every((pid) => stateOf(pid) === 'T'));
    const before = pids.map(cpuOf);
    if (name === 'keeper') await leaveUnseen(saw);
    return () => {
      saw.stopped = pids.filter((pid, i) => stateOf(pid) === 'T' && cpuOf(pid) === before[i]).length;
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    };
  },
  hold: 2500, statuses: IN_THE_WAY.includes(name) ? AWAY : [], within: 5000, lease: true,
  effect: { stopped: name === 'nginx' ? 3 : 1, ...(name === 'keeper' ? { out: 1 } : {}) },
});
// Who ends a login while nobody looks for ended ones stays out: workers ask themselves.
async function leaveUnseen(saw) {
  await sleep(1500);
  const p = await person('떠난 사람');
  const away = await post('/auth/logout', {}, { token: p.access });
  if (away.status !== 200) throw new Error(`logout: ${away.status}`);
  const res = await get('/users/me', { token: p.access });
  if (res.status !== 401) throw new Error(`an ended login got ${res.status}`);
  saw.out = 1;
}

// runs a tenth of the time
const slowed = (name) => ({
  name: `slow ${name}`,
  hurt: async (stand, load, saw) => {
    const pids = stand.group(name);
    const [start, cpu] = [performance.now(), pids.map(cpuOf)];
    let stop = false;
    let still = 0;
    saw.stops = 0;
    const loop = (async () => {
      while (!stop) {
        for (const pid of pids) process.kill(pid, 'SIGSTOP');
        const from = performance.now();
        await sleep(50 * (1 - SHARE));
        saw.stops += pids.every((pid) => stateOf(pid) === 'T');
        for (const pid of pids) process.kill(pid, 'SIGCONT');
        still += performance.now() - from;
        await sleep(50 * SHARE);
      }
    })();
    return async () => {
      stop = true;
      await loop;
      const ms = performance.now() - start;
      saw['% stopped'] = Math.round(100 * still / ms);
      saw['% of a core'] = Math.round(pids.reduce((n, pid, i) => n + cpuOf(pid) - cpu[i], 0) / 10 / ms);
    };
  },
  hold: 2500, statuses: IN_THE_WAY.includes(name) ? AWAY : [], within: 5000, lease: true, effect: { stops: 20, '% stopped': 70 },
});

// four kills one after another, each 300 ms after what the one before killed was back
const order = (names) => ({
  name: `order ${names.join(' ')}`,
  hurt: async (stand, load, saw) => {
    for (const name of names) {
      await stand.kill9(name);
      saw.killed = (saw.killed ?? 0) + 1;
      if (name !== 'worker') await stand.rise();
      await sleep(300);
    }
    return () => {};
  },
  hold: 0, statuses: AWAY, within: 5000, lease: true, signals: [9], effect: { killed: names.length }, shows: names.includes('mysql') ? [503] : [],
});
const permutations = (list) => (list.length < 2 ? [list] : list.flatMap((x, i) => permutations(list.toSpliced(i, 1)).map((rest) => [x, ...rest])));
const FOUR = ['realtime', 'worker', 'jobs', 'redis'];
// MariaDB in each of the five places of one order; ORDERS=all: all 120
const withDb = process.env.ORDERS === 'all' ? permutations([...FOUR, 'mysql']) : FOUR.concat('').map((_, i) => FOUR.toSpliced(i, 0, 'mysql'));

const cutting = (name, how, effect) => ({ name: `cut ${name}`, hurt: async (stand, load, saw) => { await how(stand, load, saw); return () => {}; }, statuses: [], within: 3000, effect });

// An answer of more than a megabyte, and who asked for it is gone while it is being written.
async function cutAnswers(stand, load, saw) {
  const p = await person('긴 방');
  const res = await post('/chat/rooms', { roomName: OWN_ROOM, participantIds: [load.people[0].id], isPublic: false }, { token: p.access });
  const room = res.body.data.roomId;
  await stand.query("INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, REPEAT('말', 5000) FROM seq_1_to_100", [room, p.id]);
  await stand.query('UPDATE chat_rooms SET last_seq = 100 WHERE id = ?', [room]);
  const whole = await get(`/chat/rooms/${room}/messages?page=0&size=100`, { token: p.access });
  const size = Buffer.byteLength(whole.text);
  saw['KiB of an answer'] = size >> 10;
  await answerCuts(stand, p, room, size, saw);
}

// What the pool and the gateway say to a server of theirs is cut after each piece of it, one way or the other.
const severed = (name, key, programs, more) => ({
  name: `cut ${name}`,
  hurt: async (stand, load, saw) => {
    const socket = path.join(stand.run, `cut-${name}.sock`);
    const server = await cutServer(socket, { path: path.join(stand.run, `${name === 'mariadb' ? 'mysql' : name}.sock`) }, more.pieces, saw);
    await stand.stopApi();
    await stand.startApi({ [key]: socket });
    if (programs.includes('realtime')) {
      await stand.stop('realtime');
      await stand.startRealtime({ [key]: socket });
    }
    const before = load.counted(503);
    await until(() => (saw.cut ?? 0) >= more.cuts, 15000).catch(() => {});
    saw['503 meanwhile'] = load.counted(503) - before;
    return async () => {
      // the gateway first, which has something to tell the pool
      for (const program of programs.toReversed()) await stand.stop(program);
      await server.close();
      await stand.rise();
    };
  },
  statuses: [...AWAY, ...(more.statuses ?? [])], within: 8000, effect: { cut: more.cuts, steps: more.pieces * 0.8 }, lease: true, tidy: more.tidy,
});

// Statements of ours and one that took the locks in the other order: the server is made the victim, being the lighter one.
async function deadlocks(stand, load, saw) {
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
  saw.deadlocks = (await count()) - before;
  return () => {};
}

// Each place of the pool that wants memory gets none, once, until no new one has come for a while.
async function nomem(stand, load, saw) {
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
  saw.refused = refused;
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
async function clockSteps(stand, load, saw) {
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
    // what the pool takes for now, by the tokens it makes
    const { iat } = JSON.parse(Buffer.from(p.access.split('.')[1], 'base64url'));
    const ahead = iat - Date.now() / 1000 - Number(step);
    if (Math.abs(ahead) > 60) throw new Error(`at ${step} the pool's clock is ${ahead} s off`);
    saw.steps = (saw.steps ?? 0) + 1;
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
async function diskFull(stand, load, saw) {
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
    if ([503, 507].includes(res.status)) saw.refused = (saw.refused ?? 0) + 1;
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

// MariaDB's files on a disk of their own that is then filled. Whoever runs it makes room again.
const dbDir = (stand, more = '') => path.join(stand.run, `mysql${more}`);
async function dbDiskFull(stand, load, saw) {
  const [dir, kept] = [dbDir(stand), dbDir(stand, '.kept')];
  const sh = (file, ...args) => {
    const res = spawnSync(file, args, { encoding: 'utf8' });
    if (res.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${res.stderr}`);
    return res.stdout;
  };
  const room = (await post('/chat/rooms', { roomName: OWN_ROOM, participantIds: [load.people[1].id], isPublic: false }, { token: load.people[0].access })).body.data.roomId;
  await stand.stop('mysql');
  const kib = Number(sh('du', '-sk', dir).split('\t')[0]);
  fs.renameSync(dir, kept);
  fs.mkdirSync(dir, { mode: 0o700 });
  sh('mount', '-t', 'tmpfs', '-o', `size=${kib + 32768}k,mode=0700`, 'none', dir);
  sh('cp', '-a', `${kept}/.`, dir);
  await stand.rise();
  const filler = path.join(dir, 'filler');
  const fd = fs.openSync(filler, 'w');
  try {
    for (;;) fs.writeSync(fd, Buffer.alloc(65536, 1));
  } catch (e) {
    if (e.code !== 'ENOSPC') throw e;
  } finally {
    fs.closeSync(fd);
  }
  // what the table has of free pages goes first; a MariaDB that gives up altogether is another way of saying it
  const pid = stand.pid('mysql');
  try {
    for (let seq = 1; ; seq += 1) await stand.query("INSERT INTO chat_messages (room_id, seq, sender_id, body) VALUES (?, ?, ?, REPEAT('x', 60000))", [room, seq, load.people[0].id]);
  } catch (e) {
    if (![1114, 1021].includes(e.errno) && stand.alive(pid)) throw e;
    saw.full = 1;
  }
  const before = load.counted(503);
  await until(() => load.counted(503) >= before + 20, 15000).catch(() => {});
  saw.refused = load.counted(503) - before;
  return () => {
    fs.rmSync(filler);
    saw['MariaDB gave up'] = Number(!stand.alive(pid));
    return stand.rise();
  };
}
async function dbDiskBack(stand) {
  const [dir, kept] = [dbDir(stand), dbDir(stand, '.kept')];
  if (!fs.existsSync(kept)) return;
  await stand.stop('mysql');
  fs.rmSync(kept, { recursive: true });
  const steps = [['cp', '-a', dir, kept], ['umount', dir], ['rmdir', dir], ['mv', kept, dir]];
  for (const [file, ...args] of steps) {
    const res = spawnSync(file, args, { encoding: 'utf8' });
    if (res.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${res.stderr}`);
  }
  await stand.rise();
  await stand.query("DELETE c FROM chat_messages c JOIN chat_rooms r ON r.id = c.room_id WHERE r.name = ?", [OWN_ROOM]);
}

export const rows = [
  ...['worker', 'keeper', 'realtime', 'jobs', 'redis', 'mysql'].map(killed), masterKilled, nginxKilled, nginxWorkerKilled,
  ...['worker', 'master', 'keeper', 'realtime', 'jobs', 'redis', 'mysql', 'nginx'].flatMap((n) => [stopped(n), slowed(n)]),
  { name: 'sigsegv worker', hurt: async (stand) => { process.kill(stand.pick(), 'SIGSEGV'); }, hold: 500, statuses: AWAY, within: 3000, signals: [11], lease: true,
    judge: (log) => (log.some((l) => l.msg === 'a worker died') ? [] : ['no worker died']) },
  { name: 'sighup', hurt: async (stand, load, saw) => {
    const old = new Set(stand.workers());
    stand.kill('api', 'SIGHUP');
    await until(() => stand.workers().every((w) => !old.has(w)) && stand.workers().length >= old.size, 15000);
    saw.replaced = old.size;
  }, statuses: [], within: 3000, effect: { replaced: 4 } },
  { name: 'sigterm api', hurt: async (stand, load, saw) => {
    await stand.stopApi();
    saw.ended = 1;
    return () => stand.rise();
  }, hold: 300, statuses: AWAY, shows: [503], within: 8000, effect: { ended: 1 } },
  ended('realtime'), ended('jobs'),
  { name: 'db deadlock', hurt: deadlocks, statuses: [409, 503], within: 3000, effect: { deadlocks: 5 } },
  { name: 'db lock wait', hurt: async (stand, load, saw) => {
    const c = await stand.session();
    const [{ me }] = await c.query('SELECT CONNECTION_ID() AS me');
    await c.query('BEGIN');
    await c.query('SELECT id FROM chat_rooms WHERE id IN (?) FOR UPDATE', [load.rooms.slice(0, 5)]);
    return async () => {
      try {
        // people wait for each other all the time: for this one
        const [{ n }] = await stand.query('SELECT COUNT(*) AS n FROM information_schema.innodb_lock_waits w'
          + ' JOIN information_schema.innodb_trx b ON b.trx_id = w.blocking_trx_id WHERE b.trx_mysql_thread_id = ?', [me]);
        saw.waits = Number(n);
      } finally {
        await c.query('ROLLBACK');
        await c.release();
      }
    };
  }, hold: 4500, statuses: AWAY, shows: [503], within: 3000, effect: { waits: 2 } },
  { name: 'db gone away', hurt: async (stand, load, saw) => {
    const connections = async () => new Set((await stand.query("SELECT id FROM information_schema.processlist WHERE user = 'studymate'")).map((r) => String(r.id)));
    saw.killed = 0;
    for (let i = 0; i < 8; i += 1) {
      const old = await connections();
      await stand.query('KILL USER studymate@localhost');
      await sleep(200);
      const now = await connections();
      saw.killed += [...old].filter((id) => !now.has(id)).length;
    }
  }, statuses: AWAY, within: 3000, lease: true, effect: { killed: 32 } },
  { name: 'db read-only', hurt: async (stand) => {
    await stand.query('SET GLOBAL read_only = 1');
    return () => stand.query('SET GLOBAL read_only = 0');
  }, hold: 1500, statuses: AWAY, shows: [503], within: 3000, lease: true },
  { name: 'redis flushed', hurt: async (stand, load, saw) => {
    saw.keys = 0;
    for (let i = 0; i < 20; i += 1) {
      saw.keys += Number(redis(stand, 'DBSIZE'));
      redis(stand, 'FLUSHALL');
      await sleep(50);
    }
  }, statuses: [], within: 3000, effect: { keys: 20 } },
  { name: 'redis out of memory', hurt: async (stand, load, saw) => {
    const refused = () => Number(/errorstat_OOM:count=(\d+)/.exec(redis(stand, 'INFO', 'errorstats'))?.[1] ?? 0);
    const before = refused();
    redis(stand, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
    redis(stand, 'CONFIG', 'SET', 'maxmemory', '1');
    return () => {
      saw.refused = refused() - before;
      redis(stand, 'CONFIG', 'SET', 'maxmemory', '256mb');
      redis(stand, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
    };
  }, hold: 1500, statuses: [], within: 3000, effect: { refused: 5 } },
  { name: 'redis hangs up', hurt: async (stand, load, saw) => {
    saw['hung up'] = 0;
    for (let i = 0; i < 10; i += 1) {
      saw['hung up'] += Number(redis(stand, 'CLIENT', 'KILL', 'TYPE', 'normal'));
      saw['hung up'] += Number(redis(stand, 'CLIENT', 'KILL', 'TYPE', 'pubsub'));
      await sleep(100);
    }
  }, statuses: [], within: 3000, effect: { 'hung up': 20 } },
  cutting('fastcgi', fastcgiCuts, { cut: 80, seen: 80 }), cutting('http body', bodyCuts, { cut: 30, seen: 30 }),
  cutting('handshake', handshakeCuts, { cut: 20, seen: 20 }), cutting('stomp', stompCuts, { cut: 50, seen: 50 }),
  cutting('tls', tlsCuts, { cut: 9, seen: 9, 'got to the end': 3 }), cutting('socketio', socketioCuts, { cut: 20, seen: 20 }),
  cutting('call', callCuts, { cut: 9, seen: 9, 'got to the end': 3 }),
  cutting('answer', cutAnswers, { 'cut of the pool': 20, 'cut of nginx': 20 }),
  severed('mariadb', 'DB_SOCKET', ['api'], { pieces: 40, cuts: 120 }),
  // Redis has counted what a cut answer allowed, and nobody used it: who writes most is over the limit for its ten seconds
  severed('redis', 'REDIS_SOCKET', ['api', 'realtime'], { pieces: 12, cuts: 60, statuses: [429], tidy: () => sleep(10000) }),
  { name: 'disk full', hurt: diskFull, statuses: [503, 507], within: 8000, effect: { refused: 10 } },
  // who tries again and again while MariaDB is started is over the limit of ten seconds
  { name: 'db disk full', hurt: dbDiskFull, statuses: [...AWAY, 429], shows: [503], within: 8000, effect: { full: 1, refused: 20 }, tidy: (stand) => dbDiskBack(stand).then(() => sleep(10000)), lease: true },
  { name: 'clock steps', hurt: clockSteps, statuses: AWAY, within: 8000, effect: { steps: 4 } },
  { name: 'no memory', hurt: nomem, judge: judgeNomem, statuses: AWAY, within: 8000, signals: ['exit 72'], notAsan: true, lease: true, effect: { refused: 40 } }, // 58 to 82 places were reached
  ...permutations(FOUR).concat(withDb).map(order),
];
