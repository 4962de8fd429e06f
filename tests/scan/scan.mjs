#!/usr/bin/env node
// Sends sqlmap, wapiti and testssl.sh at a private stack on loopback and fails on whatever they find that explained.mjs does not name, and
// on what the server did wrong meanwhile. MINUTES (12) for all of it, TOOL=values,sqlmap,wapiti,testssl,limits some of it, LEVEL and RISK of
// sqlmap (1, 1), ONLY=text operations that hold it. SELF_TEST=1: a weak stand-in instead, whose weaknesses must be found.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { env, post, send } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { png, upload } from '../harness/files.mjs';
import { ask, learner } from '../harness/learner.mjs';
import { said, startModel } from '../harness/model.mjs';
import { browser } from '../harness/push.mjs';
import { root, sleep, startStack } from '../harness/stack.mjs';
import { explained } from './explained.mjs';
import { requests } from './requests.mjs';
import { sqlmap, testssl, values, wapiti } from './tools.mjs';
import { startWeak } from './weak.mjs';

const selfTest = process.env.SELF_TEST === '1';
const seconds = Number(process.env.MINUTES ?? 12) * 60;
const tools = process.env.TOOL?.split(',');
const wanted = (tool) => !tools || tool === 'the server' || tools.includes(tool);
const [level, risk] = [Number(process.env.LEVEL ?? 1), Number(process.env.RISK ?? 1)];
const WORKERS = 12; // a quarter may wait for the language model at a time, and scanners ask side by side
const LOG_MS = 1500; // nginx writes its log every second
const out = path.join(root, 'build/scan');
const say = (s) => process.stdout.write(`${s}\n`);

