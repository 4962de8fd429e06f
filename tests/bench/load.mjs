// The two loads: `saturate`, a closed loop of wrk, whose connections ask again as soon as they are answered, and `pace`,
// an open loop of bench/pace.c at a rate of its own. Both say how much of the processors others had meanwhile.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root } from '../harness/stack.mjs';

export const seconds = Number(process.env.SECONDS ?? 3);

function file(stage, lines) {
  const name = path.join(stage.run, 'load');
  fs.writeFileSync(name, `${lines.join('\n')}\n`);
  return name;
}

// Ticks of processor: of these processes with the children they have waited for, and of the whole machine. Interrupts
// are left out, since most of them are our own packets.
function ticks(pids) {
  const own = pids.reduce((sum, pid) => {
    if (!fs.existsSync(`/proc/${pid}/stat`)) return sum; // an old worker of nginx, now counted with its master
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').map(Number);
    return sum + stat[11] + stat[12] + stat[13] + stat[14];
  }, 0);
  const [user, nice, system, , , , , steal] = /^cpu +(.*)/.exec(fs.readFileSync('/proc/stat', 'utf8'))[1].split(' ').map(Number);
  return { own, all: user + nice + system + steal };
}

function measured(stage, program, args, env) {
  const pids = stage.pids();
  const before = ticks(pids);
  const start = process.hrtime.bigint();
  // in a session, and so a scheduling group, of its own, as clients are elsewhere
  const out = spawnSync('setsid', ['--wait', program, ...args], { encoding: 'utf8', env: { ...process.env, ...env } });
  const s = Number(process.hrtime.bigint() - start) / 1e9;
  const after = ticks(pids);
  if (out.status !== 0) throw new Error(`${program}: ${out.error ?? ''}${out.stdout}${out.stderr}`);
  const others = (after.all - before.all - (after.own - before.own)) / 100 / s / os.cpus().length;
  return { text: out.stdout, errors: out.stderr, others: Math.max(0, others) };
}

export function saturate(stage, lines, { port = stage.http, connections = 32 } = {}) {
  const { text, others } = measured(stage, 'wrk', ['-t2', `-c${connections}`, `-d${seconds}`, '--latency', '-s', path.join(root, 'tests/bench/load.lua'), `http://127.0.0.1:${port}`], { LOAD_FILE: file(stage, lines) });
  const r = JSON.parse(/RESULT (.*)/.exec(text)?.[1] ?? 'null');
  if (!r) throw new Error(text);
  if (r.non2xx || r.socket) {
    spawnSync('sleep', ['1.5']); // nginx writes its log once a second
    const failures = fs.readFileSync(path.join(stage.run, 'log/nginx-access.log'), 'utf8').split('\n').filter((l) => /"status":[45]/.test(l));
    throw new Error(`${r.non2xx} answers were no success, ${r.socket} connections failed:\n${failures.slice(-3).join('\n')}`);
  }
  return { rps: r.requests / (r.us / 1e6), p50: r.p50, p99: r.p99, others };
}

// With patience (ms), who found no connection free for that long is not sent, and whatever came is returned; without,
// everything must have been answered well.
export function pace(stage, lines, rate, { connections = 32, patience } = {}) {
  const args = [file(stage, lines), stage.http, rate, seconds, connections, ...(patience ? [patience] : [])];
  const { text, errors, others } = measured(stage, path.join(root, 'build/bench/pace'), args.map(String), {});
  const r = JSON.parse(text);
  if (!patience && r.good !== r.arrivals) throw new Error(`not all was answered well: ${text}${errors}`);
  return { ...r, others };
}
