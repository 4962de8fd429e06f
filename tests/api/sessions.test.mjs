// Learning sessions: planning, who sees what, taking part, the states one goes through, races.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { block } from '../harness/learner.mjs';
import { act, as, did, earlier, events, held, later, plan, planned, verdict, wrongField } from '../harness/sessions.mjs';

after(closeDb);
const people = (n) => Promise.all(Array.from({ length: n }, (_, i) => person(['호스트', '손님', '셋째', '넷째'][i] ?? `사람${i}`)));
const list = async (p, target) => {
  const res = await get(`/${target}`, as(p));
  assert.equal(res.status, 200, res.text);
  return res.body;
};
const ids = (body) => body.data.map((s) => s.id);
const row = async (s) => (await query('SELECT * FROM learning_sessions WHERE id = ?', [s.id]))[0];
const none = [404, 'SESSION_NOT_FOUND'];

test('a session with a partner: everything the clients read, as each of the two sees it', async () => {
  const [host, guest] = await people(2);
  const at = later(120);
  const res = await plan(host, guest, {
    scheduledAt: at, duration: 45, description: ' 말하기\n연습 ', language: 'English', levelRequirement: 'B1', tags: ['여행', '음식'], preparationNotes: '사진', webRtcRoomId: 'room-1', webRtcRoomType: 'video',
  });
  assert.equal(res.status, 201);
  const { sessionId } = res.body.data;
  const common = {
    sessionId, id: sessionId, hostUserId: host.id, hostUserName: '호스트', hostUserProfileImage: null, guestUserId: guest.id, guestUserName: '손님', guestUserProfileImage: null,
    title: '여행', topic: '여행', description: '말하기\n연습', sessionType: 'VIDEO', type: 'video', languageCode: 'en', language: 'en', skillFocus: 'ko', targetLanguage: 'ko', levelRequirement: 'B1',
    scheduledAt: at, scheduledStartTime: at, scheduledEndTime: new Date(Date.parse(at) + 45 * 60000).toISOString(), durationMinutes: 45, duration: 45, maxParticipants: 2, currentParticipants: 2,
    status: 'SCHEDULED', meetingUrl: 'webrtc:room-1', isRecurring: false, recurrencePattern: null, recurrenceEndDate: null, isPublic: false, tags: ['여행', '음식'], preparationNotes: '사진',
    startedAt: null, endedAt: null, isParticipant: true, rating: null, webRtcRoomId: 'room-1', webRtcRoomType: 'video',
  };
  const hosts = { ...common, canJoin: false, isHost: true, partnerId: guest.id, partnerName: '손님', partnerImage: null };
  const guests = { ...common, canJoin: true, isHost: false, partnerId: host.id, partnerName: '호스트', partnerImage: null };
  assert.equal(Number.isInteger(sessionId), true);
  assert.deepEqual(res.body.data, hosts);
  for (const path of [`/sessions/${sessionId}`, `/session/${sessionId}`]) {
    assert.deepEqual((await get(path, as(host))).body.data, hosts);
    assert.deepEqual((await get(path, as(guest))).body.data, guests);
  }
  assert.deepEqual((await list(guest, 'sessions/my-sessions?page=0&size=50')).data, [guests]);
  assert.deepEqual(await events(res.body.data), [{ event: 'session.created', actor: host.id, payload: {} }]);
  assert.deepEqual((await query('SELECT role, joined_at IS NULL AS waits, TIMESTAMPDIFF(MINUTE, remind_at, ?) AS m FROM session_seats WHERE session_id = ? ORDER BY id', [new Date(at), sessionId])), [
    { role: 'HOST', waits: 0, m: 30 }, { role: 'GUEST', waits: 1, m: 30 }]);
});

