// Group sessions: planning, who sees what, coming and going, the states one goes through, what the host does, races.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { act, did, earlier, group, plan, row, seats, seen } from '../harness/groups.mjs';
import { internal } from '../harness/internal.mjs';
import { block } from '../harness/learner.mjs';
import { as, events, later, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['호스트', '손님', '셋째', '넷째'][i] ?? `사람${i}`)));
const none = [404, 'SESSION_NOT_FOUND'];
const state = [409, 'SESSION_INVALID_STATE'];
const put = (p, g, body) => send('PUT', `/group-sessions/${g.id}`, { ...as(p), body });
const byCode = (p, code, body) => post(`/group-sessions/join/${code}`, body, as(p));

test('a new one: everything guide and client read, as its host, a participant and somebody else see it', async () => {
  const [host, guest, other] = await people(3);
  await query('UPDATE users SET native_language_id = 2, english_name = "Joe" WHERE id = ?', [host.id]);
  await query('INSERT INTO user_languages (user_id, language_id, current_level_id, learning) VALUES (?, 2, 102, 1)', [guest.id]);
  const at = later(120);
  const res = await plan(host, { scheduledAt: at, type: 'audio', maxParticipants: 4, duration: 45, isPublic: true });
  assert.equal(res.status, 201);
  const d = res.body.data;
  const { id } = d;
  assert.match(d.joinCode, /^[A-Z0-9]{6}$/);
  assert.match(id, /^[1-9]\d{15}$/);
  const common = {
    sessionId: id, id, roomId: id, title: '영어 회화', description: '날마다 쓰는 말', type: 'AUDIO', sessionType: 'AUDIO', status: 'SCHEDULED', language: 'en', targetLanguage: 'en', level: 'INTERMEDIATE',
    languageLevel: 'INTERMEDIATE', topic: '일상', topicCategory: '일상', hostId: host.id, hostUserId: host.id, hostName: 'Joe', hostUserName: 'Joe', hostProfileImage: null, hostLevel: 'ADVANCED',
    hostRating: null, maxParticipants: 4, scheduledAt: at, duration: 45, sessionDuration: 45, isPublic: true, tags: ['conversation', '일상'], sessionTags: ['conversation', '일상'], startedAt: null,
    endedAt: null, ratingAverage: null, ratingCount: 0, timeUntilStart: 120, createdAt: d.createdAt, updatedAt: d.updatedAt,
    host: { userId: host.id, userName: 'Joe', profileImage: null, level: 'ADVANCED', rating: null },
  };
  const mine = { joinCode: d.joinCode, canJoin: false, joinMessage: '이미 참여 중인 세션입니다' };
  assert.deepEqual(d, { ...common, ...mine, currentParticipants: 1, participants: [] });
  const entry = await act(guest, d, 'join', { message: '안녕\n하세요', cameraEnabled: false });
  const x = entry.body.data;
  assert.deepEqual([entry.status, x], [200, {
    sessionId: id, id, participantId: x.participantId, userId: guest.id, userName: '손님', role: 'PARTICIPANT', joinedAt: x.joinedAt, micEnabled: true, cameraEnabled: false, message: '안녕\n하세요' }]);
  assert.deepEqual(entry.body.session, { title: '영어 회화', joinCode: d.joinCode, hostId: host.id, currentParticipants: 2, maxParticipants: 4, status: 'SCHEDULED' });
  const participants = [{
    participantId: x.participantId, id: x.participantId, userId: guest.id, userName: '손님', name: '손님', profileImage: null, role: 'PARTICIPANT', status: 'JOINED', joinedAt: x.joinedAt, micEnabled: true,
    cameraEnabled: false, isVideoEnabled: false, isMuted: false, language: null, level: 'INTERMEDIATE' }];
  for (const p of [host, guest]) assert.deepEqual({ ...await seen(p, d), timeUntilStart: 120 }, { ...common, ...mine, currentParticipants: 2, participants });
  assert.deepEqual({ ...await seen(other, d), timeUntilStart: 120 }, { ...common, joinCode: null, canJoin: true, joinMessage: null, currentParticipants: 2, participants });
  // hidden profiles are shown to those who take part alone
  await query("INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, 'private') ON DUPLICATE KEY UPDATE profile_visibility = 'private'", [guest.id]);
  assert.deepEqual([(await seen(other, d)).participants, (await seen(host, d)).participants.length], [[], 1]);
  assert.deepEqual(await events(d, 'group_session.%'), [{ event: 'group_session.joined', actor: guest.id, payload: {} }]);
});