process.env.API_BIN = path.join(root, 'build/release/studymate-api');
env.run = fs.mkdtempSync(path.join(os.tmpdir(), 'sm-scan-'));
fs.rmSync(out, { recursive: true, force: true });
fs.mkdirSync(out, { recursive: true });
const stacks = [];
const children = new Set();
let weak;
let model;
const giveUp = (e) => {
  if (e instanceof Error) say(e.stack);
  for (const c of children) c.kill('SIGKILL');
  weak?.end();
  model?.close();
  for (const s of stacks) s.down();
  process.exit(1);
};
for (const event of ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection']) process.once(event, giveUp);

// An authority and a certificate as an operator would have it: the scan is about our settings, not about the demo's own certificate.
function certificate(dir) {
  fs.mkdirSync(dir, { recursive: true });
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90', '-subj', '/CN=Scan Authority', '-addext', 'keyUsage=keyCertSign,cRLSign', '-keyout', 'authority.key', '-out', 'authority.crt');
  openssl('req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=localhost', '-keyout', 'tls.key', '-out', 'tls.csr');
  fs.writeFileSync(path.join(dir, 'tls.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n');
  openssl('x509', '-req', '-in', 'tls.csr', '-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial', '-days', '90', '-extfile', 'tls.ext', '-out', 'tls.crt');
  return path.join(dir, 'authority.crt');
}
async function start(name, settings) {
  const authority = certificate(path.join(env.run, 'stacks', name, 'secrets'));
  const stack = await startStack(name, settings, WORKERS);
  stacks.push(stack);
  env.base = stack.base;
  return { ...stack, authority };
}

// two people with all that the requests speak of
async function world(stack) {
  const [a, b, c, d] = [await learner('가가', 1, [2]), await learner('나나', 2, [1]), await learner('다다', 2, [1]), await learner('라라', 2, [1])];
  const token = a.access;
  const data = async (promise) => {
    const res = await promise;
    if (res.status >= 300) throw new Error(`${res.status} ${res.text}`);
    return res.body.data;
  };
  const room = async (by, other) => (await data(post('/chat/rooms', { roomName: '방', participantIds: [other.id], isPublic: false }, { token: by.access }))).roomId;
  const [main, spare] = [await room(a, b), await room(b, a)];
  const message = await data(post(`/chat/rooms/${main}/messages`, { message: '안녕하세요' }, { token }));
  const [asked, ...rejects] = [await data(ask(b, a)), await data(ask(c, a)), await data(ask(d, a))].map((r) => r.requestId);
  const note = await data(post('/notifications', { title: '제목', message: '본문' }, { token }));
  const file = await data(upload('/upload/image', [['file', png, 'a.png', 'image/png']], a));
  const call = (await post('/room/create', {}, { token })).body;
  const db = connectDb(stack.run);
  await db.query("INSERT INTO room_kicks (room_id, user_id, kicked_at) SELECT id, 'put-out', NOW(3) FROM rooms WHERE public_id = ?", [call.data?.roomId ?? call.roomId]);
  await db.end();
  const admin = await post('/auth/login', { email: 'admin@example.com', password: 'password123' });
  return {
    a, other: Number(b.id), email: a.email, refresh: a.refresh, room: main, spare, message: message.messageId, request: asked, rejects, me: a.id, notification: note.id ?? note.notificationId,
    push: JSON.parse(browser('https://localhost:9/push').token), file: file.key, fileUrl: file.url, call: call.data?.roomId ?? call.roomId, kicked: 'put-out', admin: admin.body.data.accessToken,
  };
}

// Whatever is asked of a model is answered, so that what stands behind it is reached: without one it is 503.
async function playModel() {
  model = await startModel();
  model.answer = ({ path: where, json }, res) => {
    model.asked.length = 0;
    const { texts = [''] } = where.endsWith('/completions') ? JSON.parse(json.messages[1].content.match(/^\{.*"texts":.*\}$/s)?.[0] ?? '{}') : {};
    res.setHeader('content-type', 'application/json');
    res.end(JSON.stringify(where.endsWith('/completions') ? said({ translations: texts, translatedText: texts[0] }) : { text: 'hello', language: 'en', duration: 1 }));
  };
  return { AI_URL: model.url, AI_MODEL: 'words-1', AI_SPEECH_MODEL: 'ears-1', AI_GUESTS: 'yes' };
}

// what the server did meanwhile
function judge(stack) {
  const bad = new Map();
  let answers = 0;
  const lines = (name) => fs.readFileSync(path.join(stack.run, `log/${name}.log`), 'utf8').split('\n').filter(Boolean);
  const note = (what) => bad.set(what, (bad.get(what) ?? 0) + 1);
  for (const l of lines('nginx-access').map((x) => JSON.parse(x))) {
    answers += 1;
    if (l.status >= 500) note(`${l.status} for ${l.method} ${l.path}`);
  }
  // a file that is not there is an answer of 404, and to nginx an error
  for (const l of lines('nginx-error')) if (!l.includes('(2: No such file')) note(`nginx: ${l.slice(0, 200)}`);
  for (const name of ['api', 'jobs', 'realtime']) {
    for (const l of lines(name)) if (!l.startsWith('{') || /"lvl":"error"|"a worker died"/.test(l)) note(`${name}: ${l.slice(0, 300)}`);
  }
  return { tool: 'the server', tried: `${answers} answers`, findings: [...bad].map(([what, n]) => `${what} (${n} times)`), broken: [] };
}

const results = [];
const begun = Date.now();
const left = () => seconds - (Date.now() - begun) / 1000;
const ran = async (tool, run) => {
  if (!wanted(tool)) return;
  const from = Date.now();
  const r = await run();
  results.push({ ...r, seconds: Math.round((Date.now() - from) / 1000) });
  say(`${tool}: ${r.tried}, ${r.findings.length} findings, ${results.at(-1).seconds} s`);
};

const stack = await start('scan', { RATE_PERCENT: 5000000, SHED_AFTER_MS: 0, ...(!selfTest && await playModel()) });
if (selfTest) {
  const db = connectDb(stack.run);
  weak = await startWeak(env.run, db);
  await ran('testssl', () => testssl({ port: weak.tls, out, seconds: left() / 2, options: ['-p', '-s', '-S'], children }));
  await ran('wapiti', () => wapiti({ start: `${weak.base}/`, urls: [], out, seconds: left() / 2, modules: ['xss'], children }));
  await ran('sqlmap', () => sqlmap({ base: weak.base, requests: weak.requests, token: () => undefined, out, seconds: left(), level, risk, children }));
  weak.end();
  await db.end();
} else {
  const w = await world(stack);
  const token = (auth) => (auth === 'none' || auth === 'refresh' ? undefined : auth === 'admin' || auth === 'operator' ? w.admin : w.a.access);
  const document = (await send('GET', '//openapi.json')).body;
  const { all, leftOut } = requests(document, w, ['get', 'post']);
  const { all: writing, put } = requests(document, w, ['get', 'post', 'put', 'patch']);
  const chosen = all.filter((r) => !process.env.ONLY || r.key.includes(process.env.ONLY));
  const refused = [];
  for (const r of chosen) {
    const res = await send(r.method, r.plain.target, { token: token(r.auth), ...(r.body && { raw: r.plain.body, headers: { 'content-type': 'application/json' } }) });
    if (res.status >= 300) refused.push(`${r.key}: ${res.status} ${res.text.slice(0, 300)}`);
  }
  fs.writeFileSync(path.join(out, 'refused'), refused.map((t) => `${t}\n`).join(''));
  say(`${chosen.length} operations take parameters (${leftOut.length} left out), ${chosen.length - refused.length} of their requests succeed as they are; the others: build/scan/refused`);
  await ran('values', () => values({ send, requests: writing, put, token }));
  await ran('testssl', () => testssl({ port: new URL(stack.https).port, authority: stack.authority, out, seconds: left() / 3, children }));
  const gets = all.filter((r) => r.method === 'GET' && r.auth !== 'operator' && r.target.includes('?')).map((r) => stack.https + r.plain.target);
  await ran('wapiti', () => wapiti({ start: `${stack.https}/docs/`, urls: [`${stack.https}/`, `${stack.https}/openapi.json`, ...gets], bearer: w.a.access, out, seconds: left() / 2, children }));
  await ran('limits', async () => {
    // with the limits of production, guessing must come to nothing
    const strict = await start('scan-limits', { RATE_PERCENT: 100 });
    const login = all.find((r) => r.key === 'post /auth/login');
    const r = await sqlmap({ base: strict.base, requests: [login], token: () => undefined, out: path.join(out, 'limits'), seconds: left() / 4, level, risk, children });
    await sleep(LOG_MS);
    const statuses = fs.readFileSync(path.join(strict.run, 'log/nginx-access.log'), 'utf8').split('\n').filter((l) => l.includes('/auth/login')).map((l) => JSON.parse(l).status);
    const stopped = statuses.filter((s) => s === 429).length;
    const findings = stopped > statuses.length / 3 ? [] : [`only ${stopped} of ${statuses.length} tries to log in were refused with 429`];
    return { tool: 'limits', tried: `${statuses.length} tries to log in, ${stopped} refused with 429`, findings: [...r.findings, ...findings], broken: r.broken };
  });
  env.base = stack.base;
  await ran('sqlmap', () => sqlmap({ base: stack.base, requests: chosen, token, out, seconds: left(), level, risk, children }));
  await sleep(LOG_MS);
  for (const s of stacks) await ran('the server', async () => judge(s));
}
for (const s of stacks) s.down();
model?.close();

// ---- the verdict ----
const used = new Set();
const rows = results.map((r) => {
  const open = [];
  let known = 0;
  for (const f of r.findings) {
    const why = explained.find((e) => e.tool === r.tool && e.finding.test(f));
    if (why) {
      used.add(why);
      known += 1;
    } else open.push(f);
  }
  return { ...r, known, open };
});
const whole = !tools && !process.env.ONLY && !selfTest;
const stale = whole ? explained.filter((e) => !used.has(e) && !e.comesAndGoes) : [];
say('');
say('| tool | tried | findings | explained | failed | s |');
for (const r of rows) say(`| ${r.tool} | ${r.tried} | ${r.findings.length} | ${r.known} | ${r.open.length + r.broken.length} | ${r.seconds} |`);
say('');
fs.writeFileSync(path.join(out, 'scan.json'), `${JSON.stringify(rows, null, 1)}\n`);
if (selfTest) {
  const missed = rows.filter((r) => weak.must[r.tool] && !weak.must[r.tool].test(r.findings.join('\n')));
  for (const r of rows) for (const f of r.findings) say(`${r.tool}: ${f}`);
  for (const r of missed) say(`SELF_TEST: ${r.tool} did not find what was there`);
  say(`self-test: ${rows.filter((r) => weak.must[r.tool]).length - missed.length} of ${Object.keys(weak.must).length} weaknesses were found`);
  fs.rmSync(env.run, { recursive: true });
  process.exit(missed.length ? 1 : 0);
}
const failed = rows.flatMap((r) => [...r.open, ...r.broken].map((f) => `${r.tool}: ${f}`)).concat(stale.map((e) => `${e.tool}: explained, but not found any more: ${e.finding}`));
for (const f of failed) say(`FAILED: ${f}`);
say(`scan: ${failed.length ? `${failed.length} findings are not explained` : 'nothing was found that is not explained'}`);
if (failed.length) say(`kept for a look: ${env.run}`);
else fs.rmSync(env.run, { recursive: true });
process.exit(failed.length ? 1 : 0);
