#!/usr/bin/env node
// Breaks one private stack in every way of rows.mjs, one after another, while people write, and counts what became of what
// was acknowledged. ROW=text: rows whose name starts with it, comma-separated; ROWS=list shows them; TIMES=n: each of them n
// times, in one line; RATE (500 messages/s); ORDERS=all; BUILD (build/release); --self-test does what must be found instead
// (self.mjs). Prints a line a row, writes build/fault.json, exits with 1 when a row's rule is broken.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { env } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { root, sleep, until } from '../harness/stack.mjs';
import { watch } from './invariants.mjs';
import { startLoad } from './load.mjs';
import { rows } from './rows.mjs';
import { preload, selfRows } from './self.mjs';
import { startStand } from './stand.mjs';

const build = process.env.BUILD ?? 'build/release';
const asan = build.endsWith('asan');
const rate = Number(process.env.RATE ?? (asan ? 100 : 500));
const only = process.env.ROW?.split(',');
const times = Number(process.env.TIMES ?? 1);
const OFFERED = 0.7; // of RATE, while nothing is broken
const selfTest = process.argv.includes('--self-test');
const chosen = (selfTest ? selfRows : rows).filter((r) => (!only || only.some((o) => r.name.startsWith(o))) && !(asan && r.notAsan));
// than before, of one process; memory in one row: heaps grow into what a burst needs
const MORE = { db: 0, redis: 0, sockets: 0, files: 0, mb: asan ? Infinity : 16 };
const say = (s) => process.stdout.write(`${s}\n`);
if (process.env.ROWS === 'list' || !chosen.length) {
  say(rows.map((r) => r.name).join('\n'));
  process.exit(chosen.length ? 0 : 1);
}

process.env.API_BIN = path.join(root, build, 'studymate-api');
process.env.ASAN_OPTIONS ??= 'detect_leaks=1:abort_on_error=0';
env.run = fs.mkdtempSync(path.join(os.tmpdir(), 'sm-fault-'));
if (selfTest) preload();
const started = Date.now();
const stand = await startStand(asan ? { REQUEST_TIMEOUT_MS: 20000 } : {});
const admin = connect(stand.run);
stand.session = () => admin.getConnection();
env.base = stand.base;
const giveUp = (e) => {
  if (e instanceof Error) say(e.stack);
  stand.down();
  process.exit(1);
};
for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection']) process.once(event, giveUp);

const load = await startLoad(stand, rate);
// every connection that will be there, is there
await load.open();
load.go();
await sleep(2000);
await load.stop();
await load.tally();
let least = await stand.held();
const leak = (now) => Object.fromEntries(Object.entries(least).map(([what, of]) => [what, Math.max(0, ...Object.keys(of).map((k) => Math.round(now[what][k] - of[k])))]));
const clean = (l) => Object.entries(MORE).every(([what, most]) => l[what] <= most);

const check = await watch(stand.run, (...q) => stand.query(...q));

async function run(row) {
  const problems = [];
  const bad = (what) => problems.push(what);
  const saw = {};
  const before = await stand.held();
  least = selfTest ? before : { ...least, mb: before.mb };
  stand.logged();
  await load.open();
  load.go();
  await sleep(700);
  let mend;
  // what nobody should notice is no excuse for writing less
  load.storm(row.statuses.length > 0);
  try {
    mend = await row.hurt(stand, load, saw);
    await sleep(row.hold ?? 0);
  } catch (e) {
    bad(`hurting: ${e.message}`);
  }
  const mending = Date.now();
  const mended = await Promise.resolve(mend?.()).catch((e) => bad(`mending: ${e.message}`));
  const recovery = await load.probe(30000).then(() => Date.now() - mending, (e) => { bad(e.message); return -1; });
  load.storm(false);
  await sleep(700);
  const unanswered = await load.stop();
  const t = await load.tally(row.lease);
  let leaked = leak(await stand.held());
  await until(async () => clean(leaked = leak(await stand.held())), 5000).catch(() => {});
  const log = stand.logged();
  const died = log.filter((l) => l.msg === 'a worker died').map((l) => l.signal || `exit ${l.exit}`);
  const sanitizer = log.filter((l) => l.lvl === 'text' && /Sanitizer|runtime error/.test(l.msg)).length;

  for (const zero of ['lost', 'duplicated', 'unheard', 'disorder', 'untold', 'undone']) if (t[zero]) bad(`${zero} ${t[zero]}`);
  (await check()).forEach((what) => bad(`half-written: ${what}`));
  if (!t.acknowledged) bad('nothing was acknowledged');
  if (t.offered < OFFERED) bad(`only ${Math.round(100 * t.offered)} % of ${rate}/s were offered while nothing was broken`);
  if (unanswered) bad(`${unanswered} never got an answer`);
  const odd = Object.keys(t.statuses).filter((s) => !['200', '201', 'before', ...row.statuses.map(String)].includes(s));
  if (odd.length) bad(`statuses ${odd}`);
  // a fault that did not happen shows nothing
  for (const s of row.shows ?? []) if (!t.statuses[s]) bad(`no fault: nobody got ${s}`);
  for (const [what, n] of Object.entries(row.effect ?? {})) if (!(saw[what] >= n)) bad(`no fault: ${what} ${saw[what] ?? 0} of ${n}`);
  if (recovery > row.within) bad(`recovery ${recovery} ms, allowed ${row.within}`);
  const deaths = died.filter((s) => !(row.signals ?? []).includes(s));
  if (deaths.length) bad(`workers died of ${[...new Set(deaths)]}`);
  if (sanitizer && !row.name.startsWith('sigsegv')) bad(`${sanitizer} lines of a sanitizer`);
  if (row.judge) row.judge(log, mended ?? {}, t).forEach(bad);
  if (!clean(leaked)) bad(`leaked ${JSON.stringify(leaked)}`);
  // a self-test's row has to fail, and of nothing but what it did
  const over = Object.keys(leaked).filter((what) => leaked[what] > MORE[what]);
  const found = row.finds ? row.finds.test(problems[0]) : String(over) === row.sees;
  if (row.sees || row.finds) problems.splice(0, problems.length, ...(problems.length === 1 && found ? [] : [`what was done was not seen, but: ${problems}`]));
  return { name: row.name, ...t, unanswered, recoveryMs: recovery, leaked, died: died.length, saw, problems };
}