test('the other spelling, and what is taken for granted', async () => {
  const [host] = await people(1);
  const d = await group(host, {
    language: undefined, level: undefined, topic: undefined, tags: undefined, targetLanguage: 'English', languageLevel: 'Beginner', topicCategory: '여행', sessionDuration: '30', sessionTags: ['a'], isPublic: 'false' });
  assert.deepEqual([d.language, d.level, d.topic, d.duration, d.tags, d.isPublic, d.type, d.maxParticipants], ['en', 'BEGINNER', '여행', 30, ['a'], false, 'VIDEO', 6]);
  const e = await group(host, { language: 'Klingon', tags: undefined });
  assert.deepEqual([e.language, e.duration, e.tags, e.isPublic, e.type, e.maxParticipants], ['Klingon', 60, [], true, 'VIDEO', 6]);
});

test('what is wrong is named, of a new one and of an update', async () => {
  const [host] = await people(1);
  const g = await group(host);
  const both = [
    [{ title: '가'.repeat(201) }, 'title', 'max'], [{ description: '가'.repeat(2001) }, 'description', 'max'], [{ type: 'x' }, 'type', 'one_of'], [{ language: 'x'.repeat(41) }, 'language', 'max'],
    [{ level: 'C1' }, 'level', 'one_of'], [{ topic: '가'.repeat(201) }, 'topic', 'max'], [{ maxParticipants: 1 }, 'maxParticipants', 'min'], [{ maxParticipants: 11 }, 'maxParticipants', 'max'],
    [{ scheduledAt: 'x' }, 'scheduledAt', 'format'], [{ scheduledAt: later(9) }, 'scheduledAt', 'min'], [{ scheduledAt: later(60 * 24 * 367) }, 'scheduledAt', 'max'], [{ duration: 14 }, 'duration', 'min'],
    [{ duration: 181 }, 'duration', 'max'], [{ isPublic: 'x' }, 'isPublic', 'type'], [{ tags: Array(11).fill('x') }, 'tags', 'max'], [{ tags: ['a', '가'.repeat(41)] }, 'tags[1]', 'max'],
  ];
  for (const [fields, field, rule] of both) {
    assert.deepEqual([fields, ...wrongField(await plan(host, fields)).slice(2)], [fields, field, rule]);
    assert.deepEqual([fields, ...wrongField(await put(host, g, fields)).slice(2)], [fields, field, rule]);
  }
  for (const field of ['title', 'description', 'language', 'level', 'topic', 'scheduledAt']) assert.deepEqual(wrongField(await plan(host, { [field]: undefined })), [400, 'VALIDATION_ERROR', field, 'required']);
  assert.deepEqual((await query('SELECT COUNT(*) AS n FROM group_sessions WHERE host_id = ?', [host.id]))[0].n, 1);
});

test('three of one\'s own, two of others; at once no more either, and what is over does not count', async () => {
  const [host, guest, ...others] = await people(5);
  const all = await Promise.all(Array.from({ length: 6 }, () => plan(host)));
  assert.deepEqual(all.map(verdict).map(([s, code]) => code ?? s).sort(), [201, 201, 201, ...Array(3).fill('TOO_MANY_SESSIONS')]);
  const [a, b, c] = all.filter((r) => r.status === 201).map((r) => r.body.data);
  await did(host, c, 'cancel');
  const d = await group(host);
  const joins = await Promise.all([a, b, d, a, b, d].map((g) => act(guest, g, 'join')));
  assert.equal(joins.filter((r) => r.status === 200).length, 2);
  assert.equal((await query("SELECT COUNT(*) AS n FROM group_seats WHERE user_id = ? AND status = 'JOINED'", [guest.id]))[0].n, 2);
  const g = await group(others[0]);
  assert.deepEqual(verdict(await act(guest, g, 'join')), [409, 'TOO_MANY_SESSIONS_JOINED']);
  assert.deepEqual(verdict(await byCode(guest, g.joinCode)), [409, 'TOO_MANY_SESSIONS_JOINED']);
  for (const s of [a, b, d]) await earlier(s, 300);
  assert.equal((await did(guest, g, 'join')).userId, guest.id);
  assert.equal((await plan(host)).status, 201);
});

