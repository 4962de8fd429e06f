// What is said in study groups over Socket.IO: kept, told to all by each name the shipped pages know, refused with a reason.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, test } from 'node:test';
import Redis from 'ioredis';
import { env, person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { fillStudy, study } from '../harness/study.mjs';

after(closeAllIo);
after(closeDb);

const connect = async (p, options) => {
  const s = await connectIo({ token: p.access, userId: p.id }, options);
  await s.heard('study:online-users');
  return s;
};
const group = async (...names) => {
  const people = await Promise.all(names.map((n) => person(n)));
  return [...people, await study(people[0], people.slice(1))];
};
const rest = (p, method, target, body, headers = {}) => send(method, `/api/studies/${target}`, { body, headers: { cookie: `next-auth.session-token=${p.access}`, ...headers } });
const stored = (id) => query('SELECT CAST(id AS CHAR) AS id, CAST(user_id AS CHAR) AS user, content FROM study_messages WHERE study_id = ? ORDER BY study_messages.id', [id]);

test('a message is kept, acknowledged as REST answers it, and told to everybody by each of its names', async () => {
  const [a, b, c, id] = await group('하나', '두리', '세찌');
  const stranger = await connectIo({ token: (await person('남남')).access });
  const [sa, sb, sc] = [await connect(a), await connect(b), await connect(c, { transports: ['polling'] })];
  for (const s of [sa, sb, sc]) assert.equal((await s.ask('study:join', { studyId: id })).success, true);
  const ack = await sa.ask('chat:message', { studyId: id, content: '안녕 <b>모두</b>', fileId: null, userId: b.id });
  const m = ack.data;
  assert.deepEqual([ack.success, m.userId, m.content, m.readers], [true, a.id, '안녕 모두', [a.id]]);
  assert.deepEqual((await rest(b, 'GET', `${id}/chat`)).body.data, [m]);
  for (const s of [sa, sb, sc]) {
    for (const event of ['chat:new-message', 'study:message']) assert.deepEqual(await s.heard(event), [{ ...m, socketId: sa.id }]);
    assert.deepEqual(await s.heard('chat:message-received'), [{ id: `msg_${m.id}`, seq: 1, studyId: id, userId: a.id, user: m.user, message: '안녕 모두', type: 'text', timestamp: m.createdAt, socketId: sa.id }]);
  }
  // said by REST, heard here; changed, read and deleted, too
  const posted = (await rest(b, 'POST', `${id}/chat`, { content: '나도' })).body.data;
  assert.deepEqual((await sa.heard('chat:new-message', 2))[1], posted);
  assert.equal((await sa.heard('chat:message-received', 2))[1].socketId, null);
  const changed = (await rest(b, 'PATCH', `${id}/chat/${posted.id}`, { content: '나는' })).body.data;
  assert.deepEqual(await sc.heard('study:message:update'), [changed]);
  const read = await sc.ask('chat:read', { messageId: posted.id });
  assert.deepEqual(read.data, { messageId: posted.id, userId: c.id, readers: [b.id, c.id] });
  assert.deepEqual(await sb.heard('chat:message-read'), [read.data]);
  assert.equal((await sc.ask('chat:read', { messageId: Number(posted.id) })).success, true);
  await rest(b, 'DELETE', `${id}/chat/${posted.id}`);
  assert.deepEqual(await sa.heard('study:message:delete'), [{ studyId: id, messageId: posted.id }]);
  assert.equal(sb.seen('chat:message-read').length, 1); // reading again tells nobody
  assert.equal(stranger.seen('chat:new-message').length + stranger.seen('chat:message-read').length, 0);
});

test('what pages show without asking of which group goes to those alone that have joined that group', async () => {
  const [a, b, id] = await group('하나', '두리');
  const other = await study(a, [b]);
  const [sa, sb, tab] = [await connect(a), await connect(b), await connect(b)];
  await sb.heard('study:online-users', 2);
  const say = async (study_, n) => {
    await sa.ask('chat:message', { studyId: study_, content: `${n}` });
    await sa.ask('chat:typing', { studyId: study_, isTyping: true });
    await sb.heard('chat:new-message', n); // all that their user is in
    await sb.heard('chat:user-typing', n);
    await sb.heard('chat:message-received', n);
  };
  const shown = (s) => [texts(s.seen('study:message')), s.seen('study:typing').length];
  await say(id, 1);
  assert.deepEqual(shown(sb), [[], 0]);
  await sb.ask('study:join', { studyId: other });
  await sb.ask('presence:join-study', { studyId: id });
  await say(id, 2);
  assert.deepEqual(shown(sb), [[], 0]);
  await say(other, 3);
  assert.deepEqual(shown(sb), [['3'], 1]);
  await sb.ask('study:join', id); // by the other spelling
  await sb.ask('study:join', id);
  await say(id, 4);
  assert.deepEqual(shown(sb), [['3', '4'], 2]);
  await sb.ask('study:leave', { studyId: other });
  await sb.ask('presence:join-study', { studyId: other });
  await say(other, 5);
  await say(id, 6);
  assert.deepEqual([shown(sb), shown(tab)], [[['3', '4', '6'], 3], [[], 0]]);
});

test('what is sent again is heard once', async () => {
  const [a, b, id] = await group('하나', '두리');
  const sb = await connect(b);
  const send_ = async (content, key) => (await rest(a, 'POST', `${id}/chat`, { content }, key && { 'idempotency-key': key })).body.data.id;
  const first = await send_('한 번', 'told-again-0001');
  assert.equal(await send_('한 번', 'told-again-0001'), first);
  const next = await send_('다음');
  assert.deepEqual((await sb.heard('chat:new-message', 2)).map((m) => [m.id, m.seq]), [[first, 1], [next, 2]]);
});

const fill = (id, p, n) => fillStudy(id, p, n, "CONCAT('m', nth)", "'2026-01-01'"); // long ago: they are not too many at once
const texts = (list) => list.map((m) => m.content);

test('who comes back with the last number it saw gets what it missed, once and in order', async () => {
  const [a, b, id] = await group('하나', '두리');
  await fill(id, b, 5);
  const [sa, sb] = [await connect(a), await connect(b)];
  assert.deepEqual(await sa.ask('study:join', { studyId: id, after: 2 }), { success: true });
  await sb.ask('chat:message', { studyId: id, content: '여섯' });
  for (const event of ['chat:new-message', 'study:message']) assert.deepEqual((await sa.heard(event, 4)).map((m) => [m.seq, m.content]), [[3, 'm3'], [4, 'm4'], [5, 'm5'], [6, '여섯']]);
  assert.deepEqual((await sa.heard('chat:message-received', 4)).map((m) => [m.seq, m.message]).at(-1), [6, '여섯']);
  // once more, from elsewhere; by the other name
  assert.deepEqual(await sa.ask('presence:join-study', { studyId: id, after: 5 }), { success: true });
  assert.deepEqual(texts(await sa.heard('chat:new-message', 5)).at(-1), '여섯');
  await sa.ask('study:leave', id);
  await sb.ask('chat:message', { studyId: id, content: '일곱' });
  await sb.heard('chat:new-message', 2);
  assert.equal(sa.seen('chat:new-message').length, 5);
  assert.deepEqual(await sa.ask('study:join', { studyId: id, after: null }), { success: true });
  await sb.ask('chat:message', { studyId: id, content: '여덟' });
  assert.deepEqual(texts(await sa.heard('chat:new-message', 6)).at(-1), '여덟');
  for (const after of [-1, '5', 1.5, {}]) assert.deepEqual(await sa.ask('study:join', { studyId: id, after }), { success: false, error: 'after는 마지막으로 본 번호여야 합니다' });
});

test('who missed more than a page is told to reload, and hears what is new', async () => {
  const [a, b, id] = await group('하나', '두리');
  await fill(id, b, 120);
  const [sa, sb] = [await connect(a), await connect(b)];
  assert.deepEqual(await sa.ask('study:join', { studyId: id, after: 19 }), { success: true });
  assert.deepEqual(await sa.heard('reload'), [{ type: 'RELOAD', studyId: id, lastSeq: 120 }]);
  await sb.ask('chat:message', { studyId: id, content: '새것' });
  assert.deepEqual(texts(await sa.heard('chat:new-message')), ['새것']);
  // just a page
  assert.deepEqual(await sa.ask('study:join', { studyId: id, after: 21 }), { success: true });
  assert.deepEqual((await sa.heard('chat:new-message', 101)).slice(1).map((m) => m.seq), Array.from({ length: 100 }, (_, i) => i + 22));
  // what was deleted leaves a gap, at the end as well: then only the page says what is left
  await query('DELETE FROM study_messages WHERE study_id = ? AND seq IN (119, 121)', [id]);
  assert.deepEqual(await sa.ask('study:join', { studyId: id, after: 117 }), { success: true });
  assert.deepEqual(texts(await sa.heard('chat:new-message', 103)).slice(101), ['m118', 'm120']);
  assert.deepEqual((await sa.heard('reload', 2))[1], { type: 'RELOAD', studyId: id, lastSeq: 121 });
});

test('a message that is lost on its way is found by the next one, or by the newest number, as it is by then', async () => {
  const [a, b, id] = await group('하나', '두리');
  const redis = new Redis({ path: path.join(env.run, 'redis.sock') });
  const sa = await connect(a);
  try {
    await fill(id, b, 1); // said, and never told
    await sa.ask('chat:message', { studyId: id, content: '둘' });
    assert.deepEqual((await sa.heard('chat:new-message', 2)).map((m) => [m.seq, m.content]), [[1, 'm1'], [2, '둘']]);
    await fill(id, b, 1);
    await redis.publish('sm:live', `study ${id} study.newest 3\n{}`);
    assert.deepEqual(texts(await sa.heard('chat:new-message', 3)).at(-1), 'm3');
    // the fifth is here before the fourth, and has changed by then
    await fill(id, b, 2);
    await query("UPDATE study_messages SET content = 'M5' WHERE study_id = ? AND seq = 5", [id]);
    const message = (seq) => `study ${id} study.message ${seq}\n${JSON.stringify({ id: `${seq}`, seq, studyId: id, userId: b.id, content: `m${seq}` })}`;
    const all = [message(5), `study ${id} study.message_changed 0\n{}`, message(4)];
    await all.reduce((p, text) => p.publish('sm:live', text), redis.pipeline()).exec();
    assert.deepEqual(texts(await sa.heard('chat:new-message', 5)).slice(3), ['m4', 'M5']);
    // the same twice, and a number of nothing, change nothing
    await redis.publish('sm:live', message(5));
    await redis.publish('sm:live', `study ${id} study.newest 900\n{}`);
    await sa.ask('chat:message', { studyId: id, content: '여섯' });
    assert.deepEqual(texts(await sa.heard('chat:new-message', 6)).at(-1), '여섯');
  } finally {
    redis.disconnect();
  }
});

test('numbers follow each other however many write at once', async () => {
  const people = await group('하나', '두리', '세찌', '네찌', '다찌', '여찌');
  const id = people.pop();
  const socks = await Promise.all(people.map((p) => connect(p)));
  await Promise.all(people.flatMap((p, i) => [0, 1, 2, 3, 4].map((k) => (k % 2 ? socks[i].ask('chat:message', { studyId: id, content: `${i}${k}` }) : rest(p, 'POST', `${id}/chat`, { content: `${i}${k}` })))));
  const rows = await query('SELECT CAST(id AS CHAR) AS id, seq FROM study_messages WHERE study_id = ? ORDER BY id', [id]);
  assert.deepEqual(rows.map((r) => Number(r.seq)), Array.from({ length: 30 }, (_, i) => i + 1));
  for (const s of socks) assert.deepEqual((await s.heard('chat:new-message', 30)).map((m) => m.id), rows.map((r) => r.id));
});

test('the signalling server’s names: sent is an event, a file is what was uploaded', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  sa.emit('chat:send-message', { studyId: id, message: '시작할까요?', type: 'text' });
  const [{ id: first }] = await sb.heard('chat:new-message');
  assert.deepEqual(await sa.heard('chat:message-sent'), [{ success: true, messageId: `msg_${first}` }]);
  sa.emit('chat:send-message', { studyId: id, message: '' });
  assert.deepEqual((await sa.heard('chat:message-sent', 2))[1], { success: false, error: '메시지를 입력해 주세요' });
  sa.emit('chat:send-message', { message: '어디에' }); // not even asked of the pool
  sa.emit('chat:send-message', { studyId: id, message: 'x'.repeat(40000) });
  assert.deepEqual((await sa.heard('chat:message-sent', 4)).slice(2), [{ success: false, error: '스터디 멤버가 아닙니다' }, { success: false, error: '너무 큽니다' }]);
  assert.equal(sa.seen('error').length, 0);
  const f = String((await query("INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, size, sha256) VALUES (?, ?, ?, 'a.pdf', 'application/pdf', 'DOCUMENT', 9, '')", [`${id}study`, a.id, id])).insertId);
  sa.emit('chat:file-uploaded', { studyId: id, file: { id: f, name: '거짓.exe', url: 'https://evil.example.com/', size: 1 } });
  const [, shown] = await sb.heard('chat:message-received', 2);
  assert.deepEqual([shown.type, shown.file.name, shown.file.id, shown.message], ['file', 'a.pdf', f, '']);
  assert.match(shown.id, /^file_\d+$/);
  assert.deepEqual((await stored(id)).map((m) => [m.user, m.content]), [[a.id, '시작할까요?'], [a.id, '']]);
});

