// Study groups over Socket.IO: who is there, who types, calls and what is said in them.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { person, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { closeAllIo, connectIo } from '../harness/socketio.mjs';
import { until } from '../harness/stack.mjs';
import { raw } from '../harness/stomp.mjs';
import { study } from '../harness/study.mjs';

after(closeAllIo);
after(closeDb);

const connect = (p, options) => connectIo({ token: p.access, userId: p.id }, options);
const user = (p) => ({ userId: p.id, id: p.id, name: p.name, email: p.email, avatar: null, status: 'ACTIVE' });
const group = async (...names) => {
  const people = await Promise.all(names.map((n) => person(n)));
  return [...people, await study(people[0], people.slice(1))];
};
const short = (ms = 150) => new Promise((ok) => { setTimeout(ok, ms); });

test('members hear who comes and goes, others do not', async () => {
  const [a, b, id] = await group('하나', '두리');
  const stranger = await connect(await person('남남'));
  const sa = await connect(a);
  assert.deepEqual(await sa.heard('study:online-users'), [{ studyId: id, users: [user(a)] }]);
  const sb = await connect(b);
  const [online] = await sa.heard('user:online');
  assert.deepEqual({ ...online, timestamp: 0 }, { userId: b.id, user: user(b), timestamp: 0 });
  assert.match(online.timestamp, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  const [there] = await sb.heard('study:online-users');
  assert.deepEqual(there.users.map((u) => u.userId).sort(), [a.id, b.id].sort());
  // a second tab: no second person, and nobody goes while it is open
  const tab = await connect(b, { transports: ['polling'] });
  assert.equal((await tab.heard('study:online-users'))[0].users.length, 2);
  sb.disconnect();
  await short();
  assert.equal(sa.seen('user:offline').length, 0);
  tab.disconnect();
  const [offline] = await sa.heard('user:offline');
  assert.equal(offline.userId, b.id);
  assert.equal(stranger.seen('user:online').length + stranger.seen('study:online-users').length, 0);
});

test('joining takes both spellings and a membership', async () => {
  const [a, b, id] = await group('하나', '두리');
  const sa = await connect(a);
  await sa.heard('study:online-users');
  sa.emit('study:join', id);
  await sa.heard('study:online-users', 2);
  assert.deepEqual(await sa.ask('study:join', { studyId: id }), { success: true });
  await sa.heard('study:online-users', 3);
  const stranger = await connect(await person('남남'));
  stranger.emit('study:join', id);
  assert.deepEqual(await stranger.heard('error'), [{ message: '스터디 멤버가 아닙니다' }]);
  assert.deepEqual(await stranger.ask('study:join', { studyId: '999999999' }), { success: false, error: '스터디 멤버가 아닙니다' });
  const english = await connect(await person('other'), { extraHeaders: { 'Accept-Language': 'en-GB, ko;q=0.5' } });
  assert.deepEqual(await english.ask('study:join', {}), { success: false, error: 'You are not a member of this study' });
  for (const status of ['PENDING', 'LEFT', 'KICKED']) {
    const p = await person('아직');
    await query('INSERT INTO study_members (study_id, user_id, status) VALUES (?, ?, ?)', [id, p.id, status]);
    assert.equal((await (await connect(p)).ask('study:join', id)).success, false);
  }
  // gone for those who stay, and back
  const sb = await connect(b);
  await sb.heard('study:online-users');
  assert.deepEqual(await sa.ask('study:leave', id), { success: true });
  assert.equal((await sb.heard('user:offline'))[0].userId, a.id);
  // also when its user's studies are looked up again
  const [before, lists] = [sb.seen('user:online').length, sa.seen('study:online-users').length];
  await study(a);
  assert.equal((await send('PUT', '/user/profile', { token: a.access, body: { profileImage: 'https://img.example.com/a.png' } })).status, 200);
  await sa.heard('study:online-users', lists + 1);
  assert.equal(sb.seen('user:online').length, before);
  assert.deepEqual(await sa.ask('study:join', id), { success: true });
  assert.equal((await sb.heard('user:online', before + 1)).at(-1).userId, a.id);
  assert.equal((await sb.heard('presence:user-online'))[0].userId, a.id);
});

test('asking who is there many times at once is answered once', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await Promise.all([sa, sb].map((s) => s.heard('study:online-users')));
  await short();
  const before = sa.seen('study:online-users').length;
  for (let i = 0; i < 30; i += 1) sa.emit('study:join', id);
  const list = (await sa.heard('study:online-users', before + 1)).at(-1);
  await short(300);
  assert.deepEqual(list.users.map((u) => u.userId).sort(), [a.id, b.id].sort());
  assert.ok(sa.seen('study:online-users').length <= before + 3, `${sa.seen('study:online-users').length - before}`);
});

