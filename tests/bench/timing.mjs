#!/usr/bin/env node
// Whether the time of a refused login, or of asking for a forgotten password, tells that an account exists: unknown e-mails against
// wrong passwords of a known and of a suspended one, in random order over one connection, on a stack of its own. A difference counts
// when hardly any random split of the same times (permutation test) gives one as large. Setting: TRIES (1000) of each.
import { spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import mariadb from 'mariadb';
import { freePort, root } from '../harness/stack.mjs';

const tries = Number(process.env.TRIES ?? 1000);
const shuffles = 2000;
const run = fs.mkdtempSync(path.join(os.tmpdir(), 'sm-timing-'));
const port = await freePort();
const env = { ...process.env, RUN_DIR: run, HTTP_PORT: String(port), HTTPS_PORT: String(await freePort()), API_BIN: path.join(root, 'build/release/studymate-api') };
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function stack(...args) {
  const res = spawnSync('scripts/stack', args, { cwd: root, env, encoding: 'utf8' });
  if (res.status !== 0) throw new Error(`scripts/stack ${args.join(' ')}: ${res.stdout}${res.stderr}`);
}

function post(target, body, want) {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const start = process.hrtime.bigint();
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
    http.request({ host: '127.0.0.1', port, path: `/api/v1${target}`, method: 'POST', agent, headers }, (res) => {
      const chunks = [];
      res.on('data', (d) => chunks.push(d));
      res.on('end', () => {
        const us = Number(process.hrtime.bigint() - start) / 1000;
        const answer = Buffer.concat(chunks).toString();
        if (res.statusCode !== want) reject(new Error(`${res.statusCode}: ${answer}`));
        else resolve({ us, text: answer.replace(/"(requestId|timestamp)":"[^"]*"/g, '') });
      });
    }).on('error', reject).end(text);
  });
}

const median = (a) => {
  const s = Float64Array.from(a).sort();
  return (s[(s.length - 1) >> 1] + s[s.length >> 1]) / 2;
};
const apart = (a, b) => median(a) - median(b);

function shuffled(a) {
  for (let i = a.length - 1; i > 0; i -= 1) {
    const k = crypto.randomInt(i + 1);
    [a[i], a[k]] = [a[k], a[i]];
  }
  return a;
}

// How often a random split of all the times is at least as far apart as these two.
function chance(a, b) {
  const all = [...a, ...b];
  const found = Math.abs(apart(a, b));
  let far = 0;
  for (let i = 0; i < shuffles; i += 1) {
    shuffled(all);
    far += Math.abs(apart(all.slice(0, a.length), all.slice(a.length))) >= found;
  }
  return far / shuffles;
}

// One path: does it tell unknown e-mails from those of an account, or of one that is suspended?
async function ask(target, status, emails) {
  const kinds = { unknown: () => `nobody${crypto.randomInt(1e9)}@example.com`, known: () => emails.known, suspended: () => emails.suspended };
  const us = Object.fromEntries(Object.keys(kinds).map((k) => [k, []]));
  const texts = new Set();
  for (let i = -20; i < tries; i += 1) {
    for (const kind of shuffled(Object.keys(kinds))) {
      const got = await post(target, { email: kinds[kind](), password: 'wrong-Passw0rd' }, status);
      texts.add(got.text);
      if (i >= 0) us[kind].push(got.us); // the first ones warm it
    }
  }
  const half = (a, odd) => a.filter((_, i) => i % 2 === odd);
  const row = (name, a, b) => ({ compared: name, 'median 1 (us)': Math.round(median(a)), 'median 2 (us)': Math.round(median(b)), 'difference (us)': Math.round(apart(a, b)), chance: chance(a, b) });
  const found = ['known', 'suspended'].map((k) => row(`unknown e-mail, one that is ${k}`, us.unknown, us[k]));
  console.table([...found, ...Object.entries(us).map(([k, a]) => row(`${k}, its two halves`, half(a, 0), half(a, 1)))]);
  const tells = found.some((r) => r.chance < 0.01);
  console.log(`${target}: ${tries} tries of each; ${texts.size === 1 ? 'one and the same answer' : `${texts.size} different answers`}; ${tells ? 'THE TIME TELLS which accounts exist' : 'no difference beyond noise'}`);
  return tells || texts.size > 1;
}

async function main() {
  // limits are checked as always, but high enough not to be met
  fs.writeFileSync(path.join(run, 'extra.env'), 'RATE_PERCENT=5000000\nMAX_REQUESTS=0\nSMTP_URL=smtp://127.0.0.1:9\nMAIL_FROM=a@b.c\nSITE_URL=https://app.example.com\n');
  stack('up');
  const emails = { known: 'timing@example.com', suspended: 'suspended@example.com' };
  for (const email of Object.values(emails)) await post('/auth/signup', { email, password: 'timing-Passw0rd', name: 'Timing' }, 201);
  const db = await mariadb.createConnection({ socketPath: path.join(run, 'mysql.sock'), user: 'root', database: 'studymate' });
  await db.query("UPDATE users SET status = 'SUSPENDED' WHERE email = ?", [emails.suspended]);
  await db.end();
  for (const [target, status] of [['/auth/login', 400], ['/users/login', 401], ['/auth/password/forgot', 200]]) if (await ask(target, status, emails)) process.exitCode = 1;
}

try {
  await main();
} finally {
  stack('down');
  fs.rmSync(run, { recursive: true, force: true });
}
