#!/usr/bin/env node
// Runs everything: unit programs, then the suites against a private stack of sanitizer builds, then the oracle.
// The last line is "N passed, M failed".
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { keepEvents } from './harness/db.mjs';
import { judge } from './harness/oracle.mjs';
import { copyDatabase, freePort, template } from './harness/stack.mjs';

const root = path.resolve(import.meta.dirname, '..');
const only = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const build = path.join(root, process.env.BUILD ?? 'build/asan'); // make cov chooses another
const totals = { passed: 0, failed: 0 };
// These take longest, most of it waiting: they begin first, so that others have the processors meanwhile.
const FIRST = ['deploy', 'quiet', 'call', 'stomp', 'socketio', 'mail', 'push', 'analytics-stream', 'matching-windows', 'rates', 'call-seats', 'operator', 'plans', 'export-jobs', 'retention', 'chat-files', 'limits', 'retries', 'token-logs'];
const stop = new AbortController(); // ends the suites that run
const say = (s) => process.stdout.write(`${s}\n`);

// → { code, text }: what a program printed, and how it ended.
function ended(program, args = [], env = process.env) {
  const child = spawn(program, args, { cwd: root, env });
  let text = '';
  for (const from of [child.stdout, child.stderr]) from.setEncoding('utf8').on('data', (more) => { text += more; });
  return new Promise((resolve) => {
    child.on('error', (e) => resolve({ code: -1, text: String(e) }));
    child.on('close', (code) => resolve({ code, text }));
  });
}

// Side by side: most of what the slow ones do is wait.
async function unit() {
  const dir = path.join(build, 'unit');
  const names = fs.existsSync(dir) ? fs.readdirSync(dir).filter((f) => !f.includes('.')) : [];
  const all = await Promise.all(names.map((name) => ended(path.join(dir, name))));
  for (const [i, { code, text }] of all.entries()) {
    const passed = Number(/\[ {2}PASSED {2}\] (\d+)/.exec(text)?.[1] ?? 0);
    const failed = Number(/\[ {2}FAILED {2}\] .*?(\d+) test/.exec(text)?.[1] ?? 0);
    totals.passed += passed;
    totals.failed += Math.max(failed, code === 0 ? 0 : 1);
    say(`unit ${names[i]}: ${passed} passed${code === 0 ? '' : ', FAILED'}`);
    if (code !== 0) say(text);
  }
}

// every input any fuzz target ever stumbled over, and those that show what it reads
async function replay() {
  const dir = path.join(root, 'tests/fuzz/corpus');
  for (const name of fs.readdirSync(path.join(root, 'tests/fuzz')).flatMap((f) => /^fuzz_(.*)\.c$/.exec(f)?.[1] ?? [])) {
    const { code, text } = await ended(path.join(build, 'fuzz', name), [path.join(dir, name)]);
    totals[code === 0 ? 'passed' : 'failed'] += 1;
    say(`fuzz ${name}: ${code === 0 ? text.trim() : `FAILED\n${text}`}`);
  }
}

async function lint() {
  const { code, text } = await ended(path.join(root, 'scripts/lint'), ['quick'], { ...process.env, BUILD: build });
  const count = (state) => [...text.matchAll(new RegExp(`^lint .*: ${state}`, 'gm'))].length;
  totals.passed += count('ok');
  totals.failed += Math.max(count('FAILED'), code === 0 ? 0 : 1);
  say(text.trim());
}

function nodeTests(files) {
  const rank = (f) => [...FIRST, path.basename(f, '.test.mjs')].indexOf(path.basename(f, '.test.mjs'));
  const tests = run({ files: files.toSorted((a, b) => rank(a) - rank(b)).map((f) => path.join(root, f)), concurrency: 8, signal: stop.signal });
  const took = [];
  return new Promise((resolve) => {
    tests.on('test:summary', ({ file, counts, success, duration_ms: ms }) => {
      if (file) {
        took.push([ms / 1000, path.basename(file, '.test.mjs')]);
        return;
      }
      totals.passed += counts.passed;
      totals.failed += Math.max(counts.failed + counts.cancelled, success ? 0 : 1);
    });
    tests.compose(new spec()).on('end', () => {
      say(`longest: ${took.sort(([a], [b]) => b - a).slice(0, 12).map(([s, name]) => `${name} ${s.toFixed(0)} s`).join(', ')}`);
      resolve();
    }).pipe(process.stdout, { end: false });
  });
}

