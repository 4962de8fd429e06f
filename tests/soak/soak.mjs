#!/usr/bin/env node
// Lets one private stack work for a while at a part of what it carries, restarts its processes in turn, and asks whether anything grows,
// is lost or is answered otherwise than it should be. MINUTES (10), LOAD (70, per cent of what was carried at the start), SELF_TEST=1:
// things that must be found are planted, and finding less fails. Prints tables, writes build/soak.json, exits with 1 when something does
// not hold.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { env, get } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { root, sleep, startStack, until } from '../harness/stack.mjs';
import { AT_ONCE, startCrowd } from './crowd.mjs';
import { around, fit, startWatch } from './watch.mjs';

const selfTest = process.env.SELF_TEST === '1';
const minutes = Number(process.env.MINUTES ?? 10);
const share = Number(process.env.LOAD ?? 70) / 100;
const WORKERS = 4;
const RESTART_EVERY_S = 30;
const GROWTH_MB_H = 6; // of one process of ours, less twice the noise
const MORE_FDS = 2;
const MORE_CLIENTS = 20; // of nginx: its files are the connections of the moment
const MORE_CONNECTIONS = 2;
const CAPACITY_MS = 8000;
const AFTER_RESTART_MS = 8000; // sockets that waited for a receipt notice after 5 s
const OURS = ['master', 'keeper', 'worker', 'realtime', 'jobs', 'nginx', 'nginx worker'];
const say = (s) => process.stdout.write(`${s}\n`);

process.env.API_BIN = path.join(root, 'build/release/studymate-api');
env.run = fs.mkdtempSync(path.join(os.tmpdir(), 'sm-soak-'));
const stack = await startStack('soak', { RATE_PERCENT: 5000000, SHED_AFTER_MS: 1000, SOCKETS_PER_USER: 100, LOG_LEVEL: 'warn', ARGON2_MEMORY_KIB: 19456, ARGON2_PASSES: 2 }, WORKERS);
env.base = stack.base;
const db = connectDb(stack.run);
let grower;
const giveUp = (e) => {
  if (e instanceof Error) say(e.stack);
  grower?.kill();
  stack.down();
  process.exit(1);
};
for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection']) process.once(event, giveUp);

// ---- what is noted ----
const problems = [];
const operations = new Map();
const closes = {};
const refusals = {};
const restarts = [];
let leftOut = 0;
let counting = false;
let gatewayAway = 0; // until when its clients may notice
const count = (map, key) => { map[key] = (map[key] ?? 0) + 1; };
const GOOD = [200, 201, 'receipt', 'receipt, again after leaving'];
const bySocket = (op) => /STOMP|Socket/.test(op);
const notes = {
  did: (op, got, ms) => {
    if (!counting) return;
    if (!operations.has(op)) operations.set(op, { statuses: {}, ms: [] });
    const o = operations.get(op);
    count(o.statuses, got);
    o.ms.push(ms);
    if (!GOOD.includes(got) && !(bySocket(op) && Date.now() < gatewayAway)) count(unexpected, `${op}: ${got}`);
  },
  close: (code) => {
    count(closes, code);
    if (code !== 'ours' && !(code === 1012 && Date.now() < gatewayAway)) count(unexpected, `a socket was closed with ${code}`);
  },
  refused: (why) => {
    count(refusals, why);
    if (Date.now() > gatewayAway) count(unexpected, `a socket was refused: ${why}`);
  },
  leftOut: () => { leftOut += 1; },
};
const unexpected = {};

