// Learning sessions: who takes part, invitations, reminders, and what is said afterwards.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { internal } from '../harness/internal.mjs';
import { block, learner } from '../harness/learner.mjs';
import { act, as, did, earlier, held, later, planned, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['호스트', '손님', '셋째', '넷째'][i] ?? `사람${i}`)));
const none = [404, 'SESSION_NOT_FOUND'];
const of = (p, s, what) => get(`/sessions/${s.id}/${what}`, as(p));

test('who takes part, for those who do', async () => {
  const [host, guest, third, fourth] = await people(4);
  const s = await planned(host, guest);
  const list = (await of(guest, s, 'participants')).body.data;
  assert.deepEqual(list, [
    { userId: host.id, name: '호스트', role: 'HOST', joinedAt: list[0].joinedAt, profileImage: null }, { userId: guest.id, name: '손님', role: 'GUEST', joinedAt: null, profileImage: null }]);
  assert.notEqual(list[0].joinedAt, null);
  const open = await planned(host, null, { maxParticipants: 3 });
  await did(third, open, 'join');
  await did(fourth, open, 'join');
  await did(fourth, open, 'leave');
  assert.deepEqual((await of(third, open, 'participants')).body.data.map((p) => [p.name, p.role]), [['호스트', 'HOST'], ['셋째', 'BOOKED']]);
  for (const [p, what] of [[third, s], [fourth, open]]) assert.deepEqual(verdict(await of(p, what, 'participants')), none);
});

test('reminders: defaults, what is changed, and when the next is due', async () => {
  const [host, guest, other] = await people(3);
  const s = await planned(host, guest);
  const defaults = { reminderBefore: 30, enableEmailReminder: true, enablePushReminder: true, enableSmsReminder: false, updatedAt: null };
  assert.deepEqual((await of(guest, s, 'notifications')).body.data, defaults);
  const patch = (p, body) => act(p, s, 'notifications', body, 'PATCH');
  const due = async (p) => (await query('SELECT TIMESTAMPDIFF(SECOND, x.remind_at, s.starts_at) DIV 60 AS m FROM session_seats x JOIN learning_sessions s ON s.id = x.session_id WHERE s.id = ? AND x.user_id = ?', [s.id, p.id]))[0].m;
  let want = defaults;
  for (const [body, minutes] of [[{ reminderBefore: '60' }, 60], [{ enableEmailReminder: false, enableSmsReminder: 'true' }, 60], [{ enablePushReminder: false }, null], [{ enablePushReminder: true }, 60], [{ reminderBefore: 1440 }, null], [{}, null], [{ reminderBefore: 15 }, 15]]) {
    const { status, body: { data } } = await patch(guest, body);
    want = { ...want, ...body, updatedAt: data.updatedAt, ...(body.reminderBefore && { reminderBefore: Number(body.reminderBefore) }), ...(body.enableSmsReminder && { enableSmsReminder: true }) };
    assert.deepEqual([body, status, data, await due(guest)], [body, 200, want, minutes]);
    assert.notEqual(data.updatedAt, null);
  }
  assert.deepEqual([(await of(guest, s, 'notifications')).body.data, (await of(host, s, 'notifications')).body.data, await due(host)], [want, defaults, 30]);
  // who was reminded is not again
  await query('UPDATE session_seats SET remind_at = NULL, reminded_at = NOW(3) WHERE session_id = ?', [s.id]);
  await patch(guest, { reminderBefore: 10 });
  assert.equal(await due(guest), null);
  for (const [body, field] of [[{ reminderBefore: 4 }, 'reminderBefore'], [{ reminderBefore: 10081 }, 'reminderBefore'], [{ enablePushReminder: 'x' }, 'enablePushReminder'], [{ enableEmailReminder: 3 }, 'enableEmailReminder'], [{ enableSmsReminder: 'x' }, 'enableSmsReminder']]) {
    assert.deepEqual([body, wrongField(await patch(guest, body))[2]], [body, field]);
  }
  assert.deepEqual([verdict(await of(other, s, 'notifications')), verdict(await patch(other, {}))], [none, none]);
  const open = await planned(host);
  assert.deepEqual(verdict(await act(other, open, 'notifications', {}, 'PATCH')), none); // public, but not theirs
});

const invited = async (host, s, body) => {
  const res = await act(host, s, 'invite', body);
  assert.equal(res.status, 201, res.text);
  return res.body.data;
};
const accept = (p, token, options) => post('/sessions/invite/accept', { token }, { ...as(p), ...options });