test('the least that is needed, every path and every other name', async () => {
  const [host, guest] = await people(2);
  const scheduledStartTime = later(60);
  for (const path of ['/sessions', '/sessions/create', '/session/create', '/session/schedule']) {
    const { status, body: { data: d } } = await post(path, { scheduledStartTime }, as(host));
    assert.deepEqual([status, d.title, d.type, d.duration, d.maxParticipants, d.currentParticipants, d.isPublic, d.guestUserId, d.partnerId, d.partnerName, d.tags, d.meetingUrl, d.language],
      [201, null, 'video', 30, 2, 1, true, null, null, null, null, null, null]);
  }
  const { data: d } = (await post('/sessions', {
    guestUserId: Number(guest.id), sessionType: 'audio', scheduledStartTime, durationMinutes: '60', title: '제목', languageCode: '한국어', skillFocus: 'speaking', tags: '하나', meetingUrl: 'https://meet.example.com/x',
  }, as(host))).body;
  assert.deepEqual([d.sessionType, d.type, d.duration, d.topic, d.language, d.targetLanguage, d.tags, d.meetingUrl, d.guestUserId, d.scheduledAt],
    ['AUDIO', 'audio', 60, '제목', 'ko', 'speaking', ['하나'], 'https://meet.example.com/x', guest.id, scheduledStartTime]);
  assert.equal((await planned(host, null, { language: 'Klingon' })).language, 'Klingon');
});

test('what is wrong is named', async () => {
  const [host, guest] = await people(2);
  const wrong = async (fields, partner = null) => wrongField(await plan(host, partner, fields)).slice(2);
  for (const [fields, field, rule] of [
    [{ scheduledAt: undefined }, 'scheduledAt', 'required'], [{ scheduledAt: 'x' }, 'scheduledAt', 'format'], [{ scheduledAt: later(-1) }, 'scheduledAt', 'min'],
    [{ scheduledAt: later(60 * 24 * 800) }, 'scheduledAt', 'max'], [{ duration: 14 }, 'duration', 'min'], [{ duration: 481 }, 'duration', 'max'], [{ type: 'text' }, 'sessionType', 'one_of'],
    [{ topic: '가'.repeat(201) }, 'topic', 'max'], [{ description: '가'.repeat(2001) }, 'description', 'max'], [{ language: 'x'.repeat(41) }, 'language', 'max'],
    [{ targetLanguage: 'x'.repeat(41) }, 'targetLanguage', 'max'], [{ levelRequirement: 'x'.repeat(41) }, 'levelRequirement', 'max'], [{ maxParticipants: 1 }, 'maxParticipants', 'min'],
    [{ maxParticipants: 11 }, 'maxParticipants', 'max'], [{ recurrencePattern: 'HOURLY' }, 'recurrencePattern', 'one_of'], [{ recurrencePattern: 'DAILY' }, 'recurrenceEndDate', 'required'],
    [{ recurrencePattern: 'DAILY', recurrenceEndDate: later(60 * 24 * 53) }, 'recurrenceEndDate', 'max'], [{ tags: Array(11).fill('x') }, 'tags', 'max'], [{ tags: ['a', '가'.repeat(41)] }, 'tags[1]', 'max'],
    [{ preparationNotes: '가'.repeat(2001) }, 'preparationNotes', 'max'], [{ meetingUrl: 'javascript:alert(1)' }, 'meetingUrl', 'format'], [{ webRtcRoomId: 'a b' }, 'webRtcRoomId', 'format'],
    [{ webRtcRoomType: 'x' }, 'webRtcRoomType', 'one_of'], [{ isPublic: 'x' }, 'isPublic', 'type'], [{ isRecurring: 'x' }, 'isRecurring', 'type'], [{ partnerId: 'x' }, 'partnerId', 'type'],
  ]) assert.deepEqual([fields, ...await wrong(fields)], [fields, field, rule]);
  assert.deepEqual(await wrong({}, host), ['partnerId', 'other']);
  assert.deepEqual(await wrong({ maxParticipants: 3 }, guest), ['maxParticipants', 'max']);
  assert.deepEqual(await query('SELECT id FROM learning_sessions WHERE host_id = ?', [host.id]), []);
});

