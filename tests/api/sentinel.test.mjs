// The master of Redis is found by Sentinel: it is killed while people write, another takes its place, and it comes back as a
// replica. What was acknowledged is there once and reached everybody; only what Redis counts began anew.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import { announce } from '../harness/announce.mjs';
import { env, get as getAny, person as personAny, post as postAny, unique } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { chatNotices } from '../harness/notices.mjs';
import { freePort, sleep, startStack, until } from '../harness/stack.mjs';
import { closeAll, connect } from '../harness/stomp.mjs';

const NAME = 'people';
const secret = { redis: 'of redis itself', sentinel: 'of its sentinel' };
const dir = path.join(env.run, 'sentinel');
const running = []; // processes of ours
const clients = [];
let stack;
let sql;
let ports; // of two that are Redis, of a Sentinel, and one where nobody listens
let sentinel;
const at = (o = {}) => ({ ...o, base: stack.base });

function start(...args) {
  const child = spawn('redis-server', args, { cwd: dir, stdio: ['ignore', fs.openSync(path.join(dir, 'log'), 'a'), 'inherit'] });
  running.push(child);
  return child;
}
const startRedis = (port, ...more) => start('--port', port, '--bind', '127.0.0.1', '--save', '', '--requirepass', secret.redis, '--masterauth', secret.redis, '--repl-diskless-sync-delay', '0', ...more);

async function ask(port, password) {
  const client = new Redis({ port, password, connectionName: 'test', retryStrategy: () => 10, maxRetriesPerRequest: null });
  client.on('error', () => {}); // until it is there
  clients.push(client);
  await until(() => client.ping().catch(() => {}));
  return client;
}

const masterPort = async () => Number((await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME))[1]);
const role = async (client) => (await client.call('ROLE'))[0];
// who is connected, but Sentinels, this test, and Redis itself
const strangers = async (client) => (await client.client('LIST')).split('\n').filter((l) => l && !/ name=(test|sentinel-\S+) | flags=[MS] /.test(l));
const did = async (client, command) => Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(await client.info('commandstats'))?.[1] ?? 0);

before(async () => {
  fs.mkdirSync(dir);
  ports = [await freePort(), await freePort(), await freePort(), await freePort()].map(String);
  startRedis(ports[0]);
  await ask(ports[0], secret.redis);
  startRedis(ports[1], '--replicaof', '127.0.0.1', ports[0]);
  await ask(ports[1], secret.redis);
  const conf = path.join(dir, 'sentinel.conf'); // which it rewrites
  fs.writeFileSync(conf, `port ${ports[2]}\nbind 127.0.0.1\nrequirepass "${secret.sentinel}"\nsentinel monitor ${NAME} 127.0.0.1 ${ports[0]} 1\n`
    + `sentinel auth-pass ${NAME} "${secret.redis}"\nsentinel down-after-milliseconds ${NAME} 1000\nsentinel failover-timeout ${NAME} 3000\n`);
  start(conf, '--sentinel');
  sentinel = await ask(ports[2], secret.sentinel);
  // While the master is down a replica is asked once a second about itself, which must be within five pings to count; and
  // several pings must fit into the time after which it is down.
  for (const [period, ms] of [['info', 100], ['publish', 100], ['ask', 100], ['ping', 300]]) await sentinel.call('SENTINEL', 'DEBUG', `${period}-period`, ms);
  await until(async () => (await sentinel.call('SENTINEL', 'REPLICAS', NAME)).some((r) => r[r.indexOf('master-link-status') + 1] === 'ok'));
  stack = await startStack('sentinel', {
    REDIS_SENTINELS: `127.0.0.1:${ports[3]},127.0.0.1:${ports[2]}`, REDIS_SENTINEL_NAME: NAME, REDIS_SENTINEL_PASSWORD: secret.sentinel, REDIS_PASSWORD: secret.redis,
    RATE_PERCENT: 100,
  });
  sql = connectDb(stack.run);
  for (const text of ['Redis is not heard', 'no master of Redis is found']) announce(text, stack);
});
after(async () => {
  await closeAll();
  for (const c of clients) c.disconnect();
  await sql?.end();
  stack?.down();
  await Promise.all(running.map((child) => child.exitCode !== null || child.signalCode || new Promise((ok) => {
    child.on('exit', ok);
    child.kill('SIGKILL');
  })));
});