test('an invitation lets one person into a private session, once', async () => {
  const [host, a, b, c] = await people(4);
  const s = await planned(host, null, { isPublic: false, maxParticipants: 3 });
  const i = await invited(host, s);
  assert.match(i.inviteToken, /^[0-9a-f]{32}$/);
  assert.deepEqual(i, { sessionId: s.id, inviteToken: i.inviteToken, expiresAt: i.expiresAt, joinUrl: `/sessions/join?token=${i.inviteToken}` });
  assert.ok(Math.abs(Date.parse(i.expiresAt) - Date.now() - 24 * 3600000) < 60000);
  const hash = crypto.createHash('sha256').update(i.inviteToken).digest();
  assert.deepEqual((await query('SELECT session_id, token_hash FROM session_invites WHERE session_id = ?', [s.id])).map((r) => [r.session_id, r.token_hash.equals(hash)]), [[s.id, true]]);
  assert.deepEqual(verdict(await act(a, s, 'join')), none);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const [first, again] = [await accept(a, i.inviteToken, { headers }), await accept(a, i.inviteToken, { headers })];
  assert.deepEqual([first.status, first.body.data.id, first.body.data.isParticipant, first.body.data.currentParticipants, again.text], [200, s.id, true, 2, first.text]);
  const bad = [400, 'INVALID_INVITE_TOKEN'];
  for (const [p, token] of [[b, i.inviteToken], [a, i.inviteToken], [b, '0'.repeat(32)], [b, 'x'], [b, undefined], [b, 5]]) assert.deepEqual([token, ...verdict(await accept(p, token))], [token, ...bad]);
  // of several who use one at the same time it lets one in
  const one = (await invited(host, s)).inviteToken;
  const race = await Promise.all([b, c, b, c].map((p) => accept(p, one)));
  assert.deepEqual(race.map((r) => r.body.code ?? r.status).sort(), [200, 'INVALID_INVITE_TOKEN', 'INVALID_INVITE_TOKEN', 'INVALID_INVITE_TOKEN']);
  assert.equal((await query('SELECT taken FROM learning_sessions WHERE id = ?', [s.id]))[0].taken, 3);
});

test('an invitation that does not help any more', async () => {
  const [host, a, b, blocked] = await people(4);
  const s = await planned(host, null, { isPublic: false });
  const [late, full, used, kept] = [await invited(host, s, { expiresInHours: '1' }), await invited(host, s), await invited(host, s), await invited(host, s, { expiresInHours: 168 })];
  await query('UPDATE session_invites SET expires_at = NOW(3) WHERE token_hash = UNHEX(SHA2(?, 256))', [late.inviteToken]);
  assert.deepEqual(verdict(await accept(a, late.inviteToken)), [410, 'INVITE_EXPIRED']);
  await block(host, blocked);
  assert.deepEqual(verdict(await accept(blocked, full.inviteToken)), none);
  await accept(a, used.inviteToken);
  assert.deepEqual(verdict(await accept(a, full.inviteToken)), [409, 'SESSION_ALREADY_BOOKED']);
  assert.deepEqual(verdict(await accept(b, full.inviteToken)), [400, 'SESSION_002']);
  await did(a, s, 'leave');
  await earlier(s, 500);
  assert.deepEqual(verdict(await accept(b, full.inviteToken)), [410, 'SESSION_001']);
  assert.deepEqual(verdict(await act(host, s, 'invite')), [410, 'SESSION_001']);
  await did(host, s, 'cancel');
  assert.deepEqual(verdict(await accept(b, kept.inviteToken)), [409, 'SESSION_INVALID_STATE']);
  assert.deepEqual(verdict(await act(host, s, 'invite')), [409, 'SESSION_INVALID_STATE']);
  const t = await planned(host, a);
  assert.deepEqual([verdict(await act(a, t, 'invite')), verdict(await act(b, t, 'invite'))], [[400, 'SESSION_NOT_HOST'], none]);
  for (const expiresInHours of [0, 169, 'x']) assert.deepEqual(wrongField(await act(host, t, 'invite', { expiresInHours }))[2], 'expiresInHours');
});