test('a partner who is not there, or behind a block, does not exist', async () => {
  const [host, guest] = await people(2);
  const no = [404, 'USER_001'];
  assert.deepEqual(verdict(await plan(host, { id: '999999998' })), no);
  for (const close of [() => block(host, guest), () => block(guest, host), () => query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [guest.id]),
    () => query("REPLACE INTO user_privacy (user_id, profile_visibility) VALUES (?, 'private')", [guest.id]), () => query("REPLACE INTO user_privacy (user_id, profile_visibility) VALUES (?, 'friends')", [guest.id])]) {
    await close();
    assert.deepEqual(verdict(await plan(host, guest)), no);
    await query('DELETE FROM blocks WHERE user_id IN (?, ?)', [host.id, guest.id]);
    await query('DELETE FROM user_privacy WHERE user_id = ?', [guest.id]);
    await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [guest.id]);
  }
  await planned(host, guest);
});

test('what recurs is made at once, at the same hour of the day where the host lives', async () => {
  const [host, guest] = await people(2);
  await query("UPDATE users SET time_zone = 'Europe/Berlin' WHERE id = ?", [host.id]);
  const starts = async (s) => (await query('SELECT starts_at FROM learning_sessions WHERE series_id = ? ORDER BY starts_at', [s.id])).map((r) => r.starts_at.toISOString());
  const year = new Date().getUTCFullYear() + 1;
  const hour = async (fields) => {
    const s = await planned(host, guest, fields);
    return [s.isRecurring, s.recurrencePattern, ...(await starts(s)).map((t) => t.slice(5, 16))];
  };
  // summer time begins on the last Sunday of March
  assert.deepEqual(await hour({ scheduledAt: `${year}-03-20T09:00:00Z`, recurrencePattern: 'weekly', recurrenceEndDate: `${year}-04-10T23:00:00Z` }),
    [true, 'WEEKLY', '03-20T09:00', '03-27T09:00', '04-03T08:00', '04-10T08:00'].map((t) => (t === '03-27T09:00' && new Date(`${year}-03-27T12:00:00Z`) >= lastSunday(year) ? '03-27T08:00' : t)));
  assert.deepEqual(await hour({ scheduledAt: `${year}-01-31T09:00:00Z`, recurrencePattern: 'MONTHLY', recurrenceEndDate: `${year}-03-01T00:00:00Z` }), [true, 'MONTHLY', '01-31T09:00', year % 4 ? '02-28T09:00' : '02-29T09:00']);
  assert.deepEqual(await hour({ scheduledAt: `${year}-01-01T09:00:00Z`, recurrencePattern: 'BIWEEKLY', recurrenceEndDate: `${year}-01-15T09:00:00Z` }), [true, 'BIWEEKLY', '01-01T09:00', '01-15T09:00']);
  assert.deepEqual(await hour({ scheduledAt: `${year}-01-01T09:00:00Z`, isRecurring: true, recurrenceEndDate: `${year}-01-02T09:00:00Z` }), [true, 'WEEKLY', '01-01T09:00']);
  assert.deepEqual(await hour({ isRecurring: false, recurrencePattern: 'DAILY' }), [false, null]);
  const most = await planned(host, guest, { scheduledAt: `${year}-01-01T09:00:00Z`, recurrencePattern: 'DAILY', recurrenceEndDate: `${year}-02-21T09:00:00Z` });
  assert.equal((await starts(most)).length, 52);
  assert.equal((await query("SELECT COUNT(*) AS n FROM session_seats x JOIN learning_sessions s ON s.id = x.session_id WHERE s.series_id = ? AND x.remind_at = s.starts_at - INTERVAL 30 MINUTE", [most.id]))[0].n, 104);
  assert.equal((await events(most)).length, 1);
});
const lastSunday = (year) => {
  const d = new Date(Date.UTC(year, 2, 31, 1));
  d.setUTCDate(31 - d.getUTCDay());
  return d;
};