// ---- restarts ----
const ended = (pid) => until(() => {
  try {
    return !/^State:\s+[^ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
}, 30000);
const workers = () => fs.readFileSync(`/proc/${stack.pid('api')}/task/${stack.pid('api')}/children`, 'utf8').trim().split(' ').slice(1);
async function restart(name) {
  await restartNow(name).catch((e) => problems.push(`restart of ${name}: ${e.message}`));
}
async function restartNow(name) {
  const start = Date.now();
  if (name === 'realtime') gatewayAway = Infinity;
  if (name === 'pool') {
    const before = workers();
    stack.kill('api', 'SIGHUP');
    await until(() => workers().length >= before.length && !workers().some((w) => before.includes(w)), 30000);
  } else {
    const pid = stack.pid(name);
    process.kill(pid, 'SIGTERM');
    await ended(pid);
    // as an operator would: scripts/stack would look after the whole stack and work on the schema
    const log = fs.openSync(path.join(stack.run, `log/${name}.log`), 'a');
    const child = spawn(path.join(root, `build/release/studymate-${name}`), ['--config', path.join(stack.run, 'studymate.env')], { cwd: root, detached: true, stdio: ['ignore', log, log] });
    fs.closeSync(log);
    fs.writeFileSync(path.join(stack.run, `${name}.pid`), `${child.pid}\n`);
    child.unref();
  }
  if (name === 'realtime') gatewayAway = Date.now() + AFTER_RESTART_MS;
  restarts.push({ name, at: Math.round(watch.at()), ms: Date.now() - start });
}

// ---- the run ----
const crowd = await startCrowd(notes);
await crowd.capacity(3000);
const drained = async (ms) => until(async () => Number((await db.query('SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NOT NULL'))[0].n) === 0, ms).then(() => true, () => false);
await drained(60000);
// what follows from a step belongs to it: it is carried when the jobs are done, too
const measuring = Date.now();
const steps = await crowd.capacity(CAPACITY_MS);
await drained(60000);
const capacity = (steps / (Date.now() - measuring)) * 1000;
say(`carried: ${Math.round(capacity)} steps/s with ${AT_ONCE} at once; from now on ${Math.round(capacity * share)} for ${minutes} minutes`);
if (selfTest) {
  grower = spawn(process.execPath, ['-e', "const k=[];setInterval(()=>{k.push(Buffer.alloc(65536,1),require('fs').openSync('/dev/null'))},200)"], { stdio: 'ignore' });
}
const watch = startWatch(stack, db, () => (grower ? [['grower', grower.pid]] : []));
counting = true;
crowd.pace(capacity * share);
const total = minutes * 60;
const [third, end] = [total / 3, total];
const flits = setInterval(crowd.flit, 3000);
// Processes are restarted in the first third; those that stand then are measured, and once more restarted afterwards, aged.
for (let k = 0; (k + 1) * RESTART_EVERY_S < third || k < 3; k += 1) {
  await sleep(Math.max(0, (k * RESTART_EVERY_S + Math.min(RESTART_EVERY_S, third / 3) - 5 - watch.at()) * 1000));
  await restart(['pool', 'realtime', 'jobs'][k % 3]);
}
if (selfTest) {
  crowd.pretend('acknowledged and never sent');
  notes.did('planted', (await get('/no/such/address')).status, 1);
}
const settled = Math.max(third, watch.at() + 5);
await sleep((settled + (end - third) - watch.at()) * 1000);
const measured = watch.at();
for (const name of ['pool', 'realtime', 'jobs']) await restart(name);
await sleep(2000);
clearInterval(flits);
const paced = watch.at();
if (!(await crowd.rest())) problems.push('steps under way never ended');
counting = false;
const caughtUp = await drained(60000);
await watch.stop();
const tally = await crowd.tally(db);
await crowd.end();
grower?.kill();

// ---- the verdict ----
const table = [];
for (const s of watch.series.values()) {
  // those that were there from the third to the end
  if (s.at[0] > settled + 15 || s.at.at(-1) < measured - 5) continue;
  const f = fit(s, settled, measured);
  const row = { process: `${s.role} ${s.pid}`, third: around(s, 'mb', settled + 10), end: around(s, 'mb', measured), ...f, fdsThird: around(s, 'fds', settled + 10), fdsEnd: around(s, 'fds', measured) };
  if (OURS.includes(s.role) || s.role === 'grower') {
    if (!f) problems.push(`${row.process}: too short to tell whether it grows`);
    else if (f.growth - 2 * f.noise > GROWTH_MB_H) problems.push(`${row.process} grows by ${f.growth.toFixed(1)} MB an hour (noise ${f.noise.toFixed(1)})`);
    if (row.fdsEnd > row.fdsThird + (s.role === 'nginx worker' ? MORE_CLIENTS : MORE_FDS)) problems.push(`${row.process}: ${row.fdsThird} files became ${row.fdsEnd}`);
  }
  table.push(row);
}
if (table.filter((r) => r.process.startsWith('worker')).length < WORKERS) problems.push('fewer workers than there should be lived through it');
const level = (name, from, to) => {
  const list = watch.pools[name].filter(([t]) => t >= from && t <= to).map(([, n]) => n).sort((a, b) => a - b);
  return list[Math.floor(list.length / 2)];
};
const span = (measured - settled) / 3;
const pools = Object.keys(watch.pools).map((name) => ({ name, third: level(name, settled, settled + span), end: level(name, measured - span, measured), most: Math.max(...watch.pools[name].map(([, n]) => n)) }));
for (const p of pools) if (/connections/.test(p.name) && p.end > p.third + MORE_CONNECTIONS) problems.push(`${p.name}: ${p.third} became ${p.end}`);
if (!caughtUp) problems.push('the jobs were still behind a minute after the last step');
for (const [what, n] of Object.entries(unexpected)) problems.push(`${what} (${n} times)`);
for (const zero of ['lost', 'twice', 'disorder', 'unheard', 'untold']) if (tally[zero]) problems.push(`${zero}: ${tally[zero]}`);
if (!tally.acknowledged) problems.push('nothing was acknowledged');
for (const name of ['api', 'jobs', 'realtime', 'nginx-error']) {
  const odd = {};
  for await (const line of readline.createInterface({ input: fs.createReadStream(path.join(stack.run, `log/${name}.log`)) })) {
    if (name === 'nginx-error' || /"lvl":"error"|"a worker died"/.test(line) || !line.startsWith('{')) count(odd, line.replace(/"ts":"[^"]*"/, '').slice(0, 300));
  }
  for (const [line, n] of Object.entries(odd).slice(0, 5)) problems.push(`${name}.log: ${line} (${n} times)`);
}

const perSecond = [...operations.values()].reduce((n, o) => n + o.ms.length, 0) / paced;
const cells = (list) => say(`| ${list.join(' | ')} |`);
const number = (x, digits = 1) => (x === undefined ? '–' : x.toFixed(digits));
say('');
cells(['process', 'MB at a third', 'MB at the end', 'growth MB/h', 'noise', 'files', 'files at the end']);
for (const r of table) cells([r.process, number(r.third, 2), number(r.end, 2), number(r.growth), number(r.noise), r.fdsThird, r.fdsEnd]);
say('');
cells(['counted', 'at a third', 'at the end', 'most']);
for (const p of pools) cells([p.name, p.third, p.end, p.most]);
say('');
cells(['operation', 'count', 'statuses', 'p50 ms', 'p99 ms']);
const rows = [...operations].map(([op, o]) => {
  const sorted = Float64Array.from(o.ms).sort();
  return { op, count: sorted.length, statuses: o.statuses, p50: sorted[Math.floor(sorted.length / 2)], p99: sorted[Math.floor(sorted.length * 0.99)] };
});
for (const r of rows) cells([r.op, r.count, Object.entries(r.statuses).map(([k, v]) => `${k}: ${v}`).join(', '), number(r.p50), number(r.p99)]);
say('');
say(`${Math.round(perSecond)} steps/s of ${Math.round(capacity)} that were carried, ${leftOut} left out; ${restarts.length} restarts: ${restarts.map((r) => `${r.name} ${r.ms} ms`).join(', ')}`);
const mean = (k) => watch.used.reduce((n, u) => n + u[k], 0) / watch.used.length;
const processors = { ours: mean(1), others: mean(2) };
say(`processors: ${number(processors.ours, 2)} by the stack and its clients, ${number(processors.others, 2)} by other work on this machine`);
say(`sockets closed: ${JSON.stringify(closes)}, refused: ${JSON.stringify(refusals)}`);
say(`messages: ${JSON.stringify(tally)}`);
fs.mkdirSync(path.join(root, 'build'), { recursive: true });
fs.writeFileSync(path.join(root, 'build/soak.json'), `${JSON.stringify({ when: new Date().toISOString(), minutes, capacity, perSecond, processors, restarts, processes: table, pools, operations: rows, closes, refusals, leftOut, tally, problems }, null, 1)}\n`);
await db.end();
stack.down();
const planted = [/^grower \d+ grows by/, /^grower \d+: \d+ files became/, /^lost: 1$/, /^planted: 404/];
const missed = selfTest ? planted.filter((p) => !problems.some((text) => p.test(text))) : [];
for (const p of problems) say(`FAILED: ${p}`);
for (const p of missed) say(`SELF_TEST: not found: ${p}`);
const failed = selfTest ? missed.length > 0 : problems.length > 0;
if (failed && !selfTest) say(`kept for a look: ${stack.run}`);
else fs.rmSync(env.run, { recursive: true });
say(selfTest ? `self-test: ${planted.length - missed.length} of ${planted.length} planted things were found` : `soak: ${problems.length ? `${problems.length} things do not hold` : 'everything holds'}`);
process.exit(failed ? 1 : 0);