test('what each says of a session, and its summary', async () => {
  const [host, guest, other] = await people(3);
  const s = await planned(host, guest);
  const body = { rating: 4, comment: ' 좋았다\n정말 ', partnerRating: '5', partnerComment: '친절', tags: ['재미', '말하기'], improvementAreas: ['발음'], wouldRecommend: true };
  assert.deepEqual(verdict(await act(guest, s, 'feedback', body)), [409, 'SESSION_INVALID_STATE']);
  const empty = { comment: null, partnerRating: null, partnerComment: null, tags: null, improvementAreas: null, wouldRecommend: null };
  const before = (await of(guest, s, 'summary')).body.data;
  assert.deepEqual(before, { sessionId: s.id, notes: null, durationMinutes: 30, rating: null, highlights: [], actionItems: [], feedback: empty, updatedAt: before.updatedAt });
  await did(host, s, 'start');
  await did(host, s, 'end', { notes: '여행 이야기', rating: 3 });
  const mine = (await act(guest, s, 'feedback', body)).body.data;
  assert.deepEqual(mine, {
    sessionId: s.id, notes: '여행 이야기', durationMinutes: 1, rating: 4, highlights: [], actionItems: [], updatedAt: mine.updatedAt,
    feedback: { comment: '좋았다\n정말', partnerRating: 5, partnerComment: '친절', tags: ['재미', '말하기'], improvementAreas: ['발음'], wouldRecommend: true },
  });
  assert.deepEqual((await of(guest, s, 'summary')).body.data, mine);
  const hosts = (await of(host, s, 'summary')).body.data;
  assert.deepEqual([hosts.rating, hosts.feedback], [3, empty]);
  assert.equal((await get(`/sessions/${s.id}`, as(guest))).body.data.rating, 4);
  const again = (await act(guest, s, 'feedback', { rating: 1, wouldRecommend: false })).body.data;
  assert.deepEqual([again.rating, again.feedback], [1, { ...empty, wouldRecommend: false }]);
  for (const [wrong, field] of [[{}, 'rating'], [{ rating: 0 }, 'rating'], [{ rating: 6 }, 'rating'], [{ rating: 1, partnerRating: 6 }, 'partnerRating'], [{ rating: 1, comment: '가'.repeat(2001) }, 'comment'],
    [{ rating: 1, partnerComment: '가'.repeat(2001) }, 'partnerComment'], [{ rating: 1, tags: Array(11).fill('x') }, 'tags'], [{ rating: 1, tags: ['가'.repeat(41)] }, 'tags[0]'],
    [{ rating: 1, improvementAreas: ['가'.repeat(41)] }, 'improvementAreas[0]'], [{ rating: 1, wouldRecommend: 'x' }, 'wouldRecommend']]) {
    assert.deepEqual([wrong, wrongField(await act(guest, s, 'feedback', wrong))[2]], [wrong, field]);
  }
  assert.deepEqual([verdict(await act(other, s, 'feedback', body)), verdict(await of(other, s, 'summary'))], [none, none]);
  const open = await held(host, null);
  assert.deepEqual(verdict(await act(other, open, 'feedback', body)), none); // public, but they were not there
});

test('nothing records: the answer says so, to its people', async () => {
  const [host, guest, other] = await people(3);
  const s = await planned(host, guest);
  const idle = {
    sessionId: s.id, status: 'idle', recordAudio: false, recordVideo: false, recordTranscript: false, language: null, targetLanguage: null, downloadUrl: null, message: '이 서버에는 녹화가 설정되어 있지 않습니다', updatedAt: null,
  };
  for (const what of ['recording', 'recording/stop']) {
    assert.deepEqual(await did(host, s, what, { recordAudio: true, language: 'en' }), idle);
    assert.deepEqual([verdict(await act(guest, s, what)), verdict(await act(other, s, what))], [[400, 'SESSION_NOT_HOST'], none]);
  }
  assert.deepEqual((await of(guest, s, 'recording')).body.data, idle);
  assert.deepEqual((await of(guest, s, 'transcript?language=en')).body.data, { sessionId: s.id, language: 'en', segments: [], generatedAt: null });
  const open = await planned(host);
  for (const what of ['recording', 'transcript']) assert.deepEqual([verdict(await of(other, s, what)), verdict(await of(other, open, what))], [none, none]);
  for (const [body, field] of [[{ recordAudio: 'x' }, 'recordAudio'], [{ recordVideo: 'x' }, 'recordVideo'], [{ recordTranscript: 'x' }, 'recordTranscript'], [{ language: 'x'.repeat(41) }, 'language'], [{ targetLanguage: 'x'.repeat(41) }, 'targetLanguage']]) {
    assert.deepEqual([body, wrongField(await act(host, s, 'recording', body))[2]], [body, field]);
  }
  assert.equal(wrongField(await of(host, s, `transcript?language=${'x'.repeat(41)}`))[2], 'language');
});