test('what is said at once after the greeting waits until it is known where its user belongs', async () => {
  const [a, id] = await group('하나');
  const s = await raw('/socket.io/?EIO=4&transport=websocket');
  s.send(`40${JSON.stringify({ token: a.access })}`);
  s.send(`420${JSON.stringify(['study:join', { studyId: id }])}`);
  s.send(`421${JSON.stringify(['study:join', { studyId: '999999999' }])}`);
  await until(() => s.texts.some((t) => t.startsWith('431')));
  assert.deepEqual(s.texts.filter((t) => t.startsWith('43')), ['430[{"success":true}]', '431[{"success":false,"error":"스터디 멤버가 아닙니다"}]']);
  s.ws.close();
});

test('of many who come at once each is answered what they asked before it was known who they are', async () => {
  const groups = await Promise.all(Array.from({ length: 12 }, (_, i) => group(`사람${i}`)));
  for (let round = 0; round < 4; round += 1) {
    const all = await Promise.all(groups.map(async ([p, id]) => {
      const s = await raw('/socket.io/?EIO=4&transport=websocket');
      // one message: what stands behind CONNECT is there before the answer is
      s.send([`40${JSON.stringify({ token: p.access })}`, ...Array.from({ length: 10 }, (_, i) => `42${i}${JSON.stringify(['study:join', { studyId: i % 2 ? '999999999' : id }])}`)].join('\x1e'));
      return s;
    }));
    await until(() => all.every((s) => s.texts.filter((t) => t.startsWith('43')).length === 10));
    for (const s of all) assert.deepEqual(s.texts.filter((t) => t.startsWith('43')).map((t) => t.includes('true')), Array.from({ length: 10 }, (_, i) => i % 2 === 0));
    all.forEach((s) => s.ws.close());
  }
});

test('typing is told to the others by both of its names, and not too often', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await sb.heard('study:online-users');
  await sb.ask('study:join', { studyId: id });
  sa.emit('chat:typing', { studyId: id, isTyping: true, userId: b.id });
  assert.deepEqual(await sb.heard('chat:user-typing'), [{ userId: a.id, user: user(a), isTyping: true }]);
  assert.deepEqual(await sb.heard('study:typing'), [{ userId: a.id, userName: '하나' }]);
  sa.emit('study:typing', { studyId: id, userId: b.id, userName: '거짓' });
  assert.deepEqual((await sb.heard('study:typing', 2))[1], { userId: a.id, userName: '하나' });
  for (let i = 0; i < 40; i += 1) sa.emit('chat:typing', { studyId: id, isTyping: false });
  await sa.ask('study:message', { studyId: id, message: { content: '믿지 마' } });
  await short(300);
  assert.ok(sb.seen('chat:user-typing').length <= 22, `${sb.seen('chat:user-typing').length}`);
  assert.equal(sa.seen('chat:user-typing').length, 0);
  assert.equal(sb.seen('study:message').length, 0);
});