test('the last seat goes to one, and to nobody twice', async () => {
  const [host, ...others] = await people(8);
  const g = await group(host, { maxParticipants: 4 });
  const all = await Promise.all([...others, ...others].map((p, i) => (i % 2 ? act(p, g, 'join') : byCode(p, g.joinCode))));
  const got = all.map(verdict).map(([s, code]) => code ?? s);
  assert.deepEqual([200, 'SESSION_ALREADY_BOOKED', 'SESSION_002'].map((x) => got.filter((y) => y === x).length), [3, 3, 8]);
  assert.deepEqual([(await row(g)).taken, (await seats(g)).length, (await events(g, 'group_session.joined')).length], [4, 4, 3]);
  const d = await seen(others.find((_, i) => got[i] === 'SESSION_002' || got[i + 7] === 'SESSION_002'), g);
  assert.deepEqual([d.canJoin, d.joinMessage], [false, '세션 정원이 가득 찼습니다']);
});

test('a private one does not exist but for its people; a code opens it, wrong ones do not', async () => {
  const [host, guest, blocked] = await people(3);
  const g = await group(host, { isPublic: false });
  await block(host, blocked);
  for (const what of ['join', 'leave', 'start', 'end', 'cancel', `kick/${host.id}`, 'rate?rating=5', 'invitation/respond']) assert.deepEqual([what, ...verdict(await act(guest, g, what))], [what, ...none]);
  assert.deepEqual(verdict(await act(guest, g, 'invite', [Number(blocked.id)])), none);
  assert.deepEqual([verdict(await get(`/group-sessions/${g.id}`, as(guest))), verdict(await put(guest, g, { title: 'x' })), verdict(await act(guest, { id: '999999998' }, 'join'))], [none, none, none]);
  const bad = [400, 'INVALID_JOIN_CODE'];
  assert.deepEqual(await Promise.all([byCode(blocked, g.joinCode), byCode(guest, 'abc'), byCode(guest, 'AB-12%20'), byCode(guest, '000000'), byCode(guest, encodeURIComponent('가나다라마바'))].map(async (r) => verdict(await r))), Array(5).fill(bad));
  const res = await byCode(guest, g.joinCode.toLowerCase(), { micEnabled: false });
  assert.deepEqual([res.status, res.body.data.micEnabled, res.body.data.message, res.body.session.currentParticipants], [200, false, null, 2]);
  assert.equal((await seen(guest, g)).joinCode, g.joinCode);
  const codes = await query('SELECT join_code FROM group_sessions');
  assert.equal(new Set(codes.map((c) => c.join_code)).size, codes.length);
});

test('what is wrong in joining', async () => {
  const [host, guest] = await people(2);
  const g = await group(host);
  for (const [body, field, rule] of [[{ message: '가'.repeat(501) }, 'message', 'max'], [{ micEnabled: 'x' }, 'micEnabled', 'type'], [{ cameraEnabled: 7 }, 'cameraEnabled', 'type']]) {
    assert.deepEqual(wrongField(await act(guest, g, 'join', body)).slice(2), [field, rule]);
    assert.deepEqual(wrongField(await byCode(guest, g.joinCode, body)).slice(2), [field, rule]);
  }
  const over = await group(host);
  await did(host, over, 'cancel');
  assert.deepEqual([verdict(await act(guest, over, 'join')), verdict(await byCode(guest, over.joinCode))], Array(2).fill([409, 'SESSION_INVALID_STATE']));
  await block(guest, host);
  assert.deepEqual([verdict(await act(guest, g, 'join')), verdict(await get(`/group-sessions/${g.id}`, as(guest)))], [none, none]);
});