test('a call room by the id of a session is as large as the session, and of its type', async () => {
  const [host] = await people(1);
  const [video, audio, off] = [await planned(host, null, { maxParticipants: 3 }), await planned(host, null, { type: 'audio' }), await planned(host, null, { maxParticipants: 3 })];
  await did(host, off, 'cancel');
  const info = async (id) => {
    const { data } = (await get(`/room/${id}/info`)).body;
    return [data.roomType, data.maxParticipants];
  };
  const unknown = ['audio', 4];
  const [v, a, o] = [[video, ['video', 3]], [audio, ['audio', 2]], [off, unknown]].map(([s, want]) => ({ id: s.id, want }));
  for (const { id, want } of [v, a, o]) assert.deepEqual(await info(id), want);
  for (const id of [`${video.id}x`, `x${video.id}`, '9'.repeat(18), '9'.repeat(19), '9'.repeat(40), '0']) assert.deepEqual([id, await info(id)], [id, unknown]);
  const joined = await post(`/room/${video.id}/join`, { userId: 'guest-1', userName: '손님' });
  assert.deepEqual([joined.status, (await info(video.id)), (await query('SELECT type, max_participants FROM rooms WHERE public_id = ?', [String(video.id)]))[0]], [200, ['video', 3], { type: 'video', max_participants: 3 }]);
});

const socketOf = (gateway) => (s, userId, p) => internal('POST', `/rooms/${s.id}/enter`, { gateway, socket: `s-${userId}`, userId, userName: '이름', ...(p && { loginId: Number(p.id) }) });
const inside = async (s) => (await get(`/room/${s.id}/info`)).body.data.participants.map((p) => p.userId).sort();

test('the call of a session that is not public is for its people, one seat each; who planned it is its host', async () => {
  const enter = socketOf(crypto.randomBytes(8).toString('hex'));
  const join = (s, userId, p) => post(`/room/${s.id}/join`, { userId, userName: '이름' }, p && as(p));
  const kick = (s, userId, p) => post(`/room/${s.id}/kick`, { userId }, as(p));
  const [host, guest, third] = await people(3);
  const s = await planned(host, guest);
  assert.deepEqual([verdict(await join(s, third.id)), verdict(await enter(s, third.id))], [none, none]);
  // pages that do not know who they are call themselves something, and know the id
  for (const userId of ['guest-1', `0${host.id}`, ` ${host.id}`, `${host.id} `, `+${host.id}`, '18446744073709551617', '0']) {
    const own = await planned(host, guest);
    assert.deepEqual([userId, (await join(own, userId)).status, verdict(await join(own, userId, third)), (await enter(own, userId)).status], [userId, 200, none, 200]);
  }
  // whoever shows a token is who it says, whatever they call themselves
  assert.deepEqual([verdict(await join(s, host.id, third)), verdict(await enter(s, third.id, third))], [none, none]);
  assert.deepEqual(await query('SELECT id FROM rooms WHERE public_id = ?', [String(s.id)]), []);
  for (const [userId, p] of [[host.id], [guest.id], [guest.id, guest]]) assert.deepEqual([(await join(s, userId, p)).status, (await enter(s, userId, p)).status], [200, 200]);
  assert.deepEqual([await inside(s), (await enter(s, host.id, host)).status, (await inside(s)).length], [[host.id, guest.id].sort(), 200, 2]);
  assert.deepEqual([verdict(await kick(s, host.id, guest)), verdict(await kick(s, guest.id, third)), (await kick(s, guest.id, host)).status], [[403, 'ROOM_NOT_HOST'], [403, 'ROOM_NOT_HOST'], 200]);
  assert.deepEqual([await inside(s), verdict(await enter(s, guest.id, guest))], [[host.id], [403, 'ROOM_KICKED']]);
  // who has left it is none of its people, and once it is over it is still of nobody else
  const left = await planned(host, guest);
  await did(guest, left, 'leave');
  const off = await planned(host, guest);
  await did(host, off, 'cancel');
  assert.deepEqual([verdict(await enter(left, guest.id, guest)), (await enter(left, host.id)).status], [none, 200]);
  assert.deepEqual([verdict(await enter(off, third.id)), (await enter(off, guest.id)).status], [none, 200]);
  const open = await planned(host, null, { maxParticipants: 3 });
  assert.deepEqual([(await enter(open, 'guest-1')).status, verdict(await kick(open, 'guest-1', third)), (await kick(open, 'guest-1', host)).status], [200, [403, 'ROOM_NOT_HOST'], 200]);
});