test('presence has its own names', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await sb.heard('study:online-users');
  assert.deepEqual(await sa.ask('presence:join-study', { studyId: id }), { success: true });
  assert.deepEqual(await sa.heard('presence:study-joined'), [{ studyId: id, onlineCount: 2 }]);
  assert.equal((await sb.heard('presence:user-online'))[0].userId, a.id);
  sa.emit('presence:status-change', { status: 'away' });
  assert.deepEqual(await sb.heard('presence:user-status-changed'), [{ userId: a.id, user: user(a), status: 'away' }]);
  assert.equal((await sa.ask('presence:status-change', { status: 'x'.repeat(31) })).success, false);
  sa.emit('presence:leave-study', { studyId: id });
  assert.equal((await sb.heard('presence:user-offline'))[0].userId, a.id);
});

test('a call: who is in it, what they signal, what they show, and that they leave', async () => {
  const [a, b, c, id] = await group('하나', '두리', '세찌');
  const [sa, sb, sc] = [await connect(a), await connect(b), await connect(c, { transports: ['polling'] })];
  const roomId = `study-${id}-main`;
  sa.emit('video:join-room', { studyId: id, roomId });
  assert.deepEqual(await sa.heard('video:room-state'), [{ participants: [] }]);
  await sa.ask('video:toggle-audio', { roomId, isMuted: true });
  sb.emit('video:join-room', { studyId: id, roomId });
  const [state] = await sb.heard('video:room-state');
  assert.equal(state.participants.length, 1);
  const { joinedAt, ...first } = state.participants[0];
  assert.deepEqual(first, { socketId: sa.id, ...user(a), user: user(a), isMuted: true, isVideoOff: false, isSharingScreen: false });
  assert.match(joinedAt, /Z$/);
  assert.deepEqual(await sa.heard('video:user-joined'), [{ userId: b.id, user: user(b), socketId: sb.id }]);
  sc.emit('video:join', { roomId });
  const [list] = await sc.heard('video:participants');
  assert.deepEqual(list.participants.map((p) => p.socketId).sort(), [sa.id, sb.id].sort());
  // signalling goes to one, from who really says it
  sb.emit('video:offer', { to: sa.id, from: 'x', offer: { type: 'offer', sdp: 'v=0\r\n' } });
  assert.deepEqual(await sa.heard('video:offer'), [{ from: sb.id, offer: { type: 'offer', sdp: 'v=0\r\n' } }]);
  sa.emit('video:answer', { to: sb.id, answer: { type: 'answer', sdp: 'v=0' } });
  assert.deepEqual(await sb.heard('video:answer'), [{ from: sa.id, answer: { type: 'answer', sdp: 'v=0' } }]);
  for (let i = 0; i < 20; i += 1) sb.emit('video:ice-candidate', { to: sa.id, candidate: { candidate: `c${i}` } });
  assert.deepEqual((await sa.heard('video:ice-candidate', 20)).map((m) => m.candidate.candidate), Array.from({ length: 20 }, (_, i) => `c${i}`));
  sc.emit('video:signal', { to: sa.id, signal: 7 });
  assert.deepEqual(await sa.heard('video:signal'), [{ from: sc.id, signal: 7 }]);
  assert.equal(sc.seen('video:offer').length + sc.seen('video:ice-candidate').length, 0);
  // state, to all but who says it
  for (const isMuted of [false, true]) sa.emit('video:toggle-audio', { roomId, isMuted });
  sa.emit('video:toggle-video', { roomId, isVideoOff: true });
  sa.emit('video:screen-share-start', { roomId });
  sa.emit('video:screen-share-stop', { roomId });
  for (let i = 0; i < 30; i += 1) sa.emit('video:speaking', { roomId, speaking: true });
  sa.emit('video:speaking', { roomId, speaking: false });
  const me = { socketId: sa.id, userId: a.id };
  // muted before b came, which its list of participants has said, and which may still have been on its way through Redis
  const changes = (s) => s.seen('video:peer-audio-changed').slice(s.seen('video:peer-audio-changed')[0]?.isMuted ? 1 : 0);
  await until(() => changes(sb).length === 2);
  assert.deepEqual(changes(sb), [{ ...me, isMuted: false }, { ...me, isMuted: true }]);
  assert.deepEqual(await sb.heard('video:peer-video-changed'), [{ ...me, isVideoOff: true }]);
  await until(() => changes(sc).length === 2);
  assert.deepEqual(changes(sc), changes(sb));
  assert.deepEqual(await sb.heard('video:peer-screen-share', 2), [{ ...me, isSharing: true }, { ...me, isSharing: false }]);
  assert.deepEqual(await sb.heard('video:screen-share-started'), [{ ...me, isSharing: true }]);
  assert.deepEqual(await sb.heard('video:screen-share-stopped'), [{ ...me, isSharing: false }]);
  await sb.heard('video:user-speaking', 2);
  assert.deepEqual(sb.seen('video:user-speaking').at(-1), { ...me, speaking: false });
  assert.ok(sb.seen('video:user-speaking').length < 10);
  assert.equal(sa.seen('video:peer-audio-changed').length + sa.seen('video:peer-video-changed').length, 0);
  // words and files inside the call, to the sender too
  sb.emit('chat:video-message', { roomId, message: '안녕' });
  const [word] = await sb.heard('chat:video-message-received');
  assert.deepEqual(await sa.heard('chat:video-message-received'), [word]);
  assert.deepEqual([word.roomId, word.userId, word.socketId, word.message, word.type], [roomId, b.id, sb.id, '안녕', 'text']);
  // a file is what was uploaded, whatever the client says of it
  const stored = async (study_, more = '') => String((await query(`INSERT INTO files (storage_key, owner_id, study_id, name, content_type, kind, purpose, size, sha256${more && ', deleted_at'}) VALUES (?, ?, ?, 'a.png', 'image/png', 'IMAGE', 'STUDY', 3, ''${more})`, [`${Math.random()}call`, b.id, study_])).insertId);
  const mine = await stored(id);
  sb.emit('chat:video-file', { roomId, file: { id: mine, name: '거짓.exe', size: 1, type: 'text/html', url: 'javascript:alert(1)', more: 1 } });
  const [shown] = await sa.heard('chat:video-file-received');
  assert.deepEqual(shown.file, { id: mine, name: 'a.png', size: 3, type: 'image/png', url: `/api/studies/${id}/files/${mine}/download` });
  assert.deepEqual([shown.roomId, shown.userId, shown.socketId, shown.type, shown.user], [roomId, b.id, sb.id, 'file', user(b)]);
  assert.match(shown.id, /^vfile_/);
  assert.deepEqual(await sb.heard('chat:video-file-received'), [shown]);
  const elsewhere = await stored(await study(b));
  for (const [file, error] of [[{ id: elsewhere }, '이 스터디의 파일이 아닙니다'], [{ id: '999999999' }, '이 스터디의 파일이 아닙니다'], [{ id: await stored(id, ', NOW(3)') }, '이 스터디의 파일이 아닙니다'],
    [{ url: 'javascript:alert(1)' }, 'file.id가 없습니다'], [{ id: '../1' }, 'file.id가 없습니다'], [null, 'file.id가 없습니다']]) {
    assert.deepEqual(await sb.ask('chat:video-file', { roomId, file }), { success: false, error }, JSON.stringify(file));
  }
  assert.deepEqual(await sb.ask('chat:video-file', { roomId, file: { id: Number(mine) } }), { success: true });
  assert.equal((await sa.heard('chat:video-file-received', 2)).length, 2);
  assert.deepEqual(await sb.ask('chat:video-message', { roomId }), { success: false, error: 'message가 없습니다' });
  // leaving, by word and by breaking off
  sb.emit('video:leave-room', { roomId });
  assert.deepEqual(await sa.heard('video:user-left'), [{ socketId: sb.id, userId: b.id }]);
  const gone = { socketId: sc.id, userId: c.id };
  sc.disconnect();
  assert.deepEqual((await sa.heard('video:user-left', 2))[1], gone);
});