test('what is refused says why, to the acknowledgement or as an error', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  const stranger = await connectIo({ token: (await person('남남')).access }, { extraHeaders: { 'Accept-Language': 'en' } });
  const said = await sb.ask('chat:message', { studyId: id, content: '하나' });
  for (const [s, event, body, error] of [
    [stranger, 'chat:message', { studyId: id, content: 'x' }, 'You are not a member of this study'],
    [stranger, 'chat:message', { content: 'x' }, 'You are not a member of this study'],
    [stranger, 'chat:read', { messageId: said.data.id }, 'You are not a member of this study'],
    [sa, 'chat:message', { studyId: id }, '메시지를 입력해 주세요'],
    [sa, 'chat:message', { studyId: id, content: '가'.repeat(2001) }, /^입력값을 확인해 주세요/],
    [sa, 'chat:message', { studyId: id, content: 'x'.repeat(40000) }, '너무 큽니다'],
    [sa, 'chat:message', { studyId: id, content: { a: 1 } }, /^입력값을 확인해 주세요/],
    [sa, 'chat:message', { studyId: id, content: 'x', fileId: '999999999' }, '이 스터디의 파일이 아닙니다'],
    [sa, 'chat:file-uploaded', { studyId: id, file: { name: 'a' } }, 'file.id가 없습니다'],
    [sa, 'chat:file-uploaded', { studyId: id, file: { id: '999999999' } }, '이 스터디의 파일이 아닙니다'],
    [sa, 'chat:read', {}, 'messageId가 없습니다'],
    [sa, 'chat:read', { messageId: 'x' }, 'messageId가 없습니다'],
    [sa, 'chat:read', { messageId: '999999999' }, '메시지를 찾을 수 없습니다'],
  ]) {
    const ack = await s.ask(event, body);
    assert.equal(ack.success, false, JSON.stringify(body));
    if (error instanceof RegExp) assert.match(ack.error, error);
    else assert.equal(ack.error, error);
  }
  sa.emit('chat:message', { studyId: id, content: '' });
  assert.deepEqual(await sa.heard('error'), [{ message: '메시지를 입력해 주세요' }]);
  // twenty at once: five are kept, in the order they were said, the rest are refused
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => sa.ask('chat:message', { studyId: id, content: `${i}` })));
  assert.deepEqual(all.map((x) => x.success), Array.from({ length: 20 }, (_, i) => i < 5));
  assert.equal(all[5].error, '메시지를 너무 빠르게 보내고 있습니다');
  assert.deepEqual((await stored(id)).map((m) => m.content), ['하나', '0', '1', '2', '3', '4']);
  assert.deepEqual((await sb.heard('chat:new-message', 6)).map((m) => m.content), ['하나', '0', '1', '2', '3', '4']);
});