test('the room of a session says when it is, and to who takes part whom they meet', async () => {
  const host = await learner('민지', 1, [[2, 102]], { profile: { profileImage: 'https://img.example.com/h.png' } });
  const guest = await learner('존스', 2, [[1, 101]], { profile: { profileImage: 'https://img.example.com/g.png' } });
  const s = await planned(host, guest);
  const card = async (p, lang = 'ko', path = `/room/${s.id}/info`) => (await get(path, { ...(p && as(p)), headers: { 'accept-language': lang } })).body.data.metadata;
  const times = { scheduledStartTime: s.scheduledAt, scheduledEndTime: s.scheduledEndTime };
  const [learns, knows] = (await query("SELECT name_ko AS ko, name_en AS en FROM options WHERE kind = 'level_language' AND id IN (101, 102) ORDER BY id"));
  const all = { ...times, title: '여행', language: 'en', hostName: '민지' };
  const john = { ...all, partnerName: '존스', partnerAvatar: 'https://img.example.com/g.png', partnerLevel: learns.ko, partnerNativeLanguage: '영어', partnerLearningLanguage: '한국어' };
  assert.deepEqual(await card(host), john);
  assert.deepEqual(await card(guest, 'en'), { ...all, partnerName: '민지', partnerAvatar: 'https://img.example.com/h.png', partnerLevel: knows.en, partnerNativeLanguage: 'Korean', partnerLearningLanguage: 'English' });
  for (const p of [undefined, await person('남남')]) assert.deepEqual(await card(p), times);
  // the same to who joins, and nothing of it is kept: it is what the session is by then
  const joined = await post(`/room/${s.id}/join`, { userId: host.id, userName: '민지' }, as(host));
  assert.deepEqual(joined.body.data.roomData.metadata, john);
  const enter = socketOf(crypto.randomBytes(8).toString('hex'));
  assert.deepEqual([(await enter(s, host.id)).body.data.room.metadata, (await enter(s, host.id, host)).body.data.room.metadata], [times, { ...john }]);
  assert.deepEqual((await query('SELECT CAST(metadata AS CHAR) AS m FROM rooms WHERE public_id = ?', [String(s.id)]))[0].m, '{}');
  const moved = (await act(host, s, 'reschedule', { scheduledAt: later(300), duration: 45 }, 'PATCH')).body.data;
  assert.deepEqual(await card(), { scheduledStartTime: moved.scheduledAt, scheduledEndTime: moved.scheduledEndTime });
  // pages leave what has not begun: who starts it early has begun it
  await did(host, s, 'start');
  const [{ at }] = await query('SELECT started_at AS at FROM learning_sessions WHERE id = ?', [s.id]);
  assert.deepEqual(await card(), { scheduledStartTime: new Date(at).toISOString(), scheduledEndTime: moved.scheduledEndTime });
  // nobody to meet yet
  const open = await planned(host);
  assert.deepEqual([await card(host, 'ko', `/room/${open.id}/info`), await card(guest, 'ko', `/room/${open.id}/info`)].map((m) => Object.keys(m)), [['scheduledStartTime', 'scheduledEndTime', 'title', 'language', 'hostName'], Object.keys(times)]);
});

test('ids of sessions are found by nobody who counts', async () => {
  const [host, guest] = await people(2);
  const day = (n) => later(120 + n * 1440);
  const first = await planned(host, guest, { isRecurring: true, recurrencePattern: 'DAILY', recurrenceEndDate: day(6.5), scheduledAt: day(0) });
  const ids = (await query('SELECT CAST(id AS CHAR) AS id FROM learning_sessions WHERE series_id = ?', [first.id])).map((r) => Number(r.id));
  for (let i = 0; i < 9; i += 1) ids.push(Number((await planned(host, guest)).id));
  assert.deepEqual([ids.length, new Set(ids).size, ids.every((id) => id >= 2 ** 51 && id < 2 ** 52)], [16, 16, true]);
  const sorted = [...ids].sort((a, b) => a - b);
  assert.ok(sorted.every((id, i) => i === 0 || id - sorted[i - 1] > 1e6), sorted.join(' '));
  assert.notDeepEqual(ids.slice(7), [...ids.slice(7)].sort((a, b) => a - b));
});
