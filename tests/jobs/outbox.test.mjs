// The outbox as a queue: every event is carried out, whoever dies; what cannot be done is kept and told.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { announce } from '../harness/announce.mjs';
import { person, post } from '../harness/client.mjs';
import { connect as connectDb } from '../harness/db.mjs';
import { startStack, until } from '../harness/stack.mjs';

let stack;
let db;
before(async () => {
  stack = await startStack('jobs', {}, 2);
  announce('"lvl":"warn"', stack);
  db = connectDb(stack.run);
});
after(async () => {
  await db.end();
  stack.down();
});

const bin = path.join(path.dirname(process.env.API_BIN), 'studymate-jobs');
const jobs = (...args) => {
  const res = spawnSync(bin, ['--config', path.join(stack.run, 'studymate.env'), ...args], { encoding: 'utf8' });
  return { code: res.status, text: res.stdout + res.stderr };
};
const waiting = async () => Number((await db.query('SELECT COUNT(*) AS n FROM outbox WHERE due_at IS NOT NULL'))[0].n);
const add = (event, payload = '{}') => db.query('INSERT INTO outbox (event, subject_id, actor_id, payload) VALUES (?, 1, 1, ?)', [event, payload]);

test('events are carried out and gone', async () => {
  for (let i = 0; i < 120; i += 1) await add('test.nothing');
  await until(async () => (await waiting()) === 0);
  assert.match(jobs('--status').text, /^waiting {2}0\nretrying 0\nlag {6}\d+ ms\ndead {5}0\npush {5}on, waiting 0, .*\nmail {5}off, waiting 0, .*\n$/);
});

test('an event that always fails is retried later, then kept as a dead letter until an operator asks', async () => {
  announce('an event is given up');
  // a payload no parser of ours takes: twice the same key
  const { insertId } = await add('test.poison', '{"a":1,"a":2}');
  const row = async () => (await db.query('SELECT due_at, due_at > SYSDATE(3) AS later, tries, error FROM outbox WHERE id = ?', [insertId]))[0];
  await until(async () => (await row()).tries === 1 && (await row()).error);
  assert.equal((await row()).later, 1);
  assert.match(jobs('--status').text, /retrying 1/);
  await db.query('UPDATE outbox SET tries = 9, due_at = SYSDATE(3) WHERE id = ?', [insertId]);
  await until(async () => (await row()).due_at === null);
  assert.match(jobs('--status').text, new RegExp(`dead {5}1\\n {2}${insertId} test.poison .* after 10 tries: payload: .*\nwhen the cause is gone: studymate-jobs --requeue`));
  await db.query("UPDATE outbox SET payload = '{}' WHERE id = ?", [insertId]);
  assert.deepEqual(jobs('--requeue', '99999999'), { code: 1, text: '0 due again\n' });
  assert.deepEqual(jobs('--requeue', String(insertId)), { code: 0, text: '1 due again\n' });
  await until(async () => (await row()) === undefined);
});

test('killed in the middle, another takes over what it had', async () => {
  stack.kill('jobs', 'SIGSTOP');
  for (let i = 0; i < 300; i += 1) await add('test.nothing');
  stack.kill('jobs', 'SIGCONT');
  await until(async () => (await waiting()) < 300);
  await stack.die('jobs');
  // the lease of what it held ends; here it does so at once
  await db.query('UPDATE outbox SET due_at = SYSDATE(3)');
  stack.up();
  await until(async () => (await waiting()) === 0);
});

test('two of them share the work and each event is done once', async () => {
  const people = [await person('하나', {}, { base: stack.base }), await person('둘둘', {}, { base: stack.base })];
  const second = (await import('node:child_process')).spawn(bin, ['--config', path.join(stack.run, 'studymate.env')], { stdio: 'ignore' });
  try {
    for (let i = 0; i < 20; i += 1) await post('/chat/rooms', { roomName: `방 ${i}`, participantIds: [people[1].id] }, { token: people[0].access, base: stack.base });
    for (let i = 0; i < 200; i += 1) await add('test.nothing');
    await until(async () => (await waiting()) === 0);
  } finally {
    const gone = new Promise((ok) => { second.on('exit', ok); });
    second.kill('SIGTERM');
    assert.equal(await gone, 0);
  }
});

test('MariaDB away and back: nothing is lost, nobody has to do anything', async () => {
  stack.kill('jobs', 'SIGSTOP');
  for (let i = 0; i < 10; i += 1) await add('test.nothing');
  await db.end();
  await stack.die('mysql');
  stack.kill('jobs', 'SIGCONT');
  await until(() => stack.logOf('jobs').some((l) => l.msg === 'MariaDB is away'));
  stack.up();
  db = connectDb(stack.run);
  await until(async () => (await waiting()) === 0);
});

test('a room that was emptied is cleared away piece by piece', async () => {
  const owner = await person('주인', {}, { base: stack.base });
  let res; // each worker finds out by itself that MariaDB is back
  await until(async () => (res = await post('/chat/rooms', { roomName: '긴 방', isPublic: false }, { token: owner.access, base: stack.base })).status === 201);
  const id = res.body.data.roomId;
  await db.query('INSERT INTO chat_messages (room_id, seq, sender_id, body) SELECT ?, seq, ?, "x" FROM seq_1_to_4500', [id, owner.id]);
  await db.query('UPDATE chat_rooms SET last_seq = 4500 WHERE id = ?', [id]);
  await post(`/chat/rooms/${id}/leave`, undefined, { token: owner.access, base: stack.base });
  await until(async () => (await db.query('SELECT id FROM chat_rooms WHERE id = ?', [id])).length === 0);
  assert.equal((await db.query('SELECT COUNT(*) AS n FROM chat_messages WHERE room_id = ?', [id]))[0].n, 0);
});

test('the commands say what they take', () => {
  assert.equal(jobs('--what').code, 64);
  assert.equal(jobs('--requeue', 'x').code, 64);
  assert.match(jobs('--help').text, /--requeue \[ID\]/);
  assert.match(jobs('--version').text, /^\d+\.\d+\.\d+\n$/);
});
