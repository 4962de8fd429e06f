// The stack that is broken: its processes, how they are hurt, and what they hold.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { connect as connectDb } from '../harness/db.mjs';
import { listening, root, sleep, startStack, until } from '../harness/stack.mjs';

export const WORKERS = 4;
const BESIDE = ['realtime', 'jobs'];
const children = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const alive = (pid) => {
  try {
    return /^State:\s+[^ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};
// one that is closed meanwhile is not open
const open = (pid) => fs.readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
  try {
    return [fs.readlinkSync(`/proc/${pid}/fd/${fd}`)];
  } catch {
    return [];
  }
});
export const socketsOf = (pid) => open(pid).filter((to) => to.startsWith('socket:')).length;
const filesOf = (pid) => open(pid).filter((to) => !to.startsWith('socket:')).length;
const privateOf = (pid) => Number(/^Private_Dirty:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
// R, S, T, …; and µs of processor, in ticks of 10 ms
const stat = (pid) => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
export const stateOf = (pid) => stat(pid)[0];
export const cpuOf = (pid) => (Number(stat(pid)[11]) + Number(stat(pid)[12])) * 10000;
// of something that may end while it is looked at
const look = (probe, pid) => {
  try {
    return probe(pid);
  } catch {
    return 0;
  }
};

export async function startStand(settings) {
  // its log is counted after each row: warnings and errors are enough
  const stack = await startStack('fault', { SOCKETS_PER_USER: 100, LOG_LEVEL: 'warn', ...settings }, WORKERS);
  let keeper = children(stack.pid('api'))[0];
  const db = connectDb(stack.run);
  const s = {
    ...stack,
    // MariaDB itself may have been away a moment ago
    query: async (sql, args) => {
      for (let tries = 0; ; tries += 1) {
        try {
          return await db.query(sql, args);
        } catch (e) {
          if (tries === 5 || (e.sqlState && !e.fatal && !e.sqlState.startsWith('08'))) throw e;
          await sleep(200);
        }
      }
    },
    end: () => db.end(),
    keeper: () => keeper,
    children: () => children(stack.pid('api')),
    workers: () => children(stack.pid('api')).filter((pid) => pid !== keeper),
    alive,
  };
  s.pool = () => until(() => s.workers().length >= WORKERS);
  s.pick = () => s.workers()[Math.floor(Math.random() * WORKERS)];
  // name: a process with a pid file, or worker or keeper
  s.kill9 = async (name) => {
    if (name !== 'worker' && name !== 'keeper') return stack.die(name);
    const before = new Set(s.children());
    const pid = name === 'keeper' ? keeper : s.pick();
    process.kill(pid, 'SIGKILL');
    await until(() => !alive(pid));
    if (name === 'keeper') keeper = await until(() => s.children().find((c) => !before.has(c)));
    return undefined;
  };
  s.pidOf = (name) => ({ worker: () => s.pick(), keeper: () => keeper, master: () => stack.pid('api') }[name] ?? (() => stack.pid(name)))();
  // all that has to stand still, or to go, for it to be away: nginx goes on without its master
  s.group = (name) => (name === 'nginx' ? [stack.pid('nginx'), ...children(stack.pid('nginx'))] : [s.pidOf(name)]);
  s.rise = async () => {
    await stack.rise();
    if (!s.children().includes(keeper)) keeper = s.children()[0]; // of another master: its first
  };
  s.endAll = async (pids) => {
    for (const pid of pids) process.kill(pid, 'SIGKILL');
    await until(() => !pids.some(alive));
  };
  // asked to go, and gone
  s.stop = async (name) => {
    const pid = stack.pid(name);
    process.kill(pid, 'SIGTERM');
    await until(() => !alive(pid), 25000);
    fs.rmSync(path.join(stack.run, `${name}.pid`), { force: true });
  };
  s.stopApi = () => s.stop('api');
  const launch = (name, file, env) => {
    const log = fs.openSync(path.join(stack.run, `log/${name}.log`), 'a');
    const child = spawn(file, ['--config', path.join(stack.run, 'studymate.env')], { env: { ...process.env, ...env }, cwd: root, detached: true, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    fs.writeFileSync(path.join(stack.run, `${name}.pid`), `${child.pid}\n`);
    child.unref();
    return child.pid;
  };
  // the gateway with other settings
  s.startRealtime = async (env) => {
    launch('realtime', path.join(path.dirname(process.env.API_BIN), 'studymate-realtime'), env);
    await until(() => listening(path.join(stack.run, 'realtime.sock')));
  };
  // the pool with something preloaded, or with other settings
  s.startApi = async (env) => {
    const pid = launch('api', process.env.API_BIN, env);
    await until(() => listening(path.join(stack.run, 'api.sock')) && children(pid).length > WORKERS);
    keeper = children(pid)[0];
  };
  // what our processes hold: the most of each kind, since one that was replaced holds less, and what their servers see of them
  s.held = async () => {
    const kinds = { worker: s.workers(), keeper: [keeper], master: [stack.pid('api')], ...Object.fromEntries(BESIDE.map((n) => [n, [stack.pid(n)]])) };
    const most = (probe) => Object.fromEntries(Object.entries(kinds).map(([k, pids]) => [k, Math.max(...pids.map((p) => look(probe, p)))]));
    const [{ n }] = await s.query("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'studymate'");
    const clients = spawnSync('redis-cli', ['-s', path.join(stack.run, 'redis.sock'), 'CLIENT', 'LIST'], { encoding: 'utf8' }).stdout;
    return {
      db: { all: Number(n) }, redis: { all: clients.split('\n').filter((l) => l && !l.includes('cmd=client')).length },
      sockets: most(socketsOf), files: most(filesOf), mb: most(privateOf),
    };
  };
  // the log grows in one place; each row reads what is its own
  let at = 0;
  s.logged = () => {
    const file = path.join(stack.run, 'log/api.log');
    const size = fs.statSync(file).size;
    const text = Buffer.alloc(size - at);
    const fd = fs.openSync(file);
    fs.readSync(fd, text, 0, text.length, at);
    fs.closeSync(fd);
    at = size;
    return text.toString().split('\n').filter(Boolean).map((l) => { try { return JSON.parse(l); } catch { return { lvl: 'text', msg: l }; } });
  };
  await s.pool();
  await sleep(200);
  return s;
}
