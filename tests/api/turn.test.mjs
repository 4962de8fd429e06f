// Credentials for relays, held against a real coturn with the settings we ship.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { connect } from '../harness/db.mjs';
import { fastcgi } from '../harness/fcgi.mjs';
import { internal } from '../harness/internal.mjs';
import { root, startStack, until } from '../harness/stack.mjs';
import { turn } from '../harness/turn.mjs';

const secret = crypto.randomBytes(32).toString('hex');
let stack;
let sql;
let server;
let port;
const options = (p) => ({ base: stack.base, token: p?.access });
const ice = async (id, p, more = {}) => (await get(`/room/${id}/ice-servers`, { ...options(p), ...more })).body;
const sign = (username) => ({ username, credential: crypto.createHmac('sha1', secret).update(username).digest('base64') });
const now = () => Math.floor(Date.now() / 1000);

// Below what the kernel gives to outgoing ones: coturn takes it seconds later.
async function freeUdp() {
  for (;;) {
    const wanted = 16384 + crypto.randomInt(16384);
    const s = dgram.createSocket('udp4');
    const free = await new Promise((resolve) => { s.on('error', () => resolve(false)).bind(wanted, '127.0.0.1', () => resolve(true)); });
    s.close();
    if (free) return wanted;
  }
}

before(async () => {
  port = await freeUdp();
  stack = await startStack('turn', { TURN_URLS: `turn:127.0.0.1:${port}?transport=udp,turns:turn.example.com:5349`, TURN_SECRET: secret, TURN_TTL: 300, STUN_URLS: `stun:127.0.0.1:${port}`, RATE_PERCENT: 100 }, 2);
  sql = connect(stack.run);
  const dir = path.join(stack.run, 'turn');
  fs.mkdirSync(dir);
  const conf = path.join(dir, 'turnserver.conf');
  // as shipped; only where it listens and keeps its files is this test's
  fs.writeFileSync(conf, `${fs.readFileSync(path.join(root, 'scripts/turnserver.conf'), 'utf8')}\nstatic-auth-secret=${secret}\nlistening-port=${port}\nlistening-ip=127.0.0.1\nrelay-ip=127.0.0.1\nrelay-ip=::1\n`
    + `no-tls\nno-dtls\nrelay-threads=1\npidfile=${dir}/pid\nlog-file=${dir}/log\nsimple-log\nuserdb=${dir}/db\n`);
  server = spawn('turnserver', ['-c', conf], { cwd: dir, stdio: ['ignore', fs.openSync(path.join(dir, 'out'), 'w'), fs.openSync(path.join(dir, 'err'), 'w')] });
  const probe = turn(port, { username: '', credential: '' });
  try {
    await until(() => probe.allocate().then((e) => e === 401, () => false));
  } finally {
    probe.close();
  }
});
after(async () => {
  if (server?.exitCode === null) {
    const gone = new Promise((ok) => { server.on('exit', ok); });
    server.kill('SIGTERM');
    await gone;
  }
  await sql?.end();
  stack?.down();
});

// What coturn says to an allocation with these credentials.
async function allocate(credentials, family) {
  const t = turn(port, credentials);
  const error = await t.allocate(family);
  t.close();
  return error;
}

test('a room that exists is enough for the shipped client, and coturn takes what it gets', async () => {
  const { roomId } = (await post('/room/create', { metadata: { title: '통화' } }, options())).body.data;
  const body = await ice(roomId);
  const turnServer = body.data.turnServers[0];
  assert.deepEqual([body.data.source, body.data.ttl, body.data.iceServers.length, body.stunServers, body.turnServers], ['turn-rest', 300, 2, body.data.stunServers, body.data.turnServers]);
  assert.deepEqual([body.data.iceServers[0], turnServer.urls], [{ urls: [`stun:127.0.0.1:${port}`] }, [`turn:127.0.0.1:${port}?transport=udp`, 'turns:turn.example.com:5349']]);
  const [expiry, who] = turnServer.username.split(':');
  assert.ok(Number(expiry) - now() <= 300 && Number(expiry) - now() > 280, expiry);
  assert.deepEqual(turnServer, { urls: turnServer.urls, ...sign(turnServer.username) });
  assert.match(who, /^g[0-9a-f]{16}$/);
  assert.equal(await allocate(turnServer), 0);
});

test('guests of an address are one user of the relay, an account is one wherever it is', async () => {
  const { roomId } = (await post('/room/create', {}, options())).body.data;
  const other = (await post('/room/create', {}, options())).body.data.roomId;
  const who = async (id, p) => (await ice(id, p)).data.turnServers[0].username.split(':')[1];
  assert.equal(await who(roomId), await who(other));
  // of IPv6 as limits count it, or one network would have every relay
  const from = async (address) => /"username":"\d+:(\w+)"/.exec(await fastcgi(path.join(stack.run, 'api.sock'), { method: 'GET', uri: `/api/v1/room/${roomId}/ice-servers`, headers: { REMOTE_ADDR: address } }))[1];
  assert.equal(await from('2001:db8:1:2::1'), await from('2001:db8:1:2:ffff::2'));
  assert.notEqual(await from('2001:db8:1:2::1'), await from('2001:db8:1:3::1'));
  const p = await person('가온', {}, { base: stack.base });
  assert.deepEqual([await who(roomId, p), await who('no-such-room', p)], [`u${p.id}`, `u${p.id}`]);
  assert.equal(await allocate((await ice('no-such-room', p)).data.turnServers[0]), 0);
});