test('the master is killed while people write, and comes back as a replica', async (t) => {
  const people = await Promise.all(['하나', '두리', '세찬'].map((name) => personAny(name, {}, at())));
  const [a, b, c] = people;
  const { roomId } = (await postAny('/chat/rooms', { roomName: '방', participantIds: [b.id, c.id], isPublic: false }, at({ token: a.access }))).body.data;
  const sockets = await Promise.all(people.map((p) => connect(p.access, { base: stack.base })));
  const ears = await Promise.all(sockets.map((s) => s.subscribe(`/sub/chat/room/${roomId}`)));
  const errors = await sockets[0].subscribe('/user/queue/errors');
  const news = await sockets[2].subscribe('/user/queue/notifications');

  const said = []; // acknowledged
  const statuses = {};
  let stop = false;
  t.after(() => { stop = true; });
  const note = (res) => {
    statuses[res.status] = (statuses[res.status] ?? 0) + 1;
    return res;
  };
  const again = async (one) => {
    for (let k = 0; !stop; k += 1) {
      await one(k);
      await sleep(120); // a hundred in ten seconds is the limit
    }
  };
  const work = Promise.all([
    again(async (k) => {
      await sockets[0].send('/pub/chat/message', { roomId, message: `소켓 ${k}` }); // its receipt says that it is stored
      said.push(`소켓 ${k}`);
    }),
    again(async (k) => {
      if (note(await postAny(`/chat/rooms/${roomId}/messages`, { message: `글 ${k}` }, at({ token: b.access }))).status === 201) said.push(`글 ${k}`);
    }),
    again(async () => { note(await getAny('/users/me', at({ token: c.access }))); }),
    again(async () => { note(await getAny('/health/ready', at())); }),
  ]);
  const more = (n) => {
    const goal = said.length + n;
    return until(() => said.length >= goal);
  };
  await more(10);
  const [old, fresh] = [await ask(ports[0], secret.redis), await ask(ports[1], secret.redis)];
  assert.ok(await did(old, 'evalsha') > 0 && await did(old, 'publish') > 0);
  assert.deepEqual([await did(fresh, 'evalsha'), await masterPort()], [0, Number(ports[0])]);

  running[0].kill('SIGKILL');
  await more(3);
  note(await postAny('/matching/request', { targetUserId: c.id, message: '안녕하세요' }, at({ token: a.access })));
  await until(async () => await masterPort() === Number(ports[1]));
  await until(async () => (await getAny('/health/ready', at())).body.data.services.every((s) => s.status === 'up'));
  startRedis(ports[0]); // a master until the Sentinel comes round to it
  await more(10);
  await until(async () => await role(old) === 'slave');
  await more(10);
  // the gateway hears and speaks there, and what is told from now on arrives by itself
  await until(() => stack.logOf('realtime').filter((l) => l.msg === 'Redis is heard').length >= 2);
  const before = news.messages.length;
  note(await postAny('/matching/request', { targetUserId: c.id, message: '반갑습니다' }, at({ token: b.access })));
  await news.count(before + 1);
  stop = true;
  await work;

  assert.deepEqual(Object.keys(statuses).filter((s) => s !== '200' && s !== '201'), [], JSON.stringify(statuses));
  assert.deepEqual(errors.messages, []);
  const rows = await sql.query('SELECT id, seq, body FROM chat_messages WHERE room_id = ? ORDER BY seq', [roomId]);
  assert.deepEqual(rows.map((r) => r.body).sort(), [...said].sort());
  for (const ear of ears) assert.deepEqual((await ear.count(rows.length)).map((m) => [m.seq, m.message]), rows.map((r) => [r.seq, r.body]));

  // told of both requests and of the room once, whatever was away at that time; of the room now, not after a pause
  await until(async () => {
    await sql.query('UPDATE chat_members SET told_at = told_at - INTERVAL 1 MINUTE WHERE room_id = ?', [roomId]);
    await sql.query("UPDATE outbox SET due_at = SYSDATE(3) WHERE event = 'chat.message' AND tries = 0 AND due_at > SYSDATE(3)");
    return Number((await sql.query('SELECT COUNT(*) AS n FROM outbox'))[0].n) === 0;
  });
  const told = await sql.query("SELECT id FROM notifications WHERE user_id = ? AND type = 'match_request' ORDER BY id", [c.id]);
  assert.equal(told.length, 2);
  assert.equal(news.messages.filter((m) => Number(m.id) === told[1].id).length, 1);
  assert.ok(news.messages.filter((m) => Number(m.id) === told[0].id).length <= 1); // nobody heard it, or it came through
  const notices = await chatNotices((...q) => sql.query(...q), [roomId]);
  assert.deepEqual([notices.behind > 0, notices.missing, notices.twice], [true, 0, 0]);

  // limits are shared again, from the beginning: without Redis a quarter of these would be let through. A worker that waits for Redis
  // for too long counts alone for a while, so it is tried from several addresses
  let from = 2;
  await until(async () => {
    const tries = [];
    for (let i = 0; i < 31; i += 1) tries.push((await postAny('/auth/login', { email: `${unique()}@test.example.com`, password: 'wrong password' }, at({ from: `127.0.0.${from}` }))).status);
    from += 1;
    return tries.join() === [...Array(30).fill(400), 429].join();
  });
  assert.ok(await did(fresh, 'evalsha') > 0);
  for (let i = 0; i < 40; i += 1) assert.equal((await getAny('/health/ready', at())).body.data.status, 'ok');

  // all are at the new master, nobody at the old one, nor at the Redis that REDIS_SOCKET names
  const own = new Redis({ path: path.join(stack.run, 'redis.sock'), connectionName: 'test' });
  clients.push(own);
  assert.deepEqual([await strangers(old), await strangers(own)], [[], []]);
  assert.ok((await strangers(fresh)).length >= 3);
  assert.deepEqual([await did(old, 'evalsha'), await did(old, 'script\\|load'), await did(own, 'evalsha'), await did(own, 'publish'), await did(own, 'subscribe')], [0, 0, 0, 0, 0]);
  assert.deepEqual(stack.logOf('realtime').filter((l) => l.msg === 'the master of Redis is found').map((l) => String(l.port)), [ports[0], ports[1]]);
});