// The runs of a row as one: sums, and the worst.
const adding = (list) => list.reduce((sum, of) => Object.entries(of ?? {}).reduce((s, [k, n]) => ({ ...s, [k]: (s[k] ?? 0) + n }), sum), {});
function together(runs) {
  if (runs.length === 1) return runs[0];
  const most = (f) => Math.max(...runs.map(f));
  const sums = Object.fromEntries(Object.keys(runs[0]).filter((k) => typeof runs[0][k] === 'number').map((k) => [k, runs.reduce((n, r) => n + (r[k] ?? 0), 0)]));
  return {
    ...sums, name: runs[0].name, runs, statuses: adding(runs.map((r) => r.statuses)), saw: adding(runs.map((r) => r.saw)),
    // who did not recover is worse than all who did
    recoveryMs: runs.some((r) => !(r.recoveryMs >= 0)) ? -1 : most((r) => r.recoveryMs), offered: Math.min(...runs.map((r) => r.offered ?? 0)),
    leaked: Object.fromEntries(Object.keys(MORE).map((k) => [k, most((r) => r.leaked[k] ?? 0)])),
    problems: runs.flatMap((r, i) => r.problems.map((p) => `run ${i + 1}: ${p}`)),
  };
}

const results = [];
const columns = ['acknowledged', 'stored', 'delivered', 'duplicated', 'lost', 'heldBack'];
const pairsOf = (of) => Object.entries(of).map(([k, v]) => `${k}:${v}`).join(' ');
say(`${times > 1 ? `each ${times} times; ` : ''}row${' '.repeat(35)} ${columns.join(' ')} offered | statuses | recovery ms | leaked db/redis/sockets/files/MB | what the fault did`);
for (const row of chosen) {
  const runs = [];
  for (let i = 0; i < times; i += 1) {
    try {
      runs.push(await run(row));
    } catch (e) {
      runs.push({ name: row.name, problems: [`the row itself: ${e.stack}`], statuses: {}, leaked: {}, saw: {} });
      await stand.rise().catch(() => {});
    }
    await row.tidy?.(stand);
  }
  const r = together(runs);
  results.push(r);
  const verdict = r.problems.length ? `  FAILED: ${r.problems.join('; ')}` : '';
  say(`${r.name.padEnd(38)} ${columns.map((c) => String(r[c]).padStart(c.length)).join(' ')} ${`${Math.round(100 * r.offered)} %`.padStart(7)} | ${pairsOf(r.statuses)} | ${r.recoveryMs} | ${Object.values(r.leaked).join('/')} | ${pairsOf(r.saw)}${verdict}`);
}
await load.end();
await admin.end();
await stand.end();
stand.down();
const failed = results.filter((r) => r.problems.length);
const sum = (key) => results.reduce((n, r) => n + (r[key] ?? 0), 0);
const seconds = Math.round((Date.now() - started) / 1000);
fs.mkdirSync(path.join(root, 'build'), { recursive: true });
fs.writeFileSync(path.join(root, selfTest ? 'build/fault-self.json' : 'build/fault.json'), `${JSON.stringify({ when: new Date().toISOString(), build, rate, times, seconds, results }, null, 1)}\n`);
say(`${results.length} rows${times > 1 ? `, each ${times} times,` : ''} in ${seconds} s: ${sum('acknowledged')} acknowledged, ${sum('stored')} stored, ${sum('lost')} lost, ${sum('duplicated')} twice; ${failed.length} rows failed`);
if (failed.length) say(`kept for a look: ${stand.run}`);
else fs.rmSync(env.run, { recursive: true });
process.exit(failed.length ? 1 : 0);