test('a call is for members, and its signals for who is in it', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb, so] = [await connect(a), await connect(b), await connect(await person('남남'))];
  const roomId = `study-${id}-main`;
  for (const [event, body] of [['video:join-room', { studyId: id, roomId }], ['video:join', { roomId }], ['video:start', { studyId: id, roomId }]]) {
    assert.deepEqual(await so.ask(event, body), { success: false, error: '스터디 멤버가 아닙니다' });
  }
  for (const bad of [{}, { studyId: id }, { studyId: id, roomId: '' }, { studyId: id, roomId: 'a b' }, { studyId: id, roomId: 'x'.repeat(101) }, { roomId: 'elsewhere' }]) {
    assert.equal((await sa.ask('video:join-room', bad)).success, false, JSON.stringify(bad));
  }
  assert.equal((await sa.ask('video:offer', { to: sb.id, offer: {} })).error, '통화에 참여하고 있지 않습니다');
  await sa.ask('video:start', { studyId: id, roomId });
  const [started] = await sb.heard('video:started');
  assert.deepEqual({ ...started, timestamp: 0 }, { roomId, startedBy: user(a), timestamp: 0 });
  // who is told has its name alone to find it by
  const misleading = { success: false, error: 'roomId는 study-{studyId}-main과 같아야 합니다' };
  for (const name of ['custom', 'study-1-main', `study-${id}1`, `Study-${id}-main`]) assert.deepEqual([name, await sb.ask('video:start', { studyId: id, roomId: name })], [name, misleading]);
  assert.deepEqual(await sb.ask('video:start', { roomId: `study-${id}-second` }), { success: true });
  assert.equal((await sa.heard('video:started'))[0].roomId, `study-${id}-second`);
  assert.deepEqual(await sa.ask('video:join', { roomId: `study-${id}-second` }), { success: true });
  await sb.heard('video:user-joined');
  await sb.ask('video:leave', {});
  assert.equal((await sb.ask('chat:video-file', { roomId, file: { id: '1' } })).error, '통화에 참여하고 있지 않습니다');
  await sa.ask('video:start', { studyId: id, roomId });
  // b is not in the call: it hears nothing of it, and so does whoever has another call of that name
  sa.emit('video:offer', { to: sb.id, offer: {} });
  sa.emit('video:offer', { to: 'study:1', offer: {} });
  assert.equal((await sa.ask('video:offer', { offer: {} })).success, false);
  const [c, other] = await group('세찌');
  const sc = await connect(c);
  await sc.ask('video:join-room', { studyId: other, roomId });
  sa.emit('video:offer', { to: sc.id, offer: {} });
  sa.emit('video:toggle-audio', { isMuted: true });
  await short();
  assert.equal(sb.seen('video:offer').length + sc.seen('video:offer').length + sc.seen('video:peer-audio-changed').length, 0);
});

