#!/usr/bin/env node
// Breaks one private stack in every way of rows.mjs, one after another, while people write, and counts what became of what
// was acknowledged. ROW=text: rows whose name starts with it, comma-separated; ROWS=list shows them; RATE (500 messages/s);
// ORDERS=all; BUILD (build/release); --self-test leaks on purpose instead (self.mjs). Prints a line a row, writes
// build/fault.json, exits with 1 when a row's rule is broken.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { env } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { root, sleep, until } from '../harness/stack.mjs';
import { startLoad } from './load.mjs';
import { rows } from './rows.mjs';
import { preload, selfRows } from './self.mjs';
import { startStand } from './stand.mjs';

const build = process.env.BUILD ?? 'build/release';
const asan = build.endsWith('asan');
const rate = Number(process.env.RATE ?? (asan ? 100 : 500));
const only = process.env.ROW?.split(',');
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

async function run(row) {
  const problems = [];
  const bad = (what) => problems.push(what);
  const before = await stand.held();
  least = selfTest ? before : { ...least, mb: before.mb };
  stand.logged();
  await load.open();
  load.go();
  await sleep(700);
  let mend;
  try {
    mend = await row.hurt(stand, load);
    await sleep(row.hold ?? 0);
  } catch (e) {
    bad(`hurting: ${e.message}`);
  }
  const mending = Date.now();
  const mended = await Promise.resolve(mend?.()).catch((e) => bad(`mending: ${e.message}`));
  const recovery = await load.probe(30000).then(() => Date.now() - mending, (e) => { bad(e.message); return -1; });
  await sleep(500);
  const unanswered = await load.stop();
  const t = await load.tally(row.lease);
  let leaked = leak(await stand.held());
  await until(async () => clean(leaked = leak(await stand.held())), 5000).catch(() => {});
  const log = stand.logged();
  const died = log.filter((l) => l.msg === 'a worker died').map((l) => l.signal || `exit ${l.exit}`);
  const sanitizer = log.filter((l) => l.lvl === 'text' && /Sanitizer|runtime error/.test(l.msg)).length;

  for (const zero of ['lost', 'duplicated', 'unheard', 'disorder', 'untold', 'undone']) if (t[zero]) bad(`${zero} ${t[zero]}`);
  if (!t.acknowledged) bad('nothing was acknowledged');
  if (unanswered) bad(`${unanswered} never got an answer`);
  const odd = Object.keys(t.statuses).filter((s) => !['200', '201', 'before', ...row.statuses.map(String)].includes(s));
  if (odd.length) bad(`statuses ${odd}`);
  if (recovery > row.within) bad(`recovery ${recovery} ms, allowed ${row.within}`);
  const deaths = died.filter((s) => !(row.signals ?? []).includes(s));
  if (deaths.length) bad(`workers died of ${[...new Set(deaths)]}`);
  if (sanitizer && !row.name.startsWith('sigsegv')) bad(`${sanitizer} lines of a sanitizer`);
  if (mended && row.judge) row.judge(log, mended).forEach(bad);
  if (!clean(leaked)) bad(`leaked ${JSON.stringify(leaked)}`);
  // a self-test's row has to fail, and of nothing but what it kept
  const over = Object.keys(leaked).filter((what) => leaked[what] > MORE[what]);
  if (row.sees) problems.splice(0, problems.length, ...(problems.length === 1 && String(over) === row.sees ? [] : [`what was kept was not seen, but: ${problems}`]));
  return { name: row.name, ...t, unanswered, recoveryMs: recovery, leaked, died: died.length, problems };
}

const results = [];
const columns = ['acknowledged', 'stored', 'delivered', 'duplicated', 'lost'];
say(`${'row'.padEnd(38)} ${columns.join(' ')} | statuses | recovery ms | leaked db/redis/sockets/files/MB`);
for (const row of chosen) {
  let r;
  try {
    r = await run(row);
  } catch (e) {
    r = { name: row.name, problems: [`the row itself: ${e.stack}`], statuses: {}, leaked: {} };
    await stand.rise().catch(() => {});
  }
  results.push(r);
  const statuses = Object.entries(r.statuses).map(([k, v]) => `${k}:${v}`).join(' ');
  const verdict = r.problems.length ? `  FAILED: ${r.problems.join('; ')}` : '';
  say(`${r.name.padEnd(38)} ${columns.map((c) => String(r[c]).padStart(c.length)).join(' ')} | ${statuses} | ${r.recoveryMs} | ${Object.values(r.leaked).join('/')}${verdict}`);
}
await load.end();
await admin.end();
await stand.end();
stand.down();
const failed = results.filter((r) => r.problems.length);
const sum = (key) => results.reduce((n, r) => n + (r[key] ?? 0), 0);
const seconds = Math.round((Date.now() - started) / 1000);
fs.mkdirSync(path.join(root, 'build'), { recursive: true });
fs.writeFileSync(path.join(root, selfTest ? 'build/fault-self.json' : 'build/fault.json'), `${JSON.stringify({ when: new Date().toISOString(), build, rate, seconds, results }, null, 1)}\n`);
say(`${results.length} rows in ${seconds} s: ${sum('acknowledged')} acknowledged, ${sum('stored')} stored, ${sum('lost')} lost, ${sum('duplicated')} twice; ${failed.length} rows failed`);
if (failed.length) say(`kept for a look: ${stand.run}`);
else fs.rmSync(env.run, { recursive: true });
process.exit(failed.length ? 1 : 0);