// others: what is to be over before the suites begin.
async function api(others) {
  const runDir = fs.mkdtempSync(path.join(os.tmpdir(), 'sm-test-'));
  const [http, https] = [await freePort(), await freePort()];
  const env = {
    RUN_DIR: runDir, HTTP_PORT: String(http), HTTPS_PORT: String(https), WORKERS: '6',
    API_BIN: path.join(build, 'studymate-api'),
    TEST_RUN_DIR: runDir, TEST_HTTP: `http://127.0.0.1:${http}`, TEST_HTTPS: `https://127.0.0.1:${https}`,
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0', UBSAN_OPTIONS: 'print_stacktrace=1',
    // what is not there need not be copied; processes die here, the machine does not
    DB_OPTIONS: '--innodb-log-file-size=48M --innodb-flush-log-at-trx-commit=2 --skip-innodb-doublewrite',
  };
  const stack = (verb, more) => ended(path.join(root, 'scripts/stack'), [verb], { ...process.env, ...env, ...more });
  // cheap password hashes and wide limits; the limits have a suite of their own
  fs.writeFileSync(path.join(runDir, 'extra.env'), 'ARGON2_MEMORY_KIB=64\nARGON2_PASSES=1\nRATE_PERCENT=50000\nSHED_AFTER_MS=0\n'
    + 'CORS_ORIGINS=https://app.example.com,http://localhost:3000\nREQUEST_TIMEOUT_MS=20000\nSTATEMENT_TIMEOUT_MS=10000\n');
  // an interrupted run takes its stacks along, those of single suites too
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      stop.abort();
      const own = path.join(runDir, 'stacks');
      for (const dir of [runDir, ...(fs.existsSync(own) ? fs.readdirSync(own).map((d) => path.join(own, d)) : [])]) {
        spawnSync(path.join(root, 'scripts/stack'), ['down'], { cwd: root, env: { ...process.env, ...env, RUN_DIR: dir } });
      }
      process.exit(1);
    });
  }
  let up = await stack('create', { RUN_DIR: template(runDir) });
  if (up.code === 0) {
    copyDatabase(template(runDir), runDir);
    up = await stack('up');
  }
  await others;
  if (up.code !== 0) {
    say(up.text);
    await stack('down');
    totals.failed += 1;
    return;
  }
  await keepEvents(runDir);
  const files = ['api', 'realtime', 'jobs'].flatMap((dir) => fs.readdirSync(path.join(root, 'tests', dir)).map((f) => `tests/${dir}/${f}`))
    .filter((f) => f.endsWith('.test.mjs') && (!only.length || only.some((o) => f.includes(o)))).sort();
  // pages that call each other need the machine: shipped clients give an offer two seconds
  const calls = (f) => f.includes('browser-call');
  Object.assign(process.env, env);
  for (const some of [files.filter((f) => !calls(f)), files.filter(calls)]) if (some.length) await nodeTests(some);
  const down = await stack('down');
  if (down.code !== 0) say(down.text);
  // the databases, which take longest to delete, while what was said of them is judged; what failed is kept whole
  const gone = totals.failed || ended('find', [runDir, '-name', 'mysql', '-prune', '-exec', 'rm', '-rf', '{}', '+']);
  const document = JSON.parse(spawnSync(env.API_BIN, ['--openapi'], { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout);
  const verdict = judge({ document, runDir, checkCoverage: !only.length });
  say(`oracle: ${verdict.answers} answers, ${verdict.checks} checks, ${verdict.problems.length} problems`);
  for (const p of verdict.problems.slice(0, 60)) say(`  ${p}`);
  totals.passed += verdict.checks - Math.min(verdict.problems.length, verdict.checks);
  totals.failed += verdict.problems.length;
  await gone;
  if (!totals.failed) fs.rmSync(runDir, { recursive: true });
  else say(`kept for a look: ${runDir}`);
}

const linted = only.length || lint();
await api(only.length || unit().then(replay));
await linted;
if (!totals.passed && !totals.failed) totals.failed = 1;
say(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed ? 1 : 0);
