// The pool itself: what its master does about workers that hang, what is refused under load, who may read its figures.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { get, send } from '../harness/client.mjs';
import { fastcgi } from '../harness/fcgi.mjs';
import { startStack, until } from '../harness/stack.mjs';

const api = process.env.API_BIN;
let stack;
let socket;
const metrics = (token) => fastcgi(socket, {
  method: 'GET', uri: '/metrics', headers: { REMOTE_ADDR: '203.0.113.9', ...(token && { HTTP_AUTHORIZATION: `Bearer ${token}` }) },
});
const run = (...args) => {
  const res = spawnSync(api, args, { encoding: 'utf8', env: { ...process.env, STUDYMATE_CONFIG: '' } });
  return { code: res.status, out: res.stdout, err: res.stderr };
};

before(async () => {
  stack = await startStack('pool', {
    REQUEST_TIMEOUT_MS: 400, STATEMENT_TIMEOUT_MS: 300, SHED_AFTER_MS: 1000, METRICS_TOKEN: 'figures-for-the-operator', MAX_REQUESTS: 0,
  }, 2);
  socket = path.join(stack.run, 'api.sock');
});
after(() => stack?.down());

test('peers that stop inside the head of a request hold no worker for long', async () => {
  announce('a worker hangs and is killed');
  announce('"signal":9');
  const half = Array.from({ length: 4 }, () => net.connect(socket).on('error', () => {}));
  for (const s of half) s.write(Buffer.from([1]));
  await until(() => stack.log().filter((l) => l.msg === 'a worker hangs and is killed' && l.route === 'none').length >= 2);
  await until(async () => (await get('/users/locations', { base: stack.base })).status === 200);
  half.forEach((s) => s.destroy());
});

test('a worker that waits for a body that never comes is ended and replaced, and the log names its route', async () => {
  announce('a worker hangs and is killed');
  announce('"signal":9');
  const body = '{"email":"a@b.cc","password":"password123"}';
  const answer = await fastcgi(socket, { uri: '/api/v1/auth/login', body, open: true });
  assert.equal(answer, '');
  await until(() => stack.log().some((l) => l.msg === 'a worker hangs and is killed' && l.route === 'auth_login_post'));
  await until(() => stack.log().some((l) => l.msg === 'a worker died' && l.signal === 9 && l.route === 'auth_login_post'));
  const all = await Promise.all(Array.from({ length: 20 }, () => get('/users/locations', { base: stack.base })));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
});

test('a request that waited too long is refused at once; a clock that is wrong by hours refuses nobody', async () => {
  const waited = (ms) => fastcgi(socket, {
    method: 'GET', uri: '/api/v1/users/locations', headers: { REQUEST_RECEIVED: ((Date.now() - ms) / 1000).toFixed(3) },
  });
  const refused = await waited(3000);
  assert.match(refused, /^Status: 503\r\n[\s\S]*Retry-After: \d+\r\n[\s\S]*"code":"SERVER_BUSY"/);
  assert.match(await waited(0), /^Status: 200\r\n/);
  assert.match(await waited(2 * 3600 * 1000), /^Status: 200\r\n/);
  assert.match(await waited(-3600 * 1000), /^Status: 200\r\n/);
});

test('figures are for loopback and for whoever has the token', async () => {
  assert.match(await metrics('figures-for-the-operator'), /^Status: 200\r\n/);
  for (const wrong of ['figures-for-the-operatos', 'figures-for-the-operator ', 'x']) assert.match(await metrics(wrong), /^Status: 401\r\n/, wrong);
  assert.match(await metrics(), /^Status: 401\r\n/);
});

test('a header may be written with more spaces than one, and an address longer than any of ours is refused', async () => {
  const body = '{"email":"a@b.cc","password":"password123"}';
  const typed = await send('POST', '/auth/login', { raw: body, headers: { 'content-type': 'application/json   ; charset=utf-8' }, base: stack.base });
  assert.equal(typed.body.code, 'INVALID_CREDENTIALS');
  assert.match(await fastcgi(socket, { method: 'GET', uri: `/api/v1/${'a'.repeat(8100)}` }), /^Status: 413\r\n/);
});

test('a second master on the same socket gives way and says why', () => {
  const second = run('--config', path.join(stack.run, 'studymate.env'));
  assert.equal(second.code, 2);
  assert.match(second.err, /^studymate-api: config: LISTEN="[^"]*api\.sock": cannot listen there: another process of ours is running\. Set it to another path/);
});

test('commands say what they are, and unknown ones what there is', () => {
  const config = ['--config', path.join(stack.run, 'studymate.env')];
  assert.match(run('--help').out, /--migrate \[up\|down\|to N\|status\]/);
  assert.match(run('--version').out, /^\d+\.\d+\.\d+\n$/);
  assert.deepEqual([run(...config, '--nonsense').code, run(...config, '--nonsense').err.split(' ')[0]], [64, 'studymate-api']);
  const migrate = run(...config, '--migrate', 'sideways');
  assert.equal(migrate.code, 1);
  assert.match(migrate.err, /unknown command; it is up, down, to N, or status/);
  const nowhere = path.join(stack.run, 'nowhere.env');
  fs.writeFileSync(nowhere, fs.readFileSync(path.join(stack.run, 'studymate.env'), 'utf8').replace(/^SQL_DIR=.*/m, 'SQL_DIR=/nonexistent'));
  const lost = run('--config', nowhere, '--migrate', 'up');
  assert.equal(lost.code, 1);
  assert.match(lost.err, /cannot open \/nonexistent.*set SQL_DIR/);
});
