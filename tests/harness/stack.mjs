// Another private stack, for tests that break things: its logs are judged with the others.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { env } from './client.mjs';

export const root = path.resolve(import.meta.dirname, '../..');
export const sleep = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Never the same twice, and none the kernel would give to an outgoing connection before it is listened on.
const given = new Set();
export async function freePort() {
  for (;;) {
    const port = 16384 + Math.floor(Math.random() * 16384);
    const s = net.createServer();
    const free = !given.has(port) && await new Promise((resolve) => { s.on('error', () => resolve(false)).listen(port, '127.0.0.1', () => s.close(() => resolve(true))); });
    given.add(port);
    if (free) return port;
  }
}

// A database is made once for a run and then copied: its files are mostly holes.
export const template = (run) => path.join(run, 'template');
export function copyDatabase(from, to) {
  fs.mkdirSync(path.join(to, 'secrets'), { recursive: true, mode: 0o700 });
  const copied = spawnSync('cp', ['-a', '--sparse=always', path.join(from, 'mysql'), to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(copied.stderr);
  fs.copyFileSync(path.join(from, 'secrets/db.password'), path.join(to, 'secrets/db.password'));
}

// settings: lines of studymate.env that differ from the default. → { base, run, said, pid(name), kill(name, signal), up(), down() }
export async function startStack(name, settings = {}, workers = 4) {
  const run = path.join(env.run, 'stacks', name);
  const [http, https] = [await freePort(), await freePort()];
  fs.mkdirSync(run, { recursive: true });
  if (fs.existsSync(template(env.run)) && !fs.existsSync(path.join(run, 'mysql'))) copyDatabase(template(env.run), run);
  const all = { ARGON2_MEMORY_KIB: 64, ARGON2_PASSES: 1, SHED_AFTER_MS: 0, RATE_PERCENT: 5000, ...settings };
  fs.writeFileSync(path.join(run, 'extra.env'), Object.entries(all).map(([k, v]) => `${k}=${v}\n`).join(''));
  const options = {
    cwd: root, encoding: 'utf8',
    env: { ...process.env, RUN_DIR: run, HTTP_PORT: String(http), HTTPS_PORT: String(https), WORKERS: String(workers) },
  };
  const call = (...verb) => {
    const res = spawnSync(path.join(root, 'scripts/stack'), verb, options);
    if (res.status !== 0) throw new Error(res.stdout + res.stderr);
    return res.stdout;
  };
  const said = call('up');
  const logOf = (name_) => fs.readFileSync(path.join(run, `log/${name_}.log`), 'utf8').split('\n').filter((l) => l.startsWith('{')).map((l) => JSON.parse(l)); // a sanitizer's words are the oracle's
  const pid = (process_) => Number(fs.readFileSync(path.join(run, `${process_}.pid`), 'utf8'));
  return {
    run,
    said, // what the operator read as it came up
    base: `http://127.0.0.1:${http}`,
    https: `https://127.0.0.1:${https}`,
    pid,
    kill: (process_, signal) => process.kill(pid(process_), signal),
    // kill -9, and wait until it is gone, so that up() starts another
    die: async (process_) => {
      const id = pid(process_);
      process.kill(id, 'SIGKILL');
      await until(() => !fs.existsSync(`/proc/${id}/exe`) || !/^State:\s+[^ZX]/m.test(fs.readFileSync(`/proc/${id}/status`, 'utf8')));
      fs.rmSync(path.join(run, `${process_}.pid`), { force: true });
    },
    up: () => call('up'),
    start: (process_) => call('start', process_), // db or redis alone, without waiting for it
    // the same while this process goes on with what it does
    rise: () => new Promise((resolve, reject) => {
      const child = spawn(path.join(root, 'scripts/stack'), ['up'], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
      let text = '';
      for (const s of [child.stdout, child.stderr]) s.on('data', (d) => { text += d; });
      child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(text))));
    }),
    down: () => call('down'),
    log: () => logOf('api'),
    logOf,
  };
}

// A socket has its name before anybody listens on it.
const LISTENING = ' 00010000 '; // SO_ACCEPTCON
export const listening = (socket) => fs.readFileSync('/proc/net/unix', 'utf8').split('\n').some((l) => l.includes(LISTENING) && l.endsWith(` ${socket}`));

// How long what must come is waited for: ms, on a machine that has much else to do.
export const PATIENCE = 15000;

// Calls probe() until it returns something true; fails after ms.
export async function until(probe, ms = PATIENCE) {
  const end = Date.now() + ms;
  for (;;) {
    const got = await probe();
    if (got) return got;
    if (Date.now() > end) throw new Error(`still not true after ${ms} ms: ${probe}`);
    await sleep(20);
  }
}
