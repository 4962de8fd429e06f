// Seats of call rooms while the pool, the database or the gateway's beat are away; on a stack of its own.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import Redis from 'ioredis';
import { announce } from '../harness/announce.mjs';
import { closeCalls, join, seated } from '../harness/call.mjs';
import { get, person, post } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { internal } from '../harness/internal.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { sleep, startStack, until } from '../harness/stack.mjs';

let stack;
let db;
before(async () => {
  for (const text of ['a worker died', 'Redis is not heard', 'connect() to unix:', 'upstream prematurely closed', '"upstream_status":"502"']) announce(text);
  stack = await startStack('call-seats', { STATEMENT_TIMEOUT_MS: 50000, REQUEST_TIMEOUT_MS: 60000 });
  announce('taken this gateway for dead', stack);
  db = connectDb(stack.run);
});
after(async () => {
  closeCalls();
  closeAllIo();
  await db.end();
  stack.down();
});
const at = () => ({ base: stack.base });
const create = async (maxParticipants = 2) => (await post('/room/create', { maxParticipants }, at())).body.data.roomId;
const sit = (room, user) => seated(room, user, user, '', at());
const seats = async (room) => (await db.query('SELECT s.user_id FROM room_seats s JOIN rooms r ON r.id = s.room_id WHERE r.public_id = ? AND s.left_at IS NULL ORDER BY 1', [room])).map((r) => r.user_id);

const keyOf = async (room) => (await db.query('SELECT id FROM rooms WHERE public_id = ?', [room]))[0].id;

// While fn runs, nobody's seat in the room changes; or that of user alone, whoever is at it holding the room meanwhile.
async function locked(room, fn, user) {
  const lock = await db.getConnection();
  const key = await keyOf(room);
  await lock.beginTransaction();
  if (user) await lock.query('SELECT user_id FROM room_seats WHERE room_id = ? AND user_id = ? FOR UPDATE', [key, user]);
  else await lock.query('SELECT id FROM rooms WHERE public_id = ? FOR UPDATE', [room]);
  try {
    await fn();
  } finally {
    await lock.rollback();
    lock.release();
  }
}
// MariaDB renews that table only when nobody has read it for 0.1 s
const waiting = (n = 1) => until(async () => {
  await sleep(150);
  return (await db.query("SELECT COUNT(*) AS n FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"))[0].n >= n;
});
// all workers, whatever they are at
function signalWorkers(signal) {
  for (const { pid } of stack.log().filter((l) => l.msg === 'worker ready')) {
    try {
      process.kill(pid, signal);
    } catch {
      // of an earlier pool
    }
  }
}
async function killPool() {
  await stack.die('api');
  signalWorkers('SIGKILL');
}

test('the figure of calls counts calls, not the rooms of study groups', async () => {
  const p = await person('모임', {}, at());
  const { insertId } = await db.query("INSERT INTO studies (owner_id, name, description, category) VALUES (?, '스터디', '함께 공부합니다', '어학')", [p.id]);
  await db.query("INSERT INTO study_members (study_id, user_id, role, status) VALUES (?, ?, 'OWNER', 'ACTIVE')", [insertId, p.id]);
  const io = await connectIo({ token: p.access, userId: p.id }, at());
  await io.heard('study:online-users');
  const figure = async (name) => Number(new RegExp(`^studymate_gateway_${name}\\{.*\\} (\\d+)$`, 'm').exec((await get('//metrics', at())).text)?.[1]);
  await until(async () => await figure('sockets') === 1);
  assert.equal(await figure('calls'), 0);
  assert.equal((await io.ask('video:join', { roomId: `study-${insertId}-main` })).success, true);
  await until(async () => await figure('calls') === 1);
  io.disconnect();
});

test('a seat is given back once the pool is there again', async () => {
  const room = await create();
  const [a, b] = [await sit(room, 'a'), await sit(room, 'b')];
  await a.next('participant-joined');
  await killPool();
  b.ws.close();
  await sleep(7000); // longer than a question is repeated
  stack.up();
  assert.deepEqual(await a.next('participant-left', 1, 20000), { type: 'participant-left', participantId: 'b', userId: 'b' });
  assert.deepEqual(await seats(room), ['a']);
});

test('a seat that was taken for nobody is given back, though nobody heard that it was', async () => {
  const room = await create();
  const a = await sit(room, 'a');
  let c;
  await locked(room, async () => {
    c = await join(room, 'c', 'c', '', at());
    await waiting();
    signalWorkers('SIGSTOP'); // MariaDB carries on for a dead client only sometimes
  });
  await until(async () => (await seats(room)).length === 2);
  await killPool();
  assert.equal(await c.closed(), 1013);
  stack.up();
  await until(async () => (await seats(room)).length === 1);
  assert.equal(a.ws.readyState, 1);
});

test('a gateway that looks for a seat finds it, and tells nobody', async () => {
  const room = await create();
  const a = await sit(room, 'a');
  const seat = { gateway: 'aaaaaaaaaaaaaaaa', socket: '1', userId: 'b' };
  const ask = async (what, more) => (await internal('POST', `/rooms/${room}/${what}`, { ...seat, ...more }, { run: stack.run })).status;
  assert.deepEqual([await ask('enter'), await ask('state'), await ask('state', { audioEnabled: false }), await ask('state', { socket: '2' })], [200, 200, 200, 404]);
  await a.next('participant-updated');
  assert.deepEqual(a.of('participant-updated').map((m) => [m.participant.userId, m.participant.audioEnabled]), [['b', false]]);
});