test('without a login, a room that never was or is gone gives STUN alone', async () => {
  const only = async (id) => {
    const { data } = await ice(id);
    return [data.source, data.turnServers, data.iceServers.map((s) => s.urls)];
  };
  const fallback = ['fallback', [], [[`stun:127.0.0.1:${port}`]]];
  assert.deepEqual(await only('nobody-came'), fallback);
  await post('/room/nobody-came/join', { userId: 'g', userName: 'G' }, options());
  assert.equal((await ice('nobody-came')).data.source, 'turn-rest');
  await sql.query("UPDATE rooms SET expires_at = SYSDATE(3) - INTERVAL 1 SECOND WHERE public_id = 'nobody-came'");
  assert.deepEqual(await only('nobody-came'), fallback);
  assert.equal((await get('/room/x/ice-servers', { base: stack.base, token: 'a.b.c' })).status, 401);
});

test('who was put out of a room gets no new credentials there', async () => {
  const [host, p] = [await person('방장', {}, { base: stack.base }), await person('나감', {}, { base: stack.base })];
  const { roomId } = (await post('/room/create', {}, options(host))).body.data;
  const seat = { gateway: '00000000000000aa', socket: 's', address: '127.0.0.1' };
  for (const [who, more] of [['guest', {}], [p.id, { loginId: Number(p.id) }]]) assert.equal((await internal('POST', `/rooms/${roomId}/enter`, { ...seat, userId: who, ...more }, { run: stack.run })).status, 200);
  for (const [who, login] of [['guest'], [p.id, p]]) {
    assert.equal((await ice(roomId, login)).data.source, 'turn-rest');
    assert.equal((await post(`/room/${roomId}/kick`, { userId: who }, options(host))).status, 200);
    const body = await ice(roomId, login);
    assert.deepEqual([body.code, body.data, body.turnServers], ['ROOM_KICKED', undefined, undefined]);
  }
  assert.equal((await ice(roomId, host)).data.source, 'turn-rest');
});

test('coturn refuses wrong, old and foreign credentials', async () => {
  const good = sign(`${now() + 60}:u1`);
  assert.equal(await allocate(good), 0);
  assert.equal(await allocate({ ...good, credential: sign(`${now() + 60}:u2`).credential }), 401);
  assert.equal(await allocate({ username: `${now() + 600}:u1`, credential: good.credential }), 401);
  assert.equal(await allocate(sign(`${now() - 5}:u1`)), 401);
  assert.equal(await allocate({ username: 'guest', credential: 'guest' }), 401);
});

test('A9: a relay reaches the open Internet and nothing behind it', async () => {
  const { roomId } = (await post('/room/create', {}, options())).body.data;
  const [credentials] = (await ice(roomId)).data.turnServers;
  const t4 = turn(port, credentials);
  const t6 = turn(port, credentials);
  try {
    assert.deepEqual([await t4.allocate(4), await t6.allocate(6)], [0, 0]);
    assert.deepEqual([await t4.permit('8.8.8.8'), await t6.permit('2a00:1450::1')], [0, 0]);
    for (const address of ['127.0.0.1', '127.8.8.8', '10.0.0.1', '10.255.255.254', '169.254.169.254', '0.0.0.0', '0.1.2.3', '172.16.0.1', '172.31.255.1', '192.168.1.1', '100.64.0.1', '192.0.0.8', '198.18.0.1', '224.0.0.1', '255.255.255.255']) {
      assert.deepEqual([address, await t4.permit(address)], [address, 403]);
    }
    for (const address of ['::1', '::', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:169.254.169.254', '::ffff:8.8.8.8', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b:1::1', '2002:7f00:1::', '2001::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'ff02::1']) {
      assert.deepEqual([address, await t6.permit(address)], [address, 403]);
    }
  } finally {
    t4.close();
    t6.close();
  }
});

test('one user has a bounded number of relays, whatever the name expires', async () => {
  const all = [];
  for (let i = 0; i < 16; i += 1) all.push(turn(port, sign(`${now() + 100 + i}:quota`)));
  const errors = [];
  for (const t of all) errors.push(await t.allocate());
  all.forEach((t) => t.close());
  assert.deepEqual(errors, [...Array(12).fill(0), ...Array(4).fill(486)]);
});

test('an address gets no more than sixty credentials a minute', async () => {
  const all = await Promise.all(Array.from({ length: 80 }, () => get('/room/limited/ice-servers', options())));
  assert.ok(all.some((r) => r.status === 429));
  assert.ok(all.filter((r) => r.status === 200).length <= 60);
});