test('who leaves may come again; when the host leaves it is over', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await did(guest, g, 'join');
  const res = await act(guest, g, 'leave');
  const left = { sessionId: g.id, userId: guest.id, leftAt: res.body.leftAt, sessionDuration: 0, remainingParticipants: 1, sessionEnded: false };
  const { success, data, message, meta, ...top } = res.body;
  assert.deepEqual([res.status, success, data, top, message, meta.requestId.length > 0], [200, true, left, left, '세션에서 나갔습니다.', true]);
  assert.deepEqual(verdict(await act(guest, g, 'leave')), [404, 'PARTICIPANT_NOT_FOUND']);
  assert.equal((await seen(guest, g)).canJoin, true);
  await did(guest, g, 'join');
  await did(third, g, 'join');
  await did(host, g, 'start');
  await earlier(g, 35.5);
  assert.deepEqual([(await did(guest, g, 'leave')).sessionDuration, (await row(g)).taken], [35, 2]);
  const end = await act(host, g, 'leave');
  assert.deepEqual([end.body.data, end.body.message], [
    { sessionId: g.id, userId: host.id, hostId: host.id, leftAt: end.body.data.leftAt, sessionDuration: 35, remainingParticipants: 1, sessionEnded: true, reason: 'HOST_LEFT' }, '호스트가 세션에서 나갔습니다. 세션이 종료됩니다.']);
  assert.equal((await seen(third, g)).status, 'COMPLETED');
  assert.deepEqual(await events(g, 'session.completed'), [{ event: 'session.completed', actor: host.id, payload: { participants: [Number(host.id), Number(third.id)], minutes: 36 } }]);
  assert.deepEqual([verdict(await act(third, g, 'leave')), verdict(await act(guest, g, 'join'))], [state, state]);
  // one that had not begun did not take place
  const h = await group(host);
  await did(host, h, 'leave');
  assert.deepEqual([(await row(h)).status, (await row(h)).cancel_reason, (await events(h, '%')).map((e) => e.event)], ['CANCELLED', 'HOST_LEFT', ['group_session.cancelled']]);
});

test('started, ended: by the host, in this order', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await did(guest, g, 'join', { cameraEnabled: false });
  for (const what of ['start', 'end', 'cancel', `kick/${host.id}`]) assert.deepEqual([what, ...verdict(await act(guest, g, what))], [what, 400, 'UNAUTHORIZED']);
  assert.deepEqual([verdict(await put(guest, g, { title: 'x' })), verdict(await act(guest, g, 'invite', [Number(third.id)]))], [[400, 'UNAUTHORIZED'], [400, 'UNAUTHORIZED']]);
  assert.deepEqual(verdict(await act(host, g, 'end')), state);
  const d = await did(host, g, 'start');
  const shown = d.participants.map(({ userId, userName, role, micEnabled, cameraEnabled }) => ({ userId, userName, role, micEnabled, cameraEnabled }));
  assert.deepEqual([d.sessionId, d.status, Boolean(d.startedAt), d.hostId, d.totalParticipants, shown], [g.id, 'ONGOING', true, host.id, 2, [
    { userId: host.id, userName: '호스트', role: 'HOST', micEnabled: true, cameraEnabled: true }, { userId: guest.id, userName: '손님', role: 'PARTICIPANT', micEnabled: true, cameraEnabled: false }]]);
  assert.deepEqual([verdict(await act(host, g, 'start')), verdict(await put(host, g, { title: 'x' }))], [state, state]);
  await did(third, g, 'join'); // late
  await earlier(g, 64.5);
  await query("INSERT INTO group_progress (user_id, session_id, speaking_time, messages, vocabulary, grammar, more, updated_at) VALUES (?, ?, 10, 7, '[]', '[]', '{}', NOW(3)), (?, ?, 15, 5, '[]', '[]', '{}', NOW(3))", [guest.id, g.id, third.id, g.id]);
  const res = await act(host, g, 'end');
  const e = res.body.data;
  assert.deepEqual([e, res.body.message], [{
    sessionId: g.id, status: 'COMPLETED', startedAt: e.startedAt, endedAt: e.endedAt, duration: 65, participants: 3,
    statistics: { totalSpeakingTime: 25, averageSpeakingTime: 12.5, messagesExchanged: 12, aiInteractions: null } }, '세션이 성공적으로 종료되었습니다.']);
  assert.deepEqual((await events(g, 'session.completed')).map((x) => x.payload), [{ participants: [host, guest, third].map((p) => Number(p.id)), minutes: 65 }]);
  for (const what of ['end', 'cancel', 'start', 'leave', `kick/${guest.id}`]) assert.deepEqual([what, ...verdict(await act(host, g, what))], [what, ...state]);
  assert.deepEqual(verdict(await act(host, g, 'invite', [Number(third.id)])), state);
  // nobody has reported anything: no mean
  const h = await group(host);
  await did(host, h, 'start');
  assert.deepEqual((await did(host, h, 'end')).statistics, { totalSpeakingTime: 0, averageSpeakingTime: null, messagesExchanged: 0, aiInteractions: null });
});