test('of putting somebody out and their coming back the later one finds what the earlier one did', async () => {
  const token = (await person('방장', {}, at())).access;
  const room = (await post('/room/create', {}, { ...at(), token })).body.data.roomId;
  const enter = (userId, socket) => internal('POST', `/rooms/${room}/enter`, { gateway: 'aaaaaaaaaaaaaaaa', socket, userId }, { run: stack.run });
  const kick = (userId) => post(`/room/${room}/kick`, { userId }, { ...at(), token });
  // the first has the room, the others wait for it
  const inOrder = async (who, first, ...more) => {
    let all;
    await locked(room, async () => {
      all = [first()];
      await waiting();
      for (const next of more) {
        all.push(next());
        await waiting(all.length);
      }
    }, who);
    return (await Promise.all(all)).map((r) => r.body.code ?? r.status);
  };
  for (const who of ['a', 'b', 'c']) assert.equal((await enter(who, '1')).status, 200);
  assert.deepEqual(await inOrder('a', () => kick('a'), () => enter('a', '2')), [200, 'ROOM_KICKED']);
  assert.deepEqual(await inOrder('b', () => enter('b', '2'), () => kick('b')), [200, 200]);
  assert.deepEqual(await inOrder('c', () => kick('c'), () => kick('c'), () => enter('c', '2')), [200, 200, 'ROOM_KICKED']);
  assert.deepEqual(await seats(room), []);
});

test('who is put out while the answer that they are seated is still under way is not let in', async () => {
  const room = await create();
  const a = await sit(room, 'a');
  const key = await keyOf(room);
  let b;
  await locked(room, async () => {
    b = await join(room, 'b', 'b', '', at());
    await waiting();
    const redis = new Redis({ path: path.join(stack.run, 'redis.sock') });
    await redis.publish('sm:live', `call ${key} room.kicked 0\n${JSON.stringify({ room, userId: 'b' })}`);
    redis.disconnect();
    assert.equal(await b.closed(), 1008);
  });
  assert.deepEqual(b.all().map((m) => m.type), ['error']);
  await until(async () => (await seats(room)).join() === 'a'); // what was taken for it is given back
  assert.equal(a.ws.readyState, 1);
});

test('who is put out while Redis is away is closed soon, and others stay', async () => {
  const token = (await person('방장', {}, at())).access;
  const room = (await post('/room/create', {}, { ...at(), token })).body.data.roomId;
  const [a, b] = [await sit(room, 'a'), await sit(room, 'b')];
  const heard = () => fs.readFileSync(path.join(stack.run, 'log/realtime.log'), 'utf8').split('Redis is not heard').length;
  const before = heard();
  stack.kill('redis', 'SIGSTOP');
  try {
    await until(() => heard() > before, 6000);
    assert.equal((await post(`/room/${room}/kick`, { userId: 'a' }, { ...at(), token })).status, 200);
    assert.equal(await a.closed(), 1008);
    assert.deepEqual(a.all().slice(-1), [{ type: 'error', message: '방장이 이 방에서 내보냈습니다' }]);
  } finally {
    stack.kill('redis', 'SIGCONT');
  }
  assert.deepEqual([await seats(room), b.ws.readyState], [['b'], 1]);
  b.ws.close();
});

test('a gateway that was taken for dead takes its seats again, and who sits there is introduced anew', async () => {
  const room = await create(3);
  const [a, b] = [await sit(room, 'a'), await sit(room, 'b')];
  b.say('offer', { data: { to: 'a', signal: { type: 'offer', sdp: '1' } } });
  await a.next('participant-joined');
  const joined = new Map([a, b].map((c) => [c, c.of('participant-joined').length]));
  await until(async () => {
    await db.query('UPDATE gateways SET beat_at = SYSDATE(3) - INTERVAL 40 SECOND');
    return a.of('participant-left').length && b.of('participant-left').length;
  }, 20000);
  assert.deepEqual(await seats(room), []);
  await until(async () => (await seats(room)).length === 2, 20000);
  // both are newcomers: whoever was second has the other on its list, which an offer follows
  const lists = [await a.next('participants-list', 1), await b.next('participants-list', 1)];
  const [first, second, name] = lists[0].participants.length === 1 ? [a, b, 'a'] : [b, a, 'b'];
  second.say('offer', { data: { to: name, signal: { type: 'offer', sdp: '2' } } });
  await first.next('participant-joined', joined.get(first) + 1);
  second.say('toggle-audio', { data: { enabled: false } });
  await first.next('participant-updated');
  assert.equal(second.of('error').length, 0);
  // one whose seat was not given away keeps it, and nobody is disturbed
  const before_ = [a, b].map((c) => c.of('participant-left').length + c.of('participants-list').length);
  const since = async () => (await db.query('SELECT started_at FROM gateways'))[0].started_at;
  await db.query('UPDATE gateways SET started_at = NULL');
  await until(since);
  await sleep(1000);
  assert.deepEqual([a, b].map((c) => c.of('participant-left').length + c.of('participants-list').length), before_);
  assert.deepEqual(await seats(room), ['a', 'b']);
});
