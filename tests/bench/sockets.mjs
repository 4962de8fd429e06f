#!/usr/bin/env node
// Measures sockets: what an idle one costs, how long a message takes to the others of its room, how thousands that are
// dropped at once come back, and a Socket.IO peer (bench/socket-peer.mjs) on the same fan-out. The clients are
// bench/swarm.c. Exits with 1 when a target is missed. Settings: ONLY (idle, many, nginx, echo, fanout, fifty, back; comma-separated),
// ROUNDS (3) of fan-out, SECONDS (20) of each, WITH (ours, proxied, peer) in it, IDLE_S (40), BENCH_DIR (a folder that
// is kept between runs).
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import mariadb from 'mariadb';
import { freePort, listening, root, sleep, until } from '../harness/stack.mjs';

const PEOPLE = 10000;
const IN_ROOM = 10;
const TALKERS = 5000; // clients of the fan-out
const DIRECT = 18000; // idle on the gateway's own socket: 20,000 files a process
const PROXIED = 9000; // through nginx, to which each is two
const RATE = 1000; // messages a second
const MANY = 16700; // idle on each of three gateways
const IN_LARGE_ROOM = 50;
const ECHOES = 50000; // frames a second
const PROBES = 100; // REST requests a second
// routes of the bench itself, and what a gateway asks for all its sockets together
const NOT_OF_SOCKETS = ['chat_rooms_get', 'chat_message_post', 'ended_logins'];
const only = process.env.ONLY?.split(',');
const rounds = Number(process.env.ROUNDS ?? 3);
const seconds = Number(process.env.SECONDS ?? 20);
const contestantsOf = (process.env.WITH ?? 'ours,proxied,peer').split(',');
const idleS = Number(process.env.IDLE_S ?? 40);
const run = process.env.BENCH_DIR ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sm-sockets-'));
const [port, https] = [await freePort(), await freePort()];
const release = path.join(root, 'build/release');
const env = { ...process.env, RUN_DIR: run, HTTP_PORT: String(port), HTTPS_PORT: String(https), WORKERS: '8', API_BIN: path.join(release, 'studymate-api'), USERS: String(PEOPLE), DB_BUFFER: '1G' };
const out = path.join(root, 'build/bench/sockets.json');
const children = new Set();
const parts = {}; // what was measured: { idle: { when, table: [ … ] }, … }
let table;
const say = (s) => process.stdout.write(`${s}\n`);
const median = (a) => a.toSorted((x, y) => x - y)[Math.floor(a.length / 2)];
const round = (x, digits = 1) => Number(x.toFixed(digits));