test('whatever is done is acknowledged to who asks for it, and what is dropped as well', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await Promise.all([sa, sb].map((s) => s.heard('study:online-users')));
  const good = { success: true };
  const roomId = `study-${id}-main`;
  const states = [['video:toggle-audio', { roomId, isMuted: true }], ['video:toggle-video', { roomId, isVideoOff: true }], ['video:screen-share-start', { roomId }], ['video:screen-share-stop', { roomId }]];
  for (const s of [sa, sb]) assert.deepEqual(await s.ask('video:join-room', { studyId: id, roomId }), good);
  for (const [event, part] of [['video:offer', 'offer'], ['video:answer', 'answer'], ['video:ice-candidate', 'candidate'], ['video:signal', 'signal']]) {
    assert.deepEqual(await sa.ask(event, { to: sb.id, [part]: { sdp: 'v=0' } }), good, event);
    assert.deepEqual(await sb.heard(event), [{ from: sa.id, [part]: { sdp: 'v=0' } }]);
    // of who is not there, or never was, nothing is told either
    for (const to of ['0'.repeat(20), `study:${id}`, '*', '']) assert.deepEqual(await sa.ask(event, { to, [part]: 7 }), good, event);
    for (const bad of [{ to: sb.id }, { [part]: 7 }, { to: 7, [part]: 7 }]) assert.equal((await sa.ask(event, bad)).success, false, event);
    assert.deepEqual(await sa.ask(event, { to: '*', [part]: 'x'.repeat(300000) }), { success: false, error: '너무 큽니다' });
    assert.equal(sb.seen(event).length, 1);
  }
  for (const [event, arg] of states) assert.deepEqual(await sa.ask(event, arg), good, event);
  for (const event of ['chat:typing', 'study:typing']) {
    assert.deepEqual(await Promise.all(Array.from({ length: 15 }, () => sa.ask(event, { studyId: id, isTyping: true }))), Array(15).fill(good), event);
    assert.equal((await sa.ask(event, { studyId: '999999999' })).success, false, event);
  }
  for (let i = 0; i < 3; i += 1) assert.deepEqual(await sa.ask('video:speaking', { roomId, speaking: true }), good);
  assert.deepEqual(await sa.ask('video:leave-room', { roomId }), good);
  assert.equal((await sa.ask('video:speaking', { roomId, speaking: true })).error, '통화에 참여하고 있지 않습니다');
});

