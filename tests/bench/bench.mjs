#!/usr/bin/env node
// Measures the hot paths against a floor (bench/floor.c: a bare FastCGI program with the same statements) and a Node
// peer (bench/peer.mjs), in one run on one machine: contestants take turns, medians are compared, only ratios are
// worth quoting. Settings: USERS (100000), ROUNDS (5), SECONDS (3), ONLY (a path's name).
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import mariadb from 'mariadb';
import { freePort, root, sleep } from '../harness/stack.mjs';

const users = Number(process.env.USERS ?? 100000);
const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS ?? 3);
const only = process.env.ONLY;
const run = process.env.BENCH_DIR ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sm-bench-'));
const [http, https] = [await freePort(), await freePort()];
const api = path.join(root, 'build/release/studymate-api');
const env = { ...process.env, RUN_DIR: run, HTTP_PORT: String(http), HTTPS_PORT: String(https), WORKERS: '8', API_BIN: api, USERS: String(users), DB_BUFFER: '1G' };
const say = (s) => process.stdout.write(`${s}\n`);
const children = [];

function command(file, args, options = {}) {
  const res = spawnSync(file, args, { cwd: root, env, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (res.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${res.stdout ?? ''}${res.stderr ?? ''}`);
  return res.stdout;
}

fs.mkdirSync(path.join(run, 'nginx/extra'), { recursive: true });
// every limit is checked as always, but high enough not to be met
fs.writeFileSync(path.join(run, 'extra.env'), 'RATE_PERCENT=5000000\nMAX_REQUESTS=0\n');
async function main() {
  say('starting a stack of its own');
  command('scripts/stack', ['up']);
  say(`growing it to ${users} people`);
  command('scripts/seed', [], { stdio: 'inherit' });
  const sql = mariadb.createPool({ socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate', connectionLimit: 2, bigIntAsNumber: true });
  const [kid, keyHex] = fs.readFileSync(path.join(run, 'secrets/token.keys'), 'utf8').trim().split(':');

  // ---- contestants ----
  const statements = new Map(command(api, ['--list-statements']).split('\n').filter(Boolean).map((l) => JSON.parse(l)).map((s) => [s.name, s.sql]));
  fs.mkdirSync(path.join(root, 'build'), { recursive: true });
  fs.writeFileSync(path.join(run, 'statements'), [...statements].map(([n, s]) => `${n}\t${s}\n`).join(''));
  command('gcc', ['-O2', '-isystem', '/usr/include/mariadb', 'tests/bench/floor.c', '-o', path.join(run, 'floor'), '-lfcgi', '-lmariadb']);
  const start = (file, args) => children.push(spawn(file, args, { stdio: ['ignore', 'inherit', 'inherit'], detached: true }));
  start(path.join(run, 'floor'), [path.join(run, 'floor.sock'), '8', path.join(run, 'mysql.sock'), path.join(run, 'statements')]);
  start(process.execPath, [path.join(root, 'tests/bench/peer.mjs'), path.join(run, 'peer.sock'), path.join(run, 'mysql.sock'), path.join(run, 'statements'), keyHex, path.join(run, 'redis.sock')]);
  fs.writeFileSync(path.join(run, 'nginx/extra/bench.conf'), `
location /floor/ { fastcgi_pass unix:${run}/floor.sock; fastcgi_param DOCUMENT_URI $uri; include ${run}/nginx/snippets/studymate-fastcgi.conf; }
location /peer/ { proxy_pass http://bench_peer; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header X-Request-ID $request_id; }
`);
  const conf = path.join(run, 'nginx/nginx.conf');
  fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace('\n\tserver {', `\n\tupstream bench_peer { server unix:${run}/peer.sock; keepalive 64; }\n\n\tserver {`));
  command('kill', ['-HUP', fs.readFileSync(path.join(run, 'nginx.pid'), 'utf8').trim()]);
  await sleep(1500);

  // ---- people, rooms, tokens ----
  const people = await sql.query("SELECT u.id, u.native_language_id AS native FROM users u JOIN matching_index i ON i.user_id = u.id WHERE u.email LIKE 'user%@seed.example.com' GROUP BY u.id ORDER BY u.id LIMIT 128");
  const b64 = (x) => Buffer.from(JSON.stringify(x)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const sign = (claims) => {
    const text = `${b64({ alg: 'HS256', kid, typ: 'JWT' })}.${b64({ aud: 'studymate-api', iss: 'studymate', role: 'USER', ...claims })}`;
    return `${text}.${crypto.createHmac('sha256', Buffer.from(keyHex, 'hex')).update(text).digest('base64url')}`;
  };
  // logins to be refreshed: each token is presented once a round
  const logins = 60000;
  await sql.query('DELETE FROM sessions WHERE id < 1000000');
  await sql.query(`INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at) SELECT 100000 + seq, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY FROM seq_1_to_${logins}`, [people[0].id]);
  await sql.batch('INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at) VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY)', people.map((p, i) => [i + 1, p.id]));
  for (const [i, p] of people.entries()) {
    p.access = sign({ sub: String(p.id), sid: String(i + 1), typ: 'access', iat: now - 5, exp: now + 86000 });
  }
  const rooms = [];
  for (let i = 0; i + 1 < people.length; i += 2) {
    const [a, b] = [people[i].id, people[i + 1].id];
    const { insertId } = await sql.query("INSERT INTO chat_rooms (name, type, max_members, members, created_by, pair) VALUES ('', 'DIRECT', 2, 2, ?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)", [a, `${Math.min(a, b)}-${Math.max(a, b)}`]);
    await sql.query('INSERT IGNORE INTO chat_members (room_id, user_id) VALUES (?, ?), (?, ?)', [insertId, a, insertId, b]);
    await sql.query("INSERT IGNORE INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, IF(seq MOD 2, ?, ?), CONCAT('안녕하세요, 오늘은 ', seq, '번째 이야기예요. How are you doing?') FROM seq_1_to_500", [insertId, a, b]);
    await sql.query('UPDATE chat_rooms SET last_seq = (SELECT MAX(seq) FROM chat_messages WHERE room_id = ?) WHERE id = ?', [insertId, insertId]);
    rooms.push({ id: insertId, me: people[i] });
  }

  // ---- the paths ----
  const q = (...v) => v.map((x) => `p=${encodeURIComponent(x).replace(/%2C/g, ',')}`).join('&');
  const cases = [
    {
      name: 'one row (GET /users/name)', least: { floor: 0.85, peer: 1.5 }, p99: 5000,
      ours: people.map((p) => ['GET', '/api/v1/users/name', p.access, '']),
      same: people.map((p) => ['USER_NAME', q(`i${p.id}`), p.access]),
    },
    {
      name: 'messages page (50)', least: { floor: 0.8, peer: 1.5 }, p99: 5000,
      ours: rooms.map((r) => ['GET', `/api/v1/chat/rooms/${r.id}/messages?page=0&size=50`, r.me.access, '']),
      same: rooms.map((r) => ['CHAT_MESSAGES', q('n', 'n', 'i0', 'i50', 'n', 'i0', `i${r.id}`, `i${r.me.id}`), r.me.access]),
    },
    {
      name: 'message send', least: { peer: 1.3 }, p99: 15000,
      ours: rooms.map((r) => ['POST', `/api/v1/chat/rooms/${r.id}/messages`, r.me.access, JSON.stringify({ message: '안녕하세요! 내일 저녁에 시간 괜찮으세요?', clientMessageId: '%K' })]),
      same: rooms.map((r) => ['CHAT_SEND', q(`i${r.id}`, `i${r.me.id}`, 's안녕하세요! 내일 저녁에 시간 괜찮으세요?', 'k', 'n', 'i0'), r.me.access]),
    },
    {
      name: 'token refresh', least: { floor: 0.75 }, p99: 15000,
      before: () => sql.query("UPDATE sessions SET generation = 1, rotations = '' WHERE id > 100000 AND id < 1000000 AND generation > 1"),
      ours: Array.from({ length: logins }, (_, k) => ['POST', '/api/v1/auth/refresh', sign({ sub: String(people[0].id), sid: String(100001 + k), typ: 'refresh', iat: now - 5, exp: now + 600000, gen: 1 }), '']),
      floor: Array.from({ length: logins }, (_, k) => ['GET', `/floor/SESSION_ROTATE?${q('s2026-11-21 00:00:00.000', 's2036-01-01 00:00:00.000', 's0000019C00000000', `i${100001 + k}`, 'i1', 's2020-01-01 00:00:00')}`, '', '']),
    },
    await (await import('./partners.mjs')).partnersCase({ sql, people, q, api: `http://127.0.0.1:${http}`, statements, restart: () => command('scripts/stack', ['restart-api']) }),
  ].filter((c) => c && (!only || c.name.includes(only)));

  const load = (c, who, lines) => {
    const file = path.join(run, `load-${who}`);
    fs.writeFileSync(file, `${lines.join('\n')}\n`);
    const out = spawnSync('wrk', ['-t2', '-c32', `-d${seconds}`, '--latency', '-s', path.join(root, 'tests/bench/load.lua'), `http://127.0.0.1:${http}`], {
      encoding: 'utf8', env: { ...process.env, LOAD_FILE: file },
    });
    const r = JSON.parse(/RESULT (.*)/.exec(out.stdout)?.[1] ?? 'null');
    if (!r) throw new Error(out.stdout + out.stderr);
    if (r.non2xx || r.socket) throw new Error(`${c.name}, ${who}: ${r.non2xx} answers were no success, ${r.socket} connections failed`);
    return { rps: r.requests / (r.us / 1e6), p50: r.p50, p99: r.p99 };
  };
  const linesOf = (c, who) => {
    if (who === 'ours' || c[who]) return c[who].map((l) => l.join('\t'));
    return c.same?.map(([names, values, token]) => ['GET', `/${who}/${names}?${values}`, token, ''].join('\t'));
  };
  const median = (a) => a.toSorted((x, y) => x - y)[Math.floor(a.length / 2)];
  const result = [];
  for (const c of cases) {
    const whos = ['ours', 'floor', 'peer'].filter((w) => linesOf(c, w));
    const got = Object.fromEntries(whos.map((w) => [w, []]));
    for (const w of whos) load(c, w, linesOf(c, w)); // warm
    for (let i = 0; i < rounds; i += 1) {
      for (const w of i % 2 ? whos.toReversed() : whos) {
        await c.before?.();
        got[w].push(load(c, w, linesOf(c, w)));
      }
    }
    const m = Object.fromEntries(whos.map((w) => [w, { rps: median(got[w].map((g) => g.rps)), p50: median(got[w].map((g) => g.p50)), p99: median(got[w].map((g) => g.p99)) }]));
    const ratio = (w) => m[w] && m.ours.rps / m[w].rps;
    const row = { path: c.name, rps: Math.round(m.ours.rps), p50_us: m.ours.p50, p99_us: m.ours.p99, to_floor: ratio('floor'), to_peer: ratio('peer'), floor: m.floor, peer: m.peer };
    row.good = Object.entries(c.least).every(([w, least]) => ratio(w) >= least) && m.ours.p99 <= c.p99;
    result.push(row);
    say(`${row.path}: ${row.rps}/s, p50 ${row.p50_us} µs, p99 ${row.p99_us} µs, ${row.to_floor?.toFixed(2) ?? '-'} of the floor, ${row.to_peer?.toFixed(2) ?? '-'} times the peer${row.good ? '' : '  BELOW TARGET'}`);
  }

  // ---- five times the connections ----
  const raw = (connections) => {
    const file = path.join(run, 'load-over');
    fs.writeFileSync(file, `${cases[0].ours.map((l) => l.join('\t')).join('\n')}\n`);
    const out = spawnSync('wrk', ['-t2', `-c${connections}`, `-d${seconds}`, '--latency', '-s', path.join(root, 'tests/bench/load.lua'), `http://127.0.0.1:${http}`], { encoding: 'utf8', env: { ...process.env, LOAD_FILE: file } });
    const r = JSON.parse(/RESULT (.*)/.exec(out.stdout)[1]);
    return { good: (r.requests - r.non2xx) / (r.us / 1e6), refused: r.non2xx / (r.us / 1e6), p99: r.p99 };
  };
  const overload = [];
  if (!only) {
    for (const n of [32, 160, 640]) {
      const got = Array.from({ length: rounds }, () => raw(n));
      overload.push({ connections: n, good: Math.round(median(got.map((g) => g.good))), refused: Math.round(median(got.map((g) => g.refused))), p99_us: median(got.map((g) => g.p99)) });
    }
    for (const o of overload) say(`${o.connections} connections: ${o.good}/s good (${(o.good / overload[0].good).toFixed(2)} of the peak), ${o.refused}/s refused, p99 ${o.p99_us} µs`);
  }

  // ---- memory and start ----
  const master = fs.readFileSync(path.join(run, 'api.pid'), 'utf8').trim();
  const workers = fs.readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ').slice(1, 9);
  const privateKb = workers.map((pid) => [...fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8').matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((a, m) => a + Number(m[1]), 0));
  const memory = { worker_private_kb: median(privateKb), worker_private_kb_max: Math.max(...privateKb) };
  say(`private memory of a worker: median ${memory.worker_private_kb} kB, most ${memory.worker_private_kb_max} kB`);
  fs.writeFileSync(path.join(root, 'build/bench.json'), `${JSON.stringify({ users, rounds, seconds, cpus: os.cpus().length, cpu: os.cpus()[0].model, result, overload, memory }, null, 2)}\n`);
  say('| path | requests/s | p50 µs | p99 µs | of the floor | times the peer |\n|---|---|---|---|---|---|');
  for (const r of result) say(`| ${r.path} | ${r.rps} | ${r.p50_us} | ${r.p99_us} | ${r.to_floor?.toFixed(2) ?? '–'} | ${r.to_peer?.toFixed(2) ?? '–'} |`);
  await sql.end();
}

function cleanUp() {
  for (const c of children.splice(0)) {
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