test('two hundred planned sessions are enough, and those that are over do not count', async () => {
  const [host] = await people(1);
  await planned(host);
  const copy = (n, at) => query(`INSERT INTO learning_sessions (host_id, type, starts_at, minutes, seats, taken, is_public) SELECT ?, 'VIDEO', NOW(3) ${at} INTERVAL 1 DAY, 30, 2, 1, 0 FROM seq_1_to_${n}`, [host.id]);
  await copy(198, '+');
  await copy(5, '-');
  assert.deepEqual(verdict(await plan(host, null, { recurrencePattern: 'DAILY', scheduledAt: later(10), recurrenceEndDate: later(60 * 25) })), [409, 'TOO_MANY_SESSIONS']);
  await planned(host);
  assert.deepEqual(verdict(await plan(host)), [409, 'TOO_MANY_SESSIONS']);
});

test('a retry with its Idempotency-Key plans and joins once', async () => {
  const [host, guest] = await people(2);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const scheduledAt = later(30);
  const [first, again] = [await plan(host, null, { scheduledAt }, { headers }), await plan(host, null, { scheduledAt }, { headers })];
  assert.deepEqual([first.status, again.status, again.headers['idempotent-replay'], again.text], [201, 201, 'true', first.text]);
  assert.deepEqual(verdict(await plan(host, null, { scheduledAt, topic: '다른' }, { headers })), [422, 'IDEMPOTENCY_KEY_REUSED']);
  const join = () => post(`/sessions/${first.body.data.id}/join`, {}, { ...as(guest), headers });
  const [a, b] = [await join(), await join()];
  assert.deepEqual([a.status, b.status, b.text], [200, 200, a.text]);
  assert.equal((await row(first.body.data)).taken, 2);
});

test('lists: mine alone, the latest first, by state and page; history and what comes next', async () => {
  const [host, guest, other] = await people(3);
  const soon = await planned(host, guest, { scheduledAt: later(60) });
  const far = await planned(guest, host, { scheduledAt: later(600) });
  const off = await planned(host, guest, { scheduledAt: later(300) });
  const done = await held(host, guest);
  const third = await held(host, other, { ago: 6000 });
  await planned(other); // public, and nobody's of them
  await did(host, off, 'cancel', { reason: '감기' });
  for (const path of ['sessions', 'sessions/list', 'session/list', 'sessions/my-sessions']) {
    const body = await list(host, path);
    assert.deepEqual([path, ids(body), body.meta.page, body.meta.limit, body.meta.total, body.meta.totalPages], [path, [far.id, off.id, soon.id, done.id, third.id], 1, 20, 5, 1]);
  }
  assert.deepEqual(ids(await list(guest, 'sessions')), [far.id, off.id, soon.id, done.id]);
  for (const [search, want] of [['status=scheduled', [far.id, soon.id]], ['status=CANCELLED', [off.id]], ['status=all&size=2&page=2', [soon.id, done.id]], ['size=2&page=0', [far.id, off.id]], ['page=9', []]]) {
    assert.deepEqual([search, ids(await list(host, `sessions?${search}`))], [search, want]);
  }
  const history = await list(host, 'sessions/history');
  assert.deepEqual([ids(history), history.meta.total], [[off.id, done.id, third.id], 3]);
  assert.deepEqual(ids(await list(host, `sessions/history?partnerId=${other.id}`)), [third.id]);
  assert.deepEqual(history.data.map((s) => [s.status, s.partnerName]), [['CANCELLED', '손님'], ['COMPLETED', '손님'], ['COMPLETED', '셋째']]);
  assert.deepEqual(ids(await list(host, 'sessions/upcoming')), [soon.id, far.id]);
  assert.deepEqual(ids(await list(host, 'sessions/upcoming?limit=1')), [soon.id]);
  for (const [target, field] of [['sessions?status=x', 'status'], ['sessions?size=101', 'size'], ['sessions/history?page=x', 'page'], ['sessions/upcoming?limit=21', 'limit'], ['sessions/x', 'sessionId']]) {
    assert.deepEqual([target, ...wrongField(await get(`/${target}`, as(host))).slice(0, 3)], [target, 400, 'VALIDATION_ERROR', field]);
  }
});