test('what connects two is bounded: 128 candidates with each offer or answer, and twenty of those a minute', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await Promise.all([sa, sb].map((s) => s.heard('study:online-users')));
  const roomId = `study-${id}-main`;
  for (const s of [sa, sb]) await s.ask('video:join', { roomId });
  const [good, full, often] = [{ success: true }, { success: false, error: 'ICE 후보가 너무 많습니다' }, { success: false, error: '연결 요청이 너무 많습니다' }];
  const candidate = (i = 0) => (i % 2 ? sa.ask('video:signal', { to: sb.id, signal: { candidate: 'c' } }) : sa.ask('video:ice-candidate', { to: sb.id, candidate: { candidate: 'c' } }));
  const description = (i = 0) => [
    () => sa.ask('video:offer', { to: sb.id, offer: { type: 'offer', sdp: '0' } }),
    () => sa.ask('video:answer', { to: sb.id, answer: { type: 'answer', sdp: '0' } }),
    () => sa.ask('video:signal', { to: sb.id, signal: { type: 'offer', sdp: '0' } }),
  ][i % 3]();
  const times = (n, fn) => Promise.all(Array.from({ length: n }, (_, i) => fn(i)));
  assert.deepEqual(await times(129, candidate), [...Array(128).fill(good), full]);
  for (let i = 0; i < 3; i += 1) assert.deepEqual([await candidate(1), await description(i), await candidate(), await candidate(1)], [i ? good : full, good, good, good]);
  // leaving the call is no way to begin anew
  assert.deepEqual(await times(18, description), [...Array(17).fill(good), often]);
  await sa.ask('video:leave', { roomId });
  await sa.ask('video:join', { roomId });
  assert.deepEqual([await description(), await times(129, candidate)], [often, [...Array(128).fill(good), full]]);
  // b has its own count
  assert.deepEqual(await sb.ask('video:ice-candidate', { to: sa.id, candidate: {} }), good);
  assert.deepEqual([sb.seen('video:ice-candidate').length + sb.seen('video:signal').length, sb.seen('video:offer').length + sb.seen('video:answer').length], [128 + 8 + 128 + 6, 2 + 12]);
});

test('what is too large to be told is refused, not acknowledged', async () => {
  const [a, b, id] = await group('하나', '두리');
  const [sa, sb] = [await connect(a), await connect(b)];
  await Promise.all([sa, sb].map((s) => s.heard('study:online-users')));
  const roomId = `study-${id}-main`;
  for (const s of [sa, sb]) assert.deepEqual(await s.ask('video:join', { roomId }), { success: true });
  const refusal = { success: false, error: '너무 큽니다' };
  assert.deepEqual(await sa.ask('chat:video-message', { roomId, message: 'x'.repeat(300000) }), refusal);
  assert.deepEqual(await sa.ask('video:offer', { to: sb.id, offer: { type: 'offer', sdp: 'x'.repeat(300000) } }), refusal);
  assert.deepEqual(await sa.ask('chat:video-message', { roomId, message: 'x'.repeat(200000) }), { success: true });
  await sb.heard('chat:video-message-received');
  assert.equal(sb.seen('video:offer').length, 0);
});