test('what should have been is over: 410, until it is moved', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await earlier(g, 200);
  const over = [410, 'SESSION_001'];
  assert.deepEqual([verdict(await act(guest, g, 'join')), verdict(await byCode(third, g.joinCode)), verdict(await act(host, g, 'start')), verdict(await act(host, g, 'invite', [Number(third.id)]))], [over, over, over, over]);
  assert.deepEqual((await seen(guest, g)).joinMessage, '이미 지난 세션입니다');
  assert.equal((await put(host, g, { scheduledAt: later(60) })).status, 200);
  await did(guest, g, 'join');
});

test('cancelling says who will be told', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  for (const p of [guest, third]) await did(p, g, 'join');
  assert.deepEqual(wrongField(await act(host, g, `cancel?reason=${'x'.repeat(501)}`)).slice(2), ['reason', 'max']);
  const res = await act(host, g, `cancel?reason=${encodeURIComponent('사람이 적어서')}`);
  const d = res.body.data;
  assert.deepEqual([d, res.body.message], [{
    sessionId: g.id, status: 'CANCELLED', cancelledAt: d.cancelledAt, cancelledBy: host.id, reason: '사람이 적어서', scheduledAt: g.scheduledAt, notifiedParticipants: 2,
  }, '세션이 취소되었습니다. 참가 신청자들에게 알림이 전송되었습니다.']);
  assert.deepEqual([verdict(await act(host, g, 'cancel')), verdict(await byCode(guest, g.joinCode))], [state, [409, 'SESSION_ALREADY_BOOKED']]);
  assert.deepEqual([(await seen(guest, g)).status, (await events(g, 'group_session.cancelled')).length], ['CANCELLED', 1]);
});

test('who is put out does not come back, by no way', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await did(guest, g, 'join');
  assert.deepEqual(wrongField(await act(host, g, `kick/${guest.id}?reason=${'x'.repeat(501)}`)).slice(2), ['reason', 'max']);
  assert.deepEqual([verdict(await act(host, g, `kick/${host.id}`)), verdict(await act(host, g, `kick/${third.id}`))], [[409, 'CANNOT_KICK_SELF'], [404, 'PARTICIPANT_NOT_FOUND']]);
  const res = await act(host, g, `kick/${guest.id}?reason=rude`);
  const d = res.body.data;
  assert.deepEqual([d, res.body.message], [
    { sessionId: g.id, kickedUserId: guest.id, kickedUserName: '손님', kickedBy: host.id, kickedAt: d.kickedAt, reason: 'rude', bannedFromSession: true }, '참가자가 세션에서 강퇴되었습니다.']);
  const kicked = [409, 'KICKED_FROM_SESSION'];
  assert.deepEqual([verdict(await act(guest, g, 'join')), verdict(await byCode(guest, g.joinCode)), verdict(await act(host, g, `kick/${guest.id}`))], [kicked, kicked, [404, 'PARTICIPANT_NOT_FOUND']]);
  assert.deepEqual((await did(host, g, 'invite', [Number(guest.id)])).invited, []);
  assert.deepEqual([verdict(await act(guest, g, 'invitation/respond')), (await seen(guest, g)).joinMessage, (await row(g)).taken], [[404, 'INVITATION_NOT_FOUND'], '이 세션에는 다시 참가할 수 없습니다', 1]);
  // a kick and a leave at once: the seat is given back once
  await did(third, g, 'join');
  await Promise.all([act(host, g, `kick/${third.id}`), act(third, g, 'leave'), act(host, g, `kick/${third.id}`)]);
  assert.equal((await row(g)).taken, 1);
});