test('a private session is there for its people alone, a public one for whom no block keeps away', async () => {
  const [host, guest, other] = await people(3);
  const closed = await planned(host, guest);
  const see = async (p, s) => (await get(`/sessions/${s.id}`, as(p))).status;
  assert.deepEqual([await see(guest, closed), await see(other, closed)], [200, 404]);
  for (const [what, method] of [['join', 'PUT'], ['leave', 'PUT'], ['leave', 'POST'], ['cancel', 'POST'], ['start', 'POST'], ['end', 'POST'], ['reschedule', 'PATCH']]) {
    assert.deepEqual([what, ...verdict(await act(other, closed, what, { scheduledAt: later(10) }, method))], [what, ...none]);
  }
  assert.deepEqual(verdict(await send('DELETE', `/sessions/${closed.id}`, as(other))), none);
  assert.deepEqual(verdict(await get('/session/999999998', as(host))), none);
  const open = await planned(host, guest, { isPublic: true });
  const seen = (await get(`/sessions/${open.id}`, as(other))).body.data;
  assert.deepEqual([seen.hostUserName, seen.guestUserId, seen.guestUserName, seen.partnerId, seen.isParticipant, seen.canJoin], ['호스트', null, null, null, false, false]);
  await block(other, host);
  assert.deepEqual([await see(other, open), (await act(other, open, 'join')).status], [404, 404]);
  // who gave the seat back is as anybody else
  await did(guest, closed, 'leave', { reason: '바빠요' });
  assert.deepEqual([await see(guest, closed), verdict(await act(guest, closed, 'join'))], [404, none]);
});

test('joining: the partner says so once, others take what is free; leaving gives it back', async () => {
  const [host, guest, third, fourth] = await people(4);
  const two = await planned(host, guest);
  const came = (await post(`/session/${two.id}/join`, { bookingMessage: '갈게요' }, as(guest))).body.data;
  assert.deepEqual([came.currentParticipants, came.isParticipant, came.canJoin], [2, true, false]);
  const booked = [409, 'SESSION_ALREADY_BOOKED'];
  for (const p of [guest, host]) assert.deepEqual(verdict(await act(p, two, 'join')), booked);
  const open = await planned(host);
  const item = (await act(third, open, 'join', {}, 'PUT')).body.data;
  assert.deepEqual([item.currentParticipants, item.partnerId, item.guestUserId, item.canJoin], [2, host.id, third.id, false]);
  assert.deepEqual(verdict(await act(third, open, 'join')), booked);
  assert.deepEqual(verdict(await act(fourth, open, 'join')), [400, 'SESSION_002']);
  assert.deepEqual(verdict(await act(fourth, open, 'leave')), [404, 'BOOKING_NOT_FOUND']);
  assert.deepEqual((await act(third, open, 'leave', { reason: '바빠요' }, 'PUT')).body.data, { success: true });
  assert.equal((await did(fourth, open, 'join')).guestUserId, fourth.id);
  assert.deepEqual((await post(`/session/${open.id}/leave`, undefined, as(fourth))).body.data, { success: true });
  const back = await did(third, open, 'join');
  assert.deepEqual([back.currentParticipants, (await query('SELECT COUNT(*) AS n FROM session_seats WHERE session_id = ?', [open.id]))[0].n], [2, 3]);
  assert.deepEqual((await events(open)).map((e) => [e.event, e.actor]), [
    ['session.booked', third.id], ['session.left', third.id], ['session.booked', fourth.id], ['session.left', fourth.id], ['session.booked', third.id]]);
  // a host who leaves cancels it
  await did(host, open, 'leave', { reason: '감기' });
  const r = await row(open);
  assert.deepEqual([r.status, r.cancel_reason, (await events(open, 'session.cancelled')).length], ['CANCELLED', '감기', 1]);
  assert.deepEqual(wrongField(await act(third, open, 'leave', { reason: '가'.repeat(501) })).slice(2), ['reason', 'max']);
  assert.deepEqual(verdict(await act(third, open, 'leave')), [409, 'SESSION_INVALID_STATE']);
  assert.deepEqual(wrongField(await act(third, open, 'join', { bookingMessage: '가'.repeat(501) })).slice(2), ['bookingMessage', 'max']);
});