function command(file, args, options = {}) {
  const res = spawnSync(file, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (res.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${res.stdout ?? ''}${res.stderr ?? ''}`);
  return res.stdout;
}

// A line of the table. target: { most } or { least }; none: for information.
function line(what, value, unit = '', target = {}) {
  const good = !(value > target.most) && !(value < target.least) && !Number.isNaN(value);
  table.push({ what, value, unit, ...target, good });
  say(`  ${what}: ${value} ${unit}${good ? '' : '  TARGET MISSED'}`);
}

// ---- processes ----
const pidOf = (name) => Number(fs.readFileSync(path.join(run, `${name}.pid`), 'utf8'));
const childrenOf = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const family = (name) => [pidOf(name), ...childrenOf(pidOf(name))];
const rollup = (pid, key) => 1024 * Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);
const privateOf = (pids) => pids.reduce((sum, pid) => sum + rollup(pid, 'Private_Dirty'), 0);
// µs of processor, in ticks of 10 ms
const cpuOf = (pids) => pids.reduce((sum, pid) => {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return sum + (Number(stat[11]) + Number(stat[12])) * 10000;
}, 0);

// The same of the whole machine.
const cpuOfAll = () => {
  const [user, nice, system, , , irq, soft] = /^cpu +(.*)/.exec(fs.readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number);
  return (user + nice + system + irq + soft) * 10000;
};

// Shares of a processor while work() runs: { gateway: 0.31, …, rest: what is not named, which should be next to nothing }
async function shares(groups, work) {
  const before = Object.entries(groups).map(([name, pids]) => [name, pids, cpuOf(pids)]);
  const all = cpuOfAll();
  const start = process.hrtime.bigint();
  const result = await work();
  const us = Number(process.hrtime.bigint() - start) / 1000;
  const used = before.map(([name, pids, cpu]) => [name, cpuOf(pids) - cpu]);
  used.push(['rest', cpuOfAll() - all - used.reduce((sum, [, n]) => sum + n, 0)]);
  return [result, Object.fromEntries(used.map(([name, n]) => [name, round(n / us, 2)]))];
}

function launch(file, args, options = {}) {
  const child = spawn(file, args, { cwd: root, env, detached: true, stdio: ['ignore', 'inherit', 'inherit'], ...options });
  children.add(child);
  child.on('exit', () => children.delete(child));
  return child;
}

async function gone(pid) {
  await until(() => !fs.existsSync(`/proc/${pid}/exe`) || /^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')), 15000);
}

async function startGateway(name = 'realtime') {
  const log = fs.openSync(path.join(run, 'log/realtime.log'), 'a');
  const socket = path.join(run, `${name}.sock`);
  const child = launch(path.join(release, 'studymate-realtime'), ['--config', path.join(run, 'studymate.env')], { stdio: ['ignore', log, log], env: { ...env, REALTIME_LISTEN: socket } });
  fs.closeSync(log);
  fs.writeFileSync(path.join(run, `${name}.pid`), `${child.pid}\n`);
  await until(() => listening(socket));
}

async function stopGateway(signal = 'SIGTERM', name = 'realtime') {
  const pid = pidOf(name);
  process.kill(pid, signal);
  await gone(pid);
}

// One that has held no sockets yet.
async function freshGateway() {
  await stopGateway();
  await startGateway();
  await sleep(1000);
}

// ---- clients ----
let swarms = 0;
function swarm(protocol, addresses, people, inRooms) {
  const file = path.join(run, `swarm-${swarms += 1}`);
  fs.writeFileSync(file, people.map((p) => `${p.access} ${inRooms ? `${p.room.id} ${p.room.seq}` : '0 0'}\n`).join(''));
  const child = launch(path.join(root, 'build/bench/swarm'), [protocol, addresses.join(','), file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const waiting = [];
  readline.createInterface({ input: child.stdout }).on('line', (l) => waiting.shift().ok(JSON.parse(l)));
  child.on('exit', (code) => waiting.forEach((w) => w.fail(new Error(`the swarm ended with ${code}`))));
  return {
    pid: child.pid,
    ask: (text) => new Promise((ok, fail) => {
      waiting.push({ ok, fail });
      child.stdin.write(`${text}\n`);
    }),
    end: async () => {
      child.stdin.end();
      await gone(child.pid);
    },
  };
}

async function opened(who, atOnce = 128) {
  const got = await who.ask(`open ${atOnce}`);
  if (got.live !== got.clients) throw new Error(`only ${got.live} of ${got.clients} sockets were opened: ${JSON.stringify(got)}`);
  return got;
}

// ---- REST meanwhile: a request every few milliseconds, whatever becomes of those before ----
function probe(people) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  const times = [];
  const began = performance.now();
  let failed = 0;
  let n = 0;
  const timer = setInterval(() => {
    const start = performance.now();
    const token = people[(n += 1) % people.length].access;
    http.get({ host: '127.0.0.1', port, path: '/api/v1/chat/rooms', agent, headers: { authorization: `Bearer ${token}` } }, (res) => {
      res.resume();
      res.on('end', () => {
        times.push({ at: start - began, ms: performance.now() - start });
        failed += res.statusCode !== 200;
      });
    }).on('error', () => { failed += 1; });
  }, 1000 / PROBES);
  return () => {
    clearInterval(timer);
    agent.destroy();
    const sorted = times.toSorted((a, b) => a.ms - b.ms);
    const calm = sorted.filter((t) => t.at > 500);
    const share = (list, p) => round(list[Math.floor(p * list.length)].ms, 2);
    const slowest = sorted.slice(-12).map((t) => ({ at: round(t.at / 1000, 2), ms: round(t.ms) })).toSorted((a, b) => a.at - b.at);
    return { n: times.length, failed, p50: share(sorted, 0.5), p99: share(sorted, 0.99), calm: share(calm, 0.99), slowest };
  };
}

function post(target, token, body) {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    http.request({ host: '127.0.0.1', port, path: `/api/v1${target}`, method: 'POST', headers }, (res) => {
      res.resume();
      res.on('end', () => (res.statusCode < 300 ? resolve() : reject(new Error(`${target}: ${res.statusCode}`))));
    }).on('error', reject).end(text);
  });
}

// ---- people with logins and rooms ----
async function makePeople(sql) {
  const [kid, keyHex] = fs.readFileSync(path.join(run, 'secrets/token.keys'), 'utf8').trim().split(':');
  const people = await sql.query("SELECT id FROM users WHERE email LIKE 'user%@seed.example.com' ORDER BY id LIMIT ?", [PEOPLE]);
  const b64 = (x) => Buffer.from(JSON.stringify(x)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  await sql.batch('INSERT IGNORE INTO sessions (id, user_id, issued_at, created_at, expires_at) VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY)', people.map((p, i) => [i + 1, p.id]));
  people.forEach((p, i) => {
    const text = `${b64({ alg: 'HS256', kid, typ: 'JWT' })}.${b64({ aud: 'studymate-api', iss: 'studymate', role: 'USER', sub: String(p.id), sid: String(i + 1), typ: 'access', iat: now - 5, exp: now + 86000 })}`;
    p.access = `${text}.${crypto.createHmac('sha256', Buffer.from(keyHex, 'hex')).update(text).digest('base64url')}`;
  });
  return { people, rooms: await seat(sql, people, 'bench', IN_ROOM), keyHex };
}

// Gives each of them a room with its neighbours, those of that name that there are first. → the rooms
async function seat(sql, people, name, inRoom) {
  const known = await sql.query('SELECT id, last_seq AS seq FROM chat_rooms WHERE name = ? ORDER BY id', [name]);
  const rooms = [];
  for (let i = 0; i < people.length / inRoom; i += 1) {
    const members = people.slice(i * inRoom, (i + 1) * inRoom);
    const room = known[i] ?? { seq: 0 };
    if (!room.id) {
      room.id = (await sql.query("INSERT INTO chat_rooms (name, type, max_members, members, created_by) VALUES (?, 'GROUP', ?, ?, ?)", [name, inRoom, inRoom, members[0].id])).insertId;
      await sql.batch('INSERT INTO chat_members (room_id, user_id) VALUES (?, ?)', members.map((p) => [room.id, p.id]));
    }
    members.forEach((p) => { p.room = room; });
    rooms.push(room);
  }
  return rooms;
}

// Rooms go on where they are, for those who connect next.
async function refreshSeqs(sql, rooms) {
  const seqs = new Map((await sql.query("SELECT id, last_seq AS seq FROM chat_rooms WHERE name = 'bench'")).map((r) => [r.id, r.seq]));
  rooms.forEach((r) => { r.seq = seqs.get(r.id); });
}

// ---- idle ----
async function idle(name, address, crowd, withNginx) {
  say(`${name}: ${crowd.length} sockets`);
  await freshGateway();
  const gateway = [pidOf('realtime')];
  const proxies = family('nginx').slice(1);
  const before = { gateway: privateOf(gateway), nginx: privateOf(proxies) };
  const clients = swarm('stomp', [address], crowd, false);
  const [got, share] = await shares({ gateway, nginx: proxies, swarm: [clients.pid] }, () => opened(clients));
  await sleep(3000);
  const bytes = (privateOf(gateway) - before.gateway) / crowd.length;
  const cpu = [cpuOf(gateway), cpuOf(proxies)];
  const start = performance.now();
  await sleep(idleS * 1000);
  const socketSeconds = crowd.length * (performance.now() - start) / 1000;
  line(`${name}: opened`, got.per_second, 'sockets/s', { least: 1000 });
  line(`${name}: opening, p99`, round(got.way.p99 / 1000), 'ms');
  line(`${name}: gateway, private memory each`, Math.round(bytes), 'B', { most: 6144 });
  line(`${name}: gateway, processor each`, round((cpuOf(gateway) - cpu[0]) / socketSeconds, 2), 'µs/s', { most: 2 });
  if (withNginx) {
    line(`${name}: nginx, private memory each`, Math.round((privateOf(proxies) - before.nginx) / crowd.length), 'B');
    line(`${name}: nginx, processor each`, round((cpuOf(proxies) - cpu[1]) / socketSeconds, 2), 'µs/s');
  }
  say(`  processors while opening: ${JSON.stringify(share)}`);
  const after = await clients.ask('state');
  line(`${name}: sockets lost while idle`, after.lost, '', { most: 0 });
  await clients.end();
}

// Fifty thousand on three gateways, as many files as a process has.
async function many(crowd) {
  const names = ['realtime', 'second', 'third'];
  await freshGateway();
  for (const name of names.slice(1)) await startGateway(name);
  await sleep(1000);
  const clients = names.map((name) => swarm('stomp', [path.join(run, `${name}.sock`)], crowd, false));
  for (const c of clients) await opened(c);
  await sleep(3000);
  const pids = names.map(pidOf);
  const cpu = cpuOf(pids);
  const start = performance.now();
  await sleep(idleS * 1000);
  const n = crowd.length * names.length;
  line('three gateways: sockets', n, '', { least: 50000 });
  line('three gateways: private memory', Math.round(privateOf(pids) / 1048576), 'MB', { most: 512 });
  line('three gateways: processor each', round((cpuOf(pids) - cpu) / (n * (performance.now() - start) / 1000), 2), 'µs/s', { most: 2 });
  let lost = 0;
  for (const c of clients) {
    lost += (await c.ask('state')).lost;
    await c.end();
  }
  line('three gateways: sockets lost while idle', lost, '', { most: 0 });
  for (const name of names.slice(1)) await stopGateway('SIGTERM', name);
}

// Frames that the gateway answers by itself: what one core of it does a second.
async function echo(sql, { people, rooms }) {
  await refreshSeqs(sql, rooms);
  await freshGateway();
  const clients = swarm('echo', [path.join(run, 'realtime.sock')], people.slice(0, TALKERS), true);
  await opened(clients);
  await clients.ask(`send ${ECHOES} 2`); // warm
  const [sent, share] = await shares({ gateway: [pidOf('realtime')], swarm: [clients.pid] }, () => clients.ask(`send ${ECHOES} ${seconds}`));
  say(`  processors: ${JSON.stringify(share)}`);
  line('echo: answered', Math.round(sent.taken / sent.seconds), '/s');
  line('echo: by a whole core of the gateway', Math.round(sent.taken / sent.seconds / share.gateway), '/s', { least: ECHOES });
  line('echo: frame to answer, p50', round(sent.receipt.p50 / 1000, 2), 'ms');
  line('echo: frame to answer, p99', round(sent.receipt.p99 / 1000, 2), 'ms');
  line('echo: not answered', sent.sent - sent.taken, '', { most: 0 });
  await clients.end();
}

const inOutbox = async (sql) => (await sql.query('SELECT COUNT(*) AS n FROM outbox'))[0].n;

// The jobs have done what the messages before were followed by.
async function idleJobs(sql) {
  for (let i = 0; (await sql.query('SELECT 1 FROM outbox LIMIT 1')).length; i += 1) {
    if (i > 900) throw new Error('the jobs have not done their events in three minutes');
    await sleep(200);
  }
}

// ---- fan-out ----
function peerOf(keyHex) {
  const statements = command(env.API_BIN, ['--list-statements']).split('\n').filter(Boolean).map((l) => JSON.parse(l));
  fs.writeFileSync(path.join(run, 'statements'), statements.map((s) => `${s.name}\t${s.sql}\n`).join(''));
  const sockets = [1, 2].map((i) => path.join(run, `peer-${i}.sock`));
  let processes = [];
  const stop = async () => {
    for (const p of processes.splice(0)) {
      p.kill();
      await gone(p.pid);
    }
    sockets.forEach((s) => fs.rmSync(s, { force: true }));
  };
  const pids = () => processes.map((p) => p.pid);
  return {
    protocol: 'eio',
    addresses: sockets,
    holders: pids,
    groups: () => ({ peer1: [pids()[0]], peer2: [pids()[1]] }),
    fresh: async () => {
      await stop();
      processes = sockets.map((s) => launch(process.execPath, ['--expose-gc', path.join(root, 'tests/bench/socket-peer.mjs'), s, path.join(run, 'mysql.sock'), path.join(run, 'statements'), keyHex, path.join(run, 'redis.sock')], { env: { ...env, NODE_ENV: 'production' } }));
      await until(() => sockets.every((s) => fs.existsSync(s)), 15000);
      await sleep(1000);
    },
    settle: async () => {
      processes.forEach((p) => p.kill('SIGUSR2'));
      await sleep(1500);
    },
    stop,
  };
}

async function fanRound(sql, who, crowd, rate = RATE) {
  await who.fresh();
  await who.settle();
  const before = privateOf(who.holders());
  const clients = swarm(who.protocol, who.addresses, crowd, true);
  const open = await opened(clients);
  await sleep(1000);
  await who.settle();
  const all = privateOf(who.holders());
  const bytes = (all - before) / crowd.length;
  await clients.ask(`send ${rate} 3`); // warm
  const groups = { ...who.groups(), jobs: [pidOf('jobs')], mariadb: [pidOf('mysql')], redis: [pidOf('redis')], swarm: [clients.pid] };
  const [sent, share] = await shares(groups, () => clients.ask(`send ${rate} ${seconds}`));
  const waiting = await inOutbox(sql);
  await sleep(5000);
  const drain = (waiting - await inOutbox(sql)) / 5;
  await sql.query('DELETE FROM outbox'); // the rest, or each round would begin with the one before
  await clients.end();
  await sleep(1000);
  return { open, bytes, all: all / crowd.length, sent, share, waiting, drain };
}

const ours = (address, groups) => ({
  protocol: 'stomp',
  addresses: [address],
  fresh: freshGateway,
  settle: async () => {},
  holders: () => [pidOf('realtime')],
  groups: () => ({ gateway: [pidOf('realtime')], api: family('api'), ...groups() }),
  stop: async () => {},
});

// Rooms of fifty, and as many deliveries a second as in fanout().
async function fifty(sql, { people }) {
  const crowd = people.slice(0, TALKERS).map((p) => ({ access: p.access, id: p.id }));
  await seat(sql, crowd, 'bench of fifty', IN_LARGE_ROOM);
  const { sent, share } = await fanRound(sql, ours(path.join(run, 'realtime.sock'), () => ({})), crowd, RATE * IN_ROOM / IN_LARGE_ROOM);
  say(`  processors: ${JSON.stringify(share)}`);
  line('fan-out to fifty: messages', Math.round(sent.sent / seconds), '/s');
  line('fan-out to fifty: receipt to the others, p50', round(sent.after.p50 / 1000, 2), 'ms', { most: 3 });
  line('fan-out to fifty: receipt to the others, p99', round(sent.after.p99 / 1000, 2), 'ms', { most: 25 });
  line('fan-out to fifty: sending to the others, p50', round(sent.whole.p50 / 1000, 2), 'ms');
  line('fan-out to fifty: sending to the others, p99', round(sent.whole.p99 / 1000, 2), 'ms', { most: 25 });
  line('fan-out to fifty: lost, twice or not taken', sent.missing + sent.twice + sent.sent - sent.taken, '', { most: 0 });
}

async function fanout(sql, { people, rooms, keyHex }) {
  const crowd = people.slice(0, TALKERS);
  const peer = peerOf(keyHex);
  const contestants = {
    ours: ours(path.join(run, 'realtime.sock'), () => ({})),
    proxied: ours(`127.0.0.1:${port}`, () => ({ nginx: family('nginx') })),
    peer,
  };
  const names = contestantsOf.filter((n) => contestants[n]);
  const got = Object.fromEntries(names.map((n) => [n, []]));
  for (let i = 0; i < rounds; i += 1) {
    for (const name of i % 2 ? names.toReversed() : names) {
      await refreshSeqs(sql, rooms);
      const r = await fanRound(sql, contestants[name], crowd);
      await contestants[name].stop();
      got[name].push(r);
      say(`  ${name}: whole p50 ${r.sent.whole.p50} p99 ${r.sent.whole.p99} µs, after the receipt p50 ${r.sent.after.p50} p99 ${r.sent.after.p99} µs, ${JSON.stringify(r.share)}`);
    }
  }
  for (const name of names) {
    const m = (f) => median(got[name].map(f));
    const ms = (f) => round(m(f) / 1000, 2);
    const own = name !== 'peer';
    const sum = (f) => got[name].reduce((n, r) => n + f(r), 0);
    line(`fan-out, ${name}: receipt to the others, p50`, ms((r) => r.sent.after.p50), 'ms', own ? { most: 3 } : {});
    line(`fan-out, ${name}: receipt to the others, p99`, ms((r) => r.sent.after.p99), 'ms', own ? { most: 25 } : {});
    line(`fan-out, ${name}: sending to the others, p50`, ms((r) => r.sent.whole.p50), 'ms');
    line(`fan-out, ${name}: sending to the others, p99`, ms((r) => r.sent.whole.p99), 'ms', name === 'ours' ? { most: 25 } : {});
    line(`fan-out, ${name}: sending to the receipt, p50`, ms((r) => r.sent.receipt.p50), 'ms');
    line(`fan-out, ${name}: sending to the receipt, p99`, ms((r) => r.sent.receipt.p99), 'ms');
    line(`fan-out, ${name}: messages not taken`, sum((r) => r.sent.sent - r.sent.taken), '', { most: 0 });
    line(`fan-out, ${name}: delivered`, sum((r) => r.sent.came), '');
    line(`fan-out, ${name}: lost`, sum((r) => r.sent.missing), '', { most: 0 });
    line(`fan-out, ${name}: delivered twice`, sum((r) => r.sent.twice), '', { most: 0 });
    line(`fan-out, ${name}: opened`, Math.round(m((r) => r.open.per_second)), 'sockets/s');
    line(`fan-out, ${name}: private memory of a socket in a room`, Math.round(m((r) => r.bytes)), 'B');
    if (own) {
      line(`fan-out, ${name}: events that wait for the jobs at the end`, m((r) => r.waiting));
      line(`fan-out, ${name}: events the jobs do alone`, Math.round(m((r) => r.drain)), '/s');
    }
    line(`fan-out, ${name}: processors in all but the clients`, round(m((r) => Object.entries(r.share).reduce((n, [k, v]) => n + (k === 'swarm' || k === 'rest' ? 0 : v), 0)), 2));
    line(`fan-out, ${name}: processors in what is none of this, at worst`, Math.max(...got[name].map((r) => r.share.rest)));
    say(`  processors: ${JSON.stringify(got[name].at(-1).share)}`);
  }
  if (!names.includes('ours') || !names.includes('peer')) return;
  const each = (name, key) => median(got[name].map((r) => r[key]));
  for (const [key, what] of [['bytes', 'what sockets add'], ['all', 'all of the process']]) {
    for (const name of ['ours', 'peer']) line(`sockets per MB, ${what}, ${name}`, Math.round(1048576 / each(name, key)));
    line(`sockets per MB, ${what}, ours : peer`, round(each('peer', key) / each('ours', key)), 'times', key === 'all' ? { least: 8 } : {});
  }
  line('p99 of sending to the others, ours : peer', round(median(got.ours.map((r) => r.sent.whole.p99)) / median(got.peer.map((r) => r.sent.whole.p99)), 2), 'times', { most: 1 });
}

// ---- back ----
const questions = async (sql) => Number((await sql.query("SHOW GLOBAL STATUS LIKE 'Questions'"))[0].Value);

// What the pool asked of MariaDB since its log was that long, by route: { chat_seats_post: { requests, statements }, … }
function asked(from) {
  const log = fs.readFileSync(path.join(run, 'log/api.log')).subarray(from).toString().split('\n').filter((l) => l.includes('"msg":"request"')).map((l) => JSON.parse(l));
  const routes = {};
  for (const l of log) {
    routes[l.route] ??= { requests: 0, statements: 0 };
    routes[l.route].requests += 1;
    routes[l.route].statements += l.db_n;
  }
  return routes;
}

async function back(sql, { people, rooms }) {
  const crowd = people.slice(0, PROXIED);
  const others = people.slice(PROXIED);
  await refreshSeqs(sql, rooms);
  await idleJobs(sql);
  await freshGateway();
  const clients = swarm('stomp', [`127.0.0.1:${port}`], crowd, true);
  const open = await opened(clients);
  line('back: opened into rooms', open.per_second, 'sockets/s');
  await sleep(3000);
  let end = probe(others);
  const start = [await questions(sql), performance.now()];
  await sleep(20000);
  const normal = end();
  const perSecond = (await questions(sql) - start[0]) / ((performance.now() - start[1]) / 1000);
  line('back: REST meanwhile, normal p99', normal.p99, 'ms');
  let heard = 0;
  for (const [name, missed] of [['nothing missed', 0], ['a message missed in each room', 1]]) {
    const answer = clients.ask('back 90');
    const file = path.join(run, 'log/api.log');
    end = probe(others);
    await stopGateway('SIGKILL');
    await sleep(1000);
    if (missed) {
      const used = crowd.filter((_, i) => i % IN_ROOM === 0);
      await Promise.all(Array.from({ length: 4 }, async (_, k) => {
        for (let i = k; i < used.length; i += 4) await post(`/chat/rooms/${used[i].room.id}/messages`, used[i].access, { message: 'while you were away' });
      }));
      heard += crowd.length;
    }
    const from = fs.statSync(file).size;
    const before = [await questions(sql), performance.now()];
    await startGateway();
    const [got, share] = await shares({ gateway: [pidOf('realtime')], api: family('api'), nginx: family('nginx'), jobs: [pidOf('jobs')], mariadb: [pidOf('mysql')], redis: [pidOf('redis')], swarm: [clients.pid] }, () => answer);
    const restNow = end();
    const delta = await questions(sql) - before[0] - perSecond * (performance.now() - before[1]) / 1000;
    await sleep(2000);
    const routes = asked(from);
    const ofSockets = Object.entries(routes).filter(([r]) => !NOT_OF_SOCKETS.includes(r)).reduce((n, [, v]) => n + v.statements, 0);
    say(`  processors while they come: ${JSON.stringify(share)}`);
    say(`  ${name}: ${JSON.stringify(got)} ${JSON.stringify(routes)} ${JSON.stringify(restNow)}`);
    line(`back, ${name}: all there again`, got.live === got.clients ? got.seconds : NaN, 's', { most: 60 });
    line(`back, ${name}: tries for each socket`, round(got.dials / got.clients, 2));
    line(`back, ${name}: statements for each socket, by the pool's log`, round(ofSockets / crowd.length, 3), '', { most: 1 });
    line(`back, ${name}: statements for each socket, by MariaDB's count`, round(delta / crowd.length, 3));
    line(`back, ${name}: REST meanwhile, p99`, restNow.p99, 'ms', { most: round(3 * normal.p99, 2) });
    line(`back, ${name}: REST meanwhile, p99 but the first half second`, restNow.calm, 'ms');
    line(`back, ${name}: REST meanwhile, failed`, restNow.failed, '', { most: 0 });
    const state = await clients.ask('state');
    line(`back, ${name}: messages not told or told again`, Math.abs(state.heard - heard) + state.again + state.gaps, '', { most: 0 });
    await idleJobs(sql);
    await sleep(2000);
  }
  await clients.end();
}

// ---- all of it ----
async function main() {
  fs.mkdirSync(run, { recursive: true });
  fs.mkdirSync(path.dirname(out), { recursive: true });
  // limits are checked as always, but high enough not to be met
  fs.writeFileSync(path.join(run, 'extra.env'), 'RATE_PERCENT=5000000\nMAX_REQUESTS=0\nSOCKETS_PER_USER=1000\nSOCKETS_PER_ADDRESS=1000000\n');
  say('starting a stack of its own');
  command('scripts/stack', ['up']);
  command('scripts/seed', []);
  const sql = mariadb.createPool({ socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate', connectionLimit: 2, bigIntAsNumber: true, insertIdAsNumber: true });
  const world = await makePeople(sql);
  const wanted = (name) => !only || only.includes(name);
  const crowd = (n) => Array.from({ length: n }, (_, i) => world.people[i % world.people.length]);
  const steps = {
    idle: () => idle('idle', path.join(run, 'realtime.sock'), crowd(DIRECT), false),
    many: () => many(crowd(MANY)),
    nginx: () => idle('idle through nginx', `127.0.0.1:${port}`, crowd(PROXIED), true),
    echo: () => echo(sql, world),
    fanout: () => fanout(sql, world),
    fifty: () => fifty(sql, world),
    back: () => back(sql, world),
  };
  for (const name of Object.keys(steps).filter(wanted)) {
    table = [];
    parts[name] = { when: new Date().toISOString(), rounds, seconds, table };
    await steps[name]();
  }
  await sql.end();
  const known = fs.existsSync(out) ? JSON.parse(fs.readFileSync(out, 'utf8')).parts : {};
  fs.writeFileSync(out, `${JSON.stringify({ cpus: os.cpus().length, cpu: os.cpus()[0].model, parts: { ...known, ...parts } }, null, 2)}\n`);
  table = Object.values(parts).flatMap((p) => p.table);
  say('\n| what | measured | target |\n|---|---|---|');
  for (const r of table) say(`| ${r.what} | ${r.value} ${r.unit} | ${r.most !== undefined ? `≤ ${r.most}` : r.least !== undefined ? `≥ ${r.least}` : '–'}${r.good ? '' : ' MISSED'} |`);
  const missed = table.filter((r) => !r.good);
  say(`${table.filter((r) => r.good && (r.most !== undefined || r.least !== undefined)).length} targets met, ${missed.length} missed`);
  process.exitCode = missed.length ? 1 : 0;
}

function cleanUp() {
  for (const c of children) {
    try {
      process.kill(-c.pid, 'SIGTERM');
    } catch { /* ended already */ }
  }
  command('scripts/stack', ['down']);
  if (!process.env.BENCH_DIR) fs.rmSync(run, { recursive: true, force: true });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}
try {
  await main();
} finally {
  cleanUp();
}