test('an update changes what is given, and nothing else', async () => {
  const [host, guest, third] = await people(3);
  const g = await group(host);
  await did(guest, g, 'join');
  await did(third, g, 'join');
  const at = later(300);
  const res = await put(host, g, { title: '새 제목', maxParticipants: 3, scheduledAt: at, tags: [], sessionId: '1', hostId: guest.id, status: 'COMPLETED', createdAt: at });
  const before = await seen(host, g);
  assert.deepEqual([res.status, res.body.message], [200, '세션 정보가 업데이트되었습니다. 참가자들에게 알림이 전송되었습니다.']);
  const { updatedAt, updatedBy, ...d } = res.body.data;
  assert.deepEqual([{ ...d, timeUntilStart: 0 }, updatedBy, updatedAt > g.updatedAt], [{
    ...(({ updatedAt: _, ...rest }) => rest)(before), title: '새 제목', maxParticipants: 3, scheduledAt: at, tags: [], sessionTags: [], status: 'SCHEDULED', hostId: host.id, createdAt: g.createdAt, description: g.description,
    language: 'en', level: 'INTERMEDIATE', duration: 60, isPublic: true, timeUntilStart: 0 }, host.id, true]);
  const all = await put(host, g, { description: '다른', type: 'TEXT', targetLanguage: '한국어', languageLevel: 'advanced', topicCategory: '음식', sessionDuration: 90, isPublic: false, sessionTags: ['x'] });
  assert.deepEqual(['title', 'description', 'type', 'language', 'level', 'topic', 'duration', 'isPublic', 'tags', 'joinCode'].map((k) => all.body.data[k]), ['새 제목', '다른', 'TEXT', 'ko', 'ADVANCED', '음식', 90, false, ['x'], g.joinCode]);
  assert.deepEqual(verdict(await put(host, g, { maxParticipants: 2 })), [400, 'MAX_PARTICIPANTS_TOO_SMALL']);
  assert.equal((await events(g, 'group_session.updated')).length, 2);
  // what is as it was is no news
  const now = all.body.data;
  for (const body of [{}, { title: '새 제목' }, Object.fromEntries(['title', 'description', 'type', 'language', 'level', 'topic', 'tags', 'scheduledAt', 'duration', 'maxParticipants', 'isPublic'].map((k) => [k, now[k]])), { status: 'COMPLETED' }]) {
    const same = await put(host, g, body);
    assert.deepEqual([same.status, { ...same.body.data, timeUntilStart: 0 }, (await events(g, 'group_session.updated')).length], [200, { ...now, timeUntilStart: 0 }, 2], JSON.stringify(body));
  }
  for (const [i, body] of [{ description: '다른 ' + 'x' }, { title: '새 제목 A' }, { title: '새 제목 a' }, { tags: ['X'] }, { isPublic: true }, { maxParticipants: 4 }].entries()) {
    assert.deepEqual([(await put(host, g, body)).status, (await events(g, 'group_session.updated')).length], [200, 3 + i], JSON.stringify(body));
  }
});

test('ratings are of who took part, replace each other, and add up to the host\'s', async () => {
  const [host, guest, third, other] = await people(4);
  const rate = (p, g, query_) => act(p, g, `rate?${query_}`);
  const g = await group(host);
  for (const p of [guest, third]) await did(p, g, 'join');
  await did(other, g, 'join');
  await did(other, g, 'leave');
  assert.deepEqual(verdict(await rate(guest, g, 'rating=5')), state);
  await did(host, g, 'start');
  await did(third, g, 'leave');
  for (const [query_, rule] of [['', 'required'], ['rating=0', 'min'], ['rating=6', 'max'], ['rating=x', 'type']]) assert.deepEqual(wrongField(await rate(guest, g, query_)).slice(2), ['rating', rule]);
  assert.deepEqual(wrongField(await rate(guest, g, `rating=5&feedback=${'x'.repeat(501)}`)).slice(2), ['feedback', 'max']);
  const res = await rate(guest, g, `rating=5&feedback=${encodeURIComponent('좋아요')}`);
  assert.deepEqual([res.status, res.body.data, res.body.message], [200, { sessionId: g.id, userId: guest.id, rating: 5, feedback: '좋아요', submittedAt: res.body.data.submittedAt }, '피드백이 제출되었습니다. 감사합니다!']);
  assert.equal((await rate(third, g, 'rating=4')).status, 200);
  assert.deepEqual([verdict(await rate(host, g, 'rating=5')), verdict(await rate(other, g, 'rating=1'))], [[400, 'CANNOT_RATE_SELF'], [404, 'PARTICIPANT_NOT_FOUND']]);
  let d = await seen(guest, g);
  assert.deepEqual([d.ratingAverage, d.ratingCount, d.host.rating], [4.5, 2, 4.5]);
  await did(host, g, 'end');
  await Promise.all(Array.from({ length: 4 }, () => rate(guest, g, 'rating=3')));
  d = await seen(guest, g);
  assert.deepEqual([d.ratingAverage, d.ratingCount, d.host.rating], [3.5, 2, 3.5]);
  const h = await group(host);
  await did(guest, h, 'join');
  await did(host, h, 'start');
  await rate(guest, h, 'rating=2');
  d = await seen(guest, h);
  assert.deepEqual([d.ratingAverage, d.ratingCount, d.host.rating], [2, 1, 3]);
});

