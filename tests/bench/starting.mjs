// What a stack that nobody uses takes, and how long it takes to be there: judged before there are people or load.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { root, until } from '../harness/stack.mjs';
import { childrenOf, median } from './stage.mjs';

const COLD = 5; // starts of the pool
const PARTS = ['nginx', 'api', 'jobs', 'realtime'];

const pssOf = (pid) => Number(/^Pss:\s+(\d+)/m.exec(fs.readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]) / 1024;
const gone = (pid) => !fs.existsSync(`/proc/${pid}/exe`) || /^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));

// A figure of the table; most: what it may be.
export const figure = (name, value, unit, most) => ({ name, value: Number(value.toFixed(1)), unit, most, missed: !(value <= most) });

// MB of memory: shared pages are counted once.
function idleMemory(stage) {
  const of = (name) => [stage.pid(name), ...childrenOf(stage.pid(name))].reduce((sum, pid) => sum + pssOf(pid), 0);
  const parts = PARTS.map((name) => [name, of(name)]);
  return { sum: parts.reduce((n, [, mb]) => n + mb, 0), words: parts.map(([name, mb]) => `${name} ${mb.toFixed(1)}`).join(', ') };
}

const status = (port) => new Promise((resolve) => {
  http.get({ host: '127.0.0.1', port, path: '/health/live', agent: false }, (res) => {
    res.resume();
    res.on('end', () => resolve(res.statusCode));
  }).on('error', () => resolve(0));
});

// From the exec of the pool until it answers through nginx, ms.
async function coldStart(stage) {
  const pid = stage.pid('api');
  process.kill(pid, 'SIGTERM');
  await until(() => gone(pid), 30000);
  const log = fs.openSync(path.join(stage.run, 'log/api.log'), 'a');
  const start = performance.now();
  const child = spawn(stage.api, ['--config', path.join(stage.run, 'studymate.env')], { cwd: root, detached: true, stdio: ['ignore', log, log] });
  child.unref();
  fs.closeSync(log);
  fs.writeFileSync(path.join(stage.run, 'api.pid'), `${child.pid}\n`);
  while (await status(stage.http) !== 200) if (performance.now() - start > 10000) throw new Error('the pool does not answer');
  return performance.now() - start;
}

// Workers of the log from that byte on: fork until ready, ms.
export function readyTimes(stage, from) {
  const log = fs.readFileSync(path.join(stage.run, 'log/api.log')).subarray(from).toString().split('\n');
  return log.filter((l) => l.includes('"msg":"worker ready"')).map((l) => JSON.parse(l).us / 1000);
}

// The stack has been built and has been up once. → figures
export async function starting(stage) {
  const file = path.join(stage.run, 'log/api.log');
  stage.stack('down');
  const from = fs.statSync(file).size;
  const start = performance.now();
  stage.stack('up');
  const second = (performance.now() - start) / 1000;
  const idle = idleMemory(stage);
  const cold = [];
  for (let i = 0; i < COLD; i += 1) cold.push(await coldStart(stage));
  stage.stack('restart-api'); // as the other benches know it
  const ready = readyTimes(stage, from);
  if (ready.length < 8) throw new Error(`the log tells of ${ready.length} workers`);
  return [
    figure('start: a stack that has been up before', second, 's', 3),
    figure('start: exec of the pool to its first answer', median(cold), 'ms', 200),
    figure('start: fork of a worker to ready, the slowest', Math.max(...ready), 'ms', 100),
    figure(`start: memory of the idle product (${idle.words})`, idle.sum, 'MB', 60),
  ];
}
