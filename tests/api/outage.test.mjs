// MariaDB, Redis, workers and the master going away and coming back, on a stack of its own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import mariadb from 'mariadb';
import { announce } from '../harness/announce.mjs';
import { get as getAny, person as personAny, post as postAny, send as sendAny, unique } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';

let stack;
let p;
const at = (o = {}) => ({ ...o, base: stack.base });
const get = (path, o) => getAny(path, at(o));
const send = (m, path, o) => sendAny(m, path, at(o));

before(async () => {
  stack = await startStack('outage');
  announce('"lvl":"warn"', stack);
  p = await personAny('정전', {}, at());
});
after(() => stack.down());

// From the first answer of what was away the API has a second: a good request is among those of that second, and all that
// begin after it are good. Without a restart, so the workers are those that were there before.
const children = () => fs.readFileSync(`/proc/${stack.pid('api')}/task/${stack.pid('api')}/children`, 'utf8');
async function backWithin(ms, ping, good) {
  await until(ping);
  const since = Date.now();
  await until(good, ms);
  await sleep(since + ms - Date.now());
  for (let i = 0; i < 40; i += 1) assert.ok(await good(), `request ${i} after ${ms} ms`);
}

test('MariaDB away: 503 in JSON with Retry-After; back: full service within a second, without a restart', async () => {
  const down = stack.pid('mysql');
  process.kill(down, 'SIGKILL');
  await until(() => { try { process.kill(down, 0); return false; } catch { return true; } });
  for (let i = 0; i < 12; i += 1) {
    const res = await get('/users/me', { token: p.access });
    assert.deepEqual([res.status, res.body.code, res.headers['retry-after']], [503, 'SERVICE_UNAVAILABLE', '2']);
  }
  const health = await get('/health');
  assert.deepEqual([health.status, health.body.code], [503, 'SERVICE_UNAVAILABLE']);
  assert.equal((await get('/health/live')).status, 200);
  const signup = await postAny('/auth/signup', { name: '정전 중', email: `${unique()}@test.example.com`, password: 'hunter2hunter2' }, at());
  assert.equal(signup.status, 503);
  fs.rmSync(`${stack.run}/mysql.pid`, { force: true });
  const pool = children();
  stack.start('db');
  const select = async () => {
    const db = await mariadb.createConnection({ socketPath: path.join(stack.run, 'mysql.sock'), user: 'root', connectTimeout: 1000 }).catch(() => {});
    return db?.query('SELECT 1').then(() => true, () => false).finally(() => db.end());
  };
  await backWithin(1000, select, async () => (await get('/users/me', { token: p.access })).status === 200);
  assert.equal(children(), pool);
});

test('Redis away: everything still works, and health says degraded; back: within a second it is ok for all', async () => {
  process.kill(stack.pid('redis'), 'SIGKILL');
  await sleep(100);
  for (let i = 0; i < 12; i += 1) assert.equal((await get('/users/me', { token: p.access })).status, 200);
  const login = await postAny('/auth/login', { email: p.email, password: p.password }, at());
  assert.equal(login.status, 200);
  assert.equal((await get('/health')).body.data.status, 'degraded');
  fs.rmSync(`${stack.run}/redis.pid`, { force: true });
  const pool = children();
  stack.start('redis');
  const redis = new Redis({ path: path.join(stack.run, 'redis.sock'), retryStrategy: () => 5 });
  redis.on('error', () => {}); // until it is there
  await backWithin(1000, () => redis.ping().then(() => true, () => false), async () => (await get('/health')).body.data.status === 'ok');
  redis.disconnect();
  assert.equal(children(), pool);
});

test('a worker that dies is named, replaced, and costs at most its own request', async () => {
  announce('a worker died');
  announce('recv() failed (104');
  announce('upstream prematurely closed');
  announce('"upstream_status":"502"');
  const [line] = stack.log().filter((l) => l.msg === 'request').slice(-1);
  process.kill(line.pid, 'SIGKILL');
  await until(() => stack.log().some((l) => l.msg === 'a worker died' && l.worker === line.pid && l.signal === 9));
  const all = await Promise.all(Array.from({ length: 40 }, () => get('/users/me', { token: p.access })));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
});

test('the keeper is replaced, and ended logins are still noticed', async () => {
  const [keeper] = fs.readFileSync(`/proc/${stack.pid('api')}/task/${stack.pid('api')}/children`, 'utf8').trim().split(' ').map(Number);
  process.kill(keeper, 'SIGKILL');
  const p2 = await personAny('파수꾼', {}, at());
  await send('POST', '/auth/logout', { token: p2.access });
  assert.equal((await get('/users/me', { token: p2.access })).status, 401);
  const p3 = await personAny('파수꾼', {}, at());
  const sql = connect(stack.run);
  await sql.query('UPDATE sessions SET revoked_at = UTC_TIMESTAMP(3) WHERE user_id = ?', [p3.id]);
  await sql.end();
  await until(async () => (await get('/users/me', { token: p3.access })).status === 401, 1500);
});

test('SIGHUP replaces every worker while requests go on; none fails', async () => {
  const workers = () => fs.readFileSync(`/proc/${stack.pid('api')}/task/${stack.pid('api')}/children`, 'utf8').trim().split(' ');
  const old = new Set(workers());
  let stop = false;
  const statuses = new Set();
  const load = Promise.all(Array.from({ length: 8 }, async () => {
    while (!stop) statuses.add((await get('/users/me', { token: p.access })).status);
  }));
  stack.kill('api', 'SIGHUP');
  await until(() => workers().filter((w) => old.has(w)).length <= 1, 10000); // the keeper stays
  stop = true;
  await load;
  assert.deepEqual([...statuses], [200]);
});

test('SIGTERM under load: every request that was taken is answered', async () => {
  let stop = false;
  const got = [];
  const load = Promise.all(Array.from({ length: 8 }, async () => {
    while (!stop) {
      const res = await get('/users/me', { token: p.access });
      got.push(res.status);
      if (res.status !== 200) assert.equal(res.body.success, false);
    }
  }));
  announce('connect() to unix:');
  await until(() => got.length > 20);
  assert.deepEqual([...new Set(got)], [200]);
  stack.kill('api', 'SIGTERM');
  await until(() => stack.log().some((l) => l.msg === 'stopped'));
  stop = true;
  await load;
  assert.deepEqual([...new Set(got)].filter((s) => s !== 200 && s !== 503), []);
  fs.rmSync(`${stack.run}/api.pid`, { force: true });
  stack.up();
  assert.equal((await get('/users/me', { token: p.access })).status, 200);
});
