// What processes hold, second after second, and whether it grows.
import fs from 'node:fs';
import { execFileSync } from 'node:child_process';
import path from 'node:path';

const children = (pid) => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
const BUCKET_S = 10;
const TICK_S = 0.01;
const cpuOf = (pid) => {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(stat[11]) + Number(stat[12])) * TICK_S;
};
const cpuOfAll = () => {
  const [user, nice, system, , , irq, soft] = /^cpu +(.*)/.exec(fs.readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number);
  return (user + nice + system + irq + soft) * TICK_S;
};

// What only this process holds, MB. Its tables for the gate and the counters (shared, hence /dev/zero) have a fixed
// size and are touched bit by bit: they would look as if they grew.
const dirtyOf = (pid) => fs.readFileSync(`/proc/${pid}/smaps`, 'utf8').split(/^(?=[0-9a-f]+-[0-9a-f]+ )/m)
  .filter((mapping) => !/^.*\/dev\/zero/.test(mapping))
  .reduce((kb, mapping) => kb + Number(/^Private_Dirty:\s+(\d+)/m.exec(mapping)?.[1] ?? 0), 0) / 1024;

// series: name and process → { role, pid, at: [s], mb: [], fds: [] }; pools: what is counted once for all
export function startWatch(stack, db, more) {
  const begun = Date.now();
  const series = new Map();
  const pools = { 'MariaDB connections': [], 'Redis connections': [], 'events waiting': [] };
  const used = []; // of the processors: by us, by others
  let last;
  const at = () => (Date.now() - begun) / 1000;
  const processes = () => {
    const master = stack.pid('api');
    const [keeper, ...workers] = children(master);
    return [['master', master], ['keeper', keeper], ...workers.map((pid) => ['worker', pid]), ['realtime', stack.pid('realtime')], ['jobs', stack.pid('jobs')],
      ['nginx', stack.pid('nginx')], ...children(stack.pid('nginx')).map((pid) => ['nginx worker', pid]), ['redis', stack.pid('redis')], ['mariadbd', stack.pid('mysql')], ...more()];
  };
  const sample = async () => {
    const now = at();
    const cpu = new Map([[process.pid, cpuOf(process.pid)]]);
    const whole = cpuOfAll();
    let all = [];
    try {
      all = processes();
    } catch { /* one of them is being restarted */ }
    for (const [role, pid] of all) {
      try {
        const mb = dirtyOf(pid);
        const fds = fs.readdirSync(`/proc/${pid}/fd`).length;
        cpu.set(pid, cpuOf(pid));
        const key = `${role} ${pid}`;
        if (!series.has(key)) series.set(key, { role, pid, at: [], mb: [], fds: [] });
        const s = series.get(key);
        s.at.push(now);
        s.mb.push(mb);
        s.fds.push(fds);
      } catch { /* it ended meanwhile */ }
    }
    if (last) {
      let ours = 0;
      for (const [pid, s] of cpu) ours += s - (last.cpu.get(pid) ?? s);
      used.push([now, ours / (now - last.now), (whole - last.whole - ours) / (now - last.now)]);
    }
    last = { now, cpu, whole };
    const [{ n }] = await db.query("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE user = 'studymate'");
    pools['MariaDB connections'].push([now, Number(n)]);
    const clients = execFileSync('redis-cli', ['-s', path.join(stack.run, 'redis.sock'), 'INFO', 'clients'], { encoding: 'utf8' });
    pools['Redis connections'].push([now, Number(/^connected_clients:(\d+)/m.exec(clients)[1]) - 1]);
    const [{ w }] = await db.query('SELECT COUNT(*) AS w FROM outbox WHERE due_at IS NOT NULL');
    pools['events waiting'].push([now, Number(w)]);
  };
  let stopped = false;
  const done = (async () => {
    while (!stopped) {
      await sample().catch((e) => { if (!stopped) throw e; });
      await new Promise((ok) => { setTimeout(ok, 1000); });
    }
  })();
  return { at, series, pools, used, stop: () => { stopped = true; return done; } };
}

// A straight line through the least of each ten seconds (what a request takes for a moment is given back): growth in MB an hour, and
// its standard error, widened for neighbours that resemble each other.
export function fit(s, from, to) {
  const least = new Map();
  s.at.forEach((t, i) => {
    if (t < from || t > to) return;
    const b = Math.floor((t - from) / BUCKET_S);
    if (!least.has(b) || s.mb[i] < least.get(b)) least.set(b, s.mb[i]);
  });
  const points = [...least].map(([b, mb]) => [(b * BUCKET_S) / 3600, mb]);
  const n = points.length;
  if (n < 4) return undefined;
  const mean = (k) => points.reduce((sum, p) => sum + p[k], 0) / n;
  const [mx, my] = [mean(0), mean(1)];
  const sxx = points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
  const slope = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0) / sxx;
  const rest = points.map(([x, y]) => y - my - slope * (x - mx));
  const square = rest.reduce((sum, r) => sum + r * r, 0);
  const alike = square ? Math.max(0, Math.min(0.9, rest.slice(1).reduce((sum, r, i) => sum + r * rest[i], 0) / square)) : 0;
  const noise = Math.sqrt((square / (n - 2) / sxx) * ((1 + alike) / (1 - alike)));
  return { growth: slope, noise, course: points.map(([, mb]) => Number(mb.toFixed(2))) };
}

export const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
// the value around a moment
export const around = (s, key, t) => {
  const near = s[key].filter((_, i) => Math.abs(s.at[i] - t) <= BUCKET_S);
  return near.length ? median(near) : undefined;
};