test('from planned to over: start, end, and nothing out of turn', async () => {
  const [host, guest, other] = await people(3);
  const s = await planned(host, guest);
  const state = [409, 'SESSION_INVALID_STATE'];
  for (const what of ['start', 'end', 'cancel', 'reschedule']) {
    assert.deepEqual([what, ...verdict(await act(guest, s, what, { scheduledAt: later(9) }, what === 'reschedule' ? 'PATCH' : 'POST'))], [what, 400, 'SESSION_NOT_HOST']);
  }
  assert.deepEqual(verdict(await send('DELETE', `/sessions/${s.id}`, as(guest))), [400, 'SESSION_NOT_HOST']);
  assert.deepEqual(verdict(await act(host, s, 'end')), state);
  assert.deepEqual(await did(host, s, 'start'), { success: true });
  assert.deepEqual(verdict(await act(host, s, 'start')), state);
  assert.deepEqual(verdict(await act(host, s, 'reschedule', { scheduledAt: later(9) }, 'PATCH')), state);
  assert.equal((await did(guest, s, 'join')).status, 'IN_PROGRESS'); // late
  await earlier(s, 24);
  assert.deepEqual(await did(host, s, 'end', { duration: 20, notes: '좋았다', rating: 5 }), { success: true });
  const { data: d } = (await get(`/sessions/${s.id}`, as(host))).body;
  assert.deepEqual([d.status, d.rating, Date.parse(d.endedAt) > Date.parse(d.startedAt), d.canJoin], ['COMPLETED', 5, true, false]);
  assert.equal((await get(`/sessions/${s.id}`, as(guest))).body.data.rating, null);
  assert.deepEqual([(await row(s)).actual_minutes, (await row(s)).notes], [20, '좋았다']);
  assert.deepEqual(await events(s, 'session.completed'), [{ event: 'session.completed', actor: host.id, payload: { participants: [Number(host.id), Number(guest.id)], minutes: 20 } }]);
  for (const what of ['end', 'cancel', 'start', 'leave', 'join']) assert.deepEqual([what, ...verdict(await act(host, s, what))], [what, ...(what === 'join' ? [409, 'SESSION_ALREADY_BOOKED'] : state)]);
  // no more counts than went by, and a minute at least; who has left does not count
  const open = await planned(host, null, { maxParticipants: 3 });
  await did(other, open, 'join');
  await did(guest, open, 'join');
  await did(other, open, 'leave');
  await did(host, open, 'start');
  assert.deepEqual(verdict(await act(other, open, 'join')), state);
  await did(host, open, 'end', { duration: 480 });
  assert.deepEqual((await events(open, 'session.completed'))[0].payload, { participants: [Number(host.id), Number(guest.id)], minutes: 1 });
  for (const [body, field] of [[{ duration: 0 }, 'duration'], [{ duration: 481 }, 'duration'], [{ rating: 6 }, 'rating'], [{ notes: '가'.repeat(4001) }, 'notes']]) {
    assert.deepEqual([body, wrongField(await act(host, s, 'end', body))[2]], [body, field]);
  }
});