test('a call under the id of a session is of its kind and size', async () => {
  const [host] = await people(1);
  const g = await group(host, { maxParticipants: 5 });
  const call = async () => (({ roomType, maxParticipants }) => [roomType, maxParticipants])((await get(`/room/${g.roomId}/info`)).body.data);
  assert.deepEqual(await call(), ['video', 5]);
  await did(host, g, 'cancel');
  assert.deepEqual(await call(), ['audio', 4]); // as under any id
});

test('its id is found by nobody who counts; its room says when it is, and its host is the room\'s', async () => {
  const [host, guest, other] = await people(3);
  const g = await group(host);
  await did(guest, g, 'join');
  const ids = [Number(g.id), Number((await group(host)).id), Number((await group(guest)).id)];
  assert.ok(ids.every((id, i) => id >= 2 ** 52 && id < 2 ** 53 && ids.every((x, k) => k === i || Math.abs(x - id) > 1e6)), ids.join(' '));
  const card = async (p) => (await get(`/room/${g.roomId}/info`, p && as(p))).body.data.metadata;
  const times = { scheduledStartTime: g.scheduledAt, scheduledEndTime: new Date(Date.parse(g.scheduledAt) + g.duration * 60000).toISOString() };
  assert.deepEqual(await card(guest), { ...times, title: '영어 회화', language: 'en', hostName: host.name });
  for (const p of [undefined, other]) assert.deepEqual(await card(p), times);
  const seat = await internal('POST', `/rooms/${g.roomId}/enter`, { gateway: crypto.randomBytes(8).toString('hex'), socket: '1', userId: 'guest-1', userName: '손님' });
  assert.equal(seat.status, 200);
  const kick = async (p) => (await post(`/room/${g.roomId}/kick`, { userId: 'guest-1' }, as(p))).status;
  assert.deepEqual([await kick(guest), await kick(host)], [403, 200]);
  // of those that were counted
  const [old] = [1000000000 + Math.floor(Math.random() * 1e8)];
  await query('SET STATEMENT foreign_key_checks = 0 FOR UPDATE group_sessions SET id = ? WHERE id = ?', [old, ids[1]]);
  assert.equal((await get(`/room/${old}/info`)).body.data.maxParticipants, (await get(`/room/${g.roomId}/info`)).body.data.maxParticipants);
  await query('SET STATEMENT foreign_key_checks = 0 FOR UPDATE group_sessions SET id = ? WHERE id = ?', [ids[1], old]);
});

test('once, whatever is sent again', async () => {
  const [host, guest] = await people(2);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const body = { scheduledAt: later(90) };
  const [a, b] = [await plan(host, body, { headers }), await plan(host, body, { headers })];
  assert.deepEqual([b.status, b.body.data.id], [201, a.body.data.id]);
  const join = () => post(`/group-sessions/${a.body.data.id}/join`, {}, { ...as(guest), headers });
  assert.deepEqual([(await join()).body.session, (await join()).status], [(await join()).body.session, 200]);
  assert.equal((await row(a.body.data)).taken, 2);
});
