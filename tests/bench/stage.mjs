// Where the benches play: a stack of its own, grown to USERS people, with tokens, rooms and logins to be refreshed.
// Settings: USERS (100000), BENCH_DIR (kept, and used again).
import { spawn, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import mariadb from 'mariadb';
import { freePort, root } from '../harness/stack.mjs';

export const users = Number(process.env.USERS ?? 100000);
export const logins = 60000;
export const api = path.join(root, 'build/release/studymate-api');
export const say = (s) => process.stdout.write(`${s}\n`);
export const median = (a) => a.toSorted((x, y) => x - y)[Math.floor(a.length / 2)];

export function command(file, args, options = {}) {
  const res = spawnSync(file, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (res.status !== 0) throw new Error(`${file} ${args.join(' ')}: ${res.error ?? ''}${res.stdout ?? ''}${res.stderr ?? ''}`);
  return res.stdout;
}

export const childrenOf = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);

async function makeStage() {
  const run = process.env.BENCH_DIR ?? fs.mkdtempSync(path.join(os.tmpdir(), 'sm-bench-'));
  const [http, https] = [await freePort(), await freePort()];
  const env = { ...process.env, RUN_DIR: run, HTTP_PORT: String(http), HTTPS_PORT: String(https), WORKERS: '8', API_BIN: api, USERS: String(users), DB_BUFFER: '1G' };
  const children = [];
  const stage = { run, http, api };
  stage.stack = (verb) => command('scripts/stack', [verb], { env });
  stage.pid = (name) => Number(fs.readFileSync(path.join(run, `${name}.pid`), 'utf8'));
  // last: among scheduling groups it comes last, as scripts/stack has it with our pool
  stage.start = (file, args, { last, ...options } = {}) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], detached: true, ...options });
    if (last && fs.existsSync('/proc/self/autogroup')) fs.writeFileSync(`/proc/${child.pid}/autogroup`, '6');
    children.push(child);
    return child;
  };
  // every process that takes part, with what it started
  stage.pids = () => {
    const all = [process.pid, ...['mysql', 'redis', 'api', 'realtime', 'nginx'].map(stage.pid), ...children.map((c) => c.pid)];
    for (let i = 0; i < all.length; i += 1) for (const child of childrenOf(all[i])) if (!all.includes(child)) all.push(child);
    return all;
  };
  // those that answer requests; its keeper and the log-in workers are not among them
  stage.workers = () => childrenOf(stage.pid('api')).slice(1, 9);
  // Adds lines to the server block of nginx, and to its http block.
  stage.nginx = (inServer, inHttp = '') => {
    fs.writeFileSync(path.join(run, 'nginx/extra/bench.conf'), inServer);
    const conf = path.join(run, 'nginx/nginx.conf');
    fs.writeFileSync(conf, fs.readFileSync(conf, 'utf8').replace('\n\tserver {', `\n${inHttp}\n\tserver {`));
    process.kill(stage.pid('nginx'), 'SIGHUP');
  };
  stage.close = async () => {
    await stage.sql?.end().catch(() => {}); // closed already
    for (const c of children.splice(0)) {
      try {
        process.kill(-c.pid, 'SIGTERM');
      } catch { /* ended already */ }
    }
    stage.stack('down');
    if (!process.env.BENCH_DIR) fs.rmSync(run, { recursive: true, force: true });
  };
  stage.grow = async (n) => {
    say(`growing it to ${n} people`);
    command('scripts/seed', [], { env: { ...env, USERS: String(n) }, stdio: 'inherit' });
    if (!stage.sql) {
      // what follows from messages would be done while somebody else is measured
      process.kill(stage.pid('jobs'), 'SIGTERM');
      stage.sql = mariadb.createPool({ socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate', connectionLimit: 2, bigIntAsNumber: true });
    }
    await populate(stage);
  };
  // prelude(stage): what is asked of it before it is grown; when it returns false it is not
  stage.open = async (prelude) => {
    fs.mkdirSync(path.join(run, 'nginx/extra'), { recursive: true });
    fs.rmSync(path.join(run, 'nginx/extra/bench.conf'), { force: true }); // of a run before
    // every limit is checked as always, but high enough not to be met
    fs.writeFileSync(path.join(run, 'extra.env'), 'RATE_PERCENT=5000000\nMAX_REQUESTS=0\n');
    say('starting a stack of its own');
    stage.stack('up');
    if (await prelude?.(stage) !== false) await stage.grow(users);
  };
  return stage;
}

// Gives the stage people with access tokens, rooms of two with 500 messages, and `sign` for more tokens.
async function populate(stage) {
  const { run, sql } = stage;
  [stage.kid, stage.key] = fs.readFileSync(path.join(run, 'secrets/token.keys'), 'utf8').trim().split(':');
  const b64 = (x) => Buffer.from(JSON.stringify(x)).toString('base64url');
  stage.now = Math.floor(Date.now() / 1000);
  stage.sign = (claims) => {
    const text = `${b64({ alg: 'HS256', kid: stage.kid, typ: 'JWT' })}.${b64({ aud: 'studymate-api', iss: 'studymate', role: 'USER', ...claims })}`;
    return `${text}.${crypto.createHmac('sha256', Buffer.from(stage.key, 'hex')).update(text).digest('base64url')}`;
  };
  const people = await sql.query("SELECT u.id, u.native_language_id AS native FROM users u JOIN matching_index i ON i.user_id = u.id WHERE u.email LIKE 'user%@seed.example.com' GROUP BY u.id ORDER BY u.id LIMIT 128");
  await sql.query('DELETE FROM sessions WHERE id < 1000000');
  await sql.query(`INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at) SELECT 100000 + seq, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY FROM seq_1_to_${logins}`, [people[0].id]);
  await sql.batch('INSERT INTO sessions (id, user_id, issued_at, created_at, expires_at) VALUES (?, ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), UTC_TIMESTAMP(3) + INTERVAL 7 DAY)', people.map((p, i) => [i + 1, p.id]));
  for (const [i, p] of people.entries()) {
    p.access = stage.sign({ sub: String(p.id), sid: String(i + 1), typ: 'access', iat: stage.now - 5, exp: stage.now + 86000 });
  }
  stage.people = people;
  stage.rooms = [];
  for (let i = 0; i + 1 < people.length; i += 2) {
    const [a, b] = [people[i].id, people[i + 1].id];
    const { insertId } = await sql.query("INSERT INTO chat_rooms (name, type, max_members, members, created_by, pair) VALUES ('', 'DIRECT', 2, 2, ?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)", [a, `${Math.min(a, b)}-${Math.max(a, b)}`]);
    await sql.query('INSERT IGNORE INTO chat_members (room_id, user_id) VALUES (?, ?), (?, ?)', [insertId, a, insertId, b]);
    await sql.query("INSERT IGNORE INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, IF(seq MOD 2, ?, ?), CONCAT('안녕하세요, 오늘은 ', seq, '번째 이야기예요. How are you doing?') FROM seq_1_to_500", [insertId, a, b]);
    await sql.query('UPDATE chat_rooms SET last_seq = (SELECT MAX(seq) FROM chat_messages WHERE room_id = ?) WHERE id = ?', [insertId, insertId]);
    stage.rooms.push({ id: insertId, me: people[i] });
  }
}

// Runs play(stage) and clears the stage away, whatever happens; → what play returned. When the prelude returned false nothing
// was grown.
export async function onStage(play, prelude) {
  const stage = await makeStage();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, async () => {
      await stage.close();
      process.exit(1);
    });
  }
  try {
    await stage.open(prelude);
    return await play(stage);
  } finally {
    await stage.close();
  }
}