test('what should have been is over: 410, until it is moved', async () => {
  const [host, guest] = await people(2);
  const s = await planned(host, null);
  await earlier(s, 200);
  const over = [410, 'SESSION_001'];
  assert.deepEqual([verdict(await act(guest, s, 'join')), verdict(await act(host, s, 'start'))], [over, over]);
  assert.deepEqual(ids(await list(host, 'sessions/upcoming')), []);
  const at = later(90);
  const moved = await act(host, s, 'reschedule', { scheduledAt: at, duration: 60, reason: '늦잠' }, 'PATCH');
  assert.deepEqual([moved.status, moved.body.data.scheduledAt, moved.body.data.duration, Date.parse(moved.body.data.scheduledEndTime) - Date.parse(at)], [200, at, 60, 3600000]);
  assert.deepEqual(await events(s), [{ event: 'session.moved', actor: host.id, payload: { reason: '늦잠' } }]);
  assert.equal((await query('SELECT TIMESTAMPDIFF(MINUTE, remind_at, ?) AS m FROM session_seats WHERE session_id = ?', [new Date(at), s.id]))[0].m, 30);
  await did(guest, s, 'join');
  // too close for a reminder
  assert.equal((await act(host, s, 'reschedule', { scheduledStartTime: later(5) }, 'PATCH')).body.data.duration, 60);
  assert.deepEqual(await query('SELECT remind_at FROM session_seats WHERE session_id = ?', [s.id]), [{ remind_at: null }, { remind_at: null }]);
  for (const [body, field] of [[{}, 'scheduledAt'], [{ scheduledAt: later(-5) }, 'scheduledAt'], [{ scheduledAt: at, duration: 5 }, 'duration'], [{ scheduledAt: at, reason: '가'.repeat(501) }, 'reason']]) {
    assert.deepEqual([body, wrongField(await act(host, s, 'reschedule', body, 'PATCH'))[2]], [body, field]);
  }
});

test('cancelling, by both ways', async () => {
  const [host, guest] = await people(2);
  const [a, b] = [await planned(host, guest), await planned(host, guest)];
  assert.deepEqual(await did(host, a, 'cancel', { reason: '감기' }), { success: true });
  assert.deepEqual((await send('DELETE', `/sessions/${b.id}?reason=${encodeURIComponent('비')}`, as(host))).body.data, { success: true });
  assert.deepEqual([(await row(a)).cancel_reason, (await row(b)).cancel_reason], ['감기', '비']);
  const state = [409, 'SESSION_INVALID_STATE'];
  assert.deepEqual([verdict(await act(host, a, 'cancel')), verdict(await send('DELETE', `/sessions/${b.id}`, as(host)))], [state, state]);
  assert.deepEqual(wrongField(await act(host, a, 'cancel', { reason: '가'.repeat(501) })).slice(2), ['reason', 'max']);
  assert.deepEqual(wrongField(await send('DELETE', `/sessions/${a.id}?reason=${'x'.repeat(501)}`, as(host))).slice(2), ['reason', 'max']);
  assert.equal((await query('SELECT COUNT(remind_at) AS n FROM session_seats WHERE session_id IN (?, ?)', [a.id, b.id]))[0].n, 0);
  // its people still see it, and with whom it was
  const seen = (await get(`/sessions/${a.id}`, as(guest))).body.data;
  assert.deepEqual([seen.status, seen.partnerName, seen.currentParticipants], ['CANCELLED', '호스트', 2]);
});

test('the last seat goes to one, and to nobody twice', async () => {
  const [host, ...others] = await people(9);
  const s = await planned(host, null, { maxParticipants: 4 });
  const all = await Promise.all([...others, ...others].map((p) => act(p, s, 'join')));
  const got = all.map(verdict).map(([status, code]) => code ?? status);
  assert.deepEqual([got.filter((x) => x === 200).length, got.filter((x) => x === 'SESSION_ALREADY_BOOKED').length, got.filter((x) => x === 'SESSION_002').length], [3, 3, 10]);
  assert.deepEqual([(await row(s)).taken, (await query('SELECT COUNT(*) AS n FROM session_seats WHERE session_id = ? AND left_at IS NULL', [s.id]))[0].n, (await events(s, 'session.booked')).length], [4, 4, 3]);
});

test('of an end and a cancel at once one holds, and it is told once', async () => {
  const [host, guest] = await people(2);
  for (let i = 0; i < 5; i += 1) {
    const s = await planned(host, guest);
    await did(host, s, 'start');
    const all = await Promise.all([act(host, s, 'end'), act(host, s, 'cancel'), act(host, s, 'end'), act(guest, s, 'leave')]);
    assert.equal(all.slice(0, 3).filter((r) => r.status === 200).length, 1);
    const told = await events(s);
    assert.equal(told.filter((e) => ['session.completed', 'session.cancelled'].includes(e.event)).length, 1);
    const left = told.some((e) => e.event === 'session.left');
    assert.equal((await row(s)).taken, left ? 1 : 2);
  }
});
