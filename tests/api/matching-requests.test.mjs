import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { accept, ask, asked, block, events, learner, matchRows, matched, reject, requestRows, roomRows, roomsOf } from '../harness/learner.mjs';
import { did, held, planned } from '../harness/sessions.mjs';

after(closeDb);
const code = (res) => res.body.code;
const verdict = (res) => [res.status, code(res)];
const couple = () => Promise.all([learner('보낸이', 1, [2], { profile: { englishName: 'Sender', profileImage: 'https://example.com/s.png' } }), learner('받는이', 2, [1])]);
const list = async (p, target) => {
  const res = await get(`/matching/${target}`, { token: p.access });
  assert.equal(res.status, 200, res.text);
  return res.body;
};
const received = async (p, search = '') => (await list(p, `requests/received?${search}`)).data;
const sent = async (p, search = '') => (await list(p, `requests/sent?${search}`)).data;
const matches = async (p) => (await list(p, 'matches')).data;
const end = (p, matchId) => send('DELETE', `/matching/matches/${matchId}`, { token: p.access });
const expire = (id) => query('UPDATE matching_requests SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ?', [id]);

test('a request waits with the receiver for seven days, with everything both lists read', async () => {
  const [a, b] = await couple();
  const score = (await get(`/matching/compatibility/${b.id}`, { token: a.access })).body.data.overallScore;
  const res = await ask(a, b, '  안녕하세요!\n같이 해요  ');
  assert.equal(res.status, 201);
  const { requestId, createdAt, expiresAt, ...rest } = res.body.data;
  assert.deepEqual(rest, {
    id: requestId, senderId: a.id, receiverId: b.id, targetUserId: b.id, partnerId: b.id, status: 'pending', message: '안녕하세요!\n같이 해요',
    compatibilityScore: score, matchId: null, roomId: null,
  });
  assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 7 * 86400000);
  const [A, B] = [{ userId: a.id, id: a.id, name: 'Sender', englishName: 'Sender', profileImageUrl: 'https://example.com/s.png', profileImage: 'https://example.com/s.png' },
    { userId: b.id, id: b.id, name: '받는이', englishName: '받는이', profileImageUrl: null, profileImage: null }];
  const item = {
    requestId, id: requestId, senderId: a.id, receiverId: b.id, targetUserId: b.id, status: 'pending', message: '안녕하세요!\n같이 해요', responseMessage: null, respondedAt: null,
    expiresAt, createdAt, sender: A, receiver: B, senderName: 'Sender', senderProfileImage: A.profileImage, receiverName: '받는이', receiverProfileImage: null, compatibilityScore: score,
  };
  assert.deepEqual(await received(b), [{ ...item, partner: A }]);
  assert.deepEqual(await sent(a), [{ ...item, partner: B }]);
  assert.deepEqual([await received(a), await sent(b)], [[], []]);
  assert.deepEqual(await events(a, b), { 'match.requested': 1 });
  const [row] = await query("SELECT actor_id, payload FROM outbox_seen WHERE event = 'match.requested' AND subject_id = ?", [requestId]);
  assert.equal(row.actor_id, Number(a.id));
  const payload = typeof row.payload === 'string' ? JSON.parse(row.payload) : row.payload;
  assert.deepEqual(Object.entries(payload).map(([k, v]) => [k, String(v)]), [['requestId', requestId], ['senderId', a.id], ['receiverId', b.id]]);
});

test('the message has up to 500 characters and may be missing; the target may not', async () => {
  const [a, b] = await couple();
  const long = await ask(a, b, '가'.repeat(501));
  assert.deepEqual([long.status, long.body.error.details.fields[0].field], [400, 'message']);
  assert.equal((await ask(a, b, '👩‍👧'.repeat(166) + '가'.repeat(2))).status, 201); // 3 characters each
  const c = await learner('말없이', 2, [1]);
  assert.equal((await post('/matching/request', { receiverId: Number(c.id) }, { token: a.access })).body.data.message, '');
  const none = await post('/matching/request', { message: 'x' }, { token: a.access });
  assert.deepEqual([none.status, none.body.error.details.fields[0].field], [400, 'targetUserId']);
});

test('nobody asks themselves, nobody, or who does not want to be asked', async () => {
  const [a, b] = await couple();
  assert.deepEqual(verdict(await ask(a, a)), [400, 'MATCHING_SELF_REQUEST']);
  const no = [404, 'MATCHING_USER_NOT_FOUND'];
  assert.deepEqual(verdict(await ask(a, { id: '999999998' })), no);
  const closed = {
    'who blocked me': () => block(b, a),
    'whom I blocked': () => block(a, b),
    private: () => query("INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, 'private')", [b.id]),
    friends: () => query("INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, 'friends')", [b.id]),
    'no matching': () => query('INSERT INTO user_privacy (user_id, allow_matching) VALUES (?, FALSE)', [b.id]),
    suspended: () => query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [b.id]),
    deleted: () => query("UPDATE users SET status = 'DELETED' WHERE id = ?", [b.id]),
  };
  for (const [what, close] of Object.entries(closed)) {
    await close();
    assert.deepEqual([what, ...verdict(await ask(a, b))], [what, ...no]);
    await query('DELETE FROM blocks WHERE user_id IN (?, ?)', [a.id, b.id]);
    await query('DELETE FROM user_privacy WHERE user_id = ?', [b.id]);
    await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [b.id]);
  }
  assert.deepEqual([await requestRows(a, b), await events(a, b)], [[], {}]);
  await asked(a, b);
});

test('who takes no requests can still ask, and be answered', async () => {
  const [a, b] = await couple();
  await query('INSERT INTO user_privacy (user_id, allow_matching) VALUES (?, FALSE)', [a.id]);
  await asked(a, b);
  const back = await ask(b, a);
  assert.deepEqual([back.status, back.body.data.status], [201, 'accepted']);
});

test('asking twice is a duplicate, asking a match is said to be one', async () => {
  const [a, b] = await couple();
  const id = await asked(a, b, '처음');
  const again = await ask(a, b, '또');
  assert.deepEqual(verdict(again), [409, 'MATCHING_DUPLICATE_REQUEST']);
  assert.match(again.body.message, /중복/);
  assert.deepEqual((await received(b)).map((r) => [r.id, r.message]), [[id, '처음']]);
  assert.equal((await accept(b, id)).status, 200);
  for (const [from, to] of [[a, b], [b, a]]) {
    const done = await ask(from, to);
    assert.deepEqual(verdict(done), [409, 'MATCHING_ALREADY_MATCHED']);
    assert.match(done.body.message, /매칭된/);
  }
  // also when one of them takes no requests any more
  await query("INSERT INTO user_privacy (user_id, allow_matching, profile_visibility) VALUES (?, FALSE, 'private')", [b.id]);
  assert.deepEqual(verdict(await ask(a, b)), [409, 'MATCHING_ALREADY_MATCHED']);
  assert.equal((await requestRows(a, b)).length, 1);
  assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.accepted': 1 });
});

test('the two refusals hold the words the client looks for in English, too', async () => {
  const [a, b] = await couple();
  const headers = { 'accept-language': 'en' };
  const id = await asked(a, b);
  assert.match((await ask(a, b, 'x', { headers })).body.message, /pending.*중복/);
  await accept(b, id);
  assert.match((await ask(a, b, 'x', { headers })).body.message, /matched.*매칭된/);
});

test('asking who asked me is a yes', async () => {
  const [a, b] = await couple();
  const id = await asked(a, b);
  const res = await ask(b, a, '저도요');
  assert.equal(res.status, 201);
  const d = res.body.data;
  const [row] = await matchRows(a, b);
  assert.deepEqual([d.requestId, d.status, d.senderId, d.receiverId, d.matchId, d.roomId], [id, 'accepted', a.id, a.id, String(row.id), row.room_id]);
  assert.deepEqual((await sent(a, 'status=accepted')).map((r) => [r.id, r.responseMessage]), [[id, '저도요']]);
  assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.accepted': 1 });
});

test('a retried request with its Idempotency-Key gives the first answer; another body is refused', async () => {
  const [a, b] = await couple();
  const c = await learner('다른이', 2, [1]);
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const first = await ask(a, b, '한 번만', { headers });
  const again = await ask(a, b, '한 번만', { headers });
  assert.deepEqual([first.status, again.status, again.text], [201, 201, first.text]);
  assert.equal(again.headers['idempotent-replay'], 'true');
  for (const other of [await ask(a, b, '두 번', { headers }), await ask(a, c, '한 번만', { headers })]) assert.deepEqual(verdict(other), [422, 'IDEMPOTENCY_KEY_REUSED']);
  assert.deepEqual([(await requestRows(a, b)).length, (await requestRows(a, c)).length, await events(a, b)], [1, 0, { 'match.requested': 1 }]);
  const mine = await ask(c, b, '한 번만', { headers }); // keys belong to their user
  assert.equal(mine.status, 201);
});

// The four ways to name a request when answering it.
const ways = (verb) => ({
  'its id in the path': (by, id) => post(`/matching/${verb}/${id}`, { responseMessage: '답' }, { token: by.access }),
  'its sender in the path': (by, id, from) => post(`/matching/${verb}/${from.id}`, { responseMessage: '답' }, { token: by.access }),
  'requestId in the body': (by, id) => post(`/matching/${verb}`, { requestId: id, responseMessage: '답' }, { token: by.access }),
  'matchId in the body': (by, id) => post(`/matching/${verb}`, { matchId: Number(id), message: '답' }, { token: by.access }),
  'userId in the body': (by, id, from) => post(`/matching/${verb}`, { userId: from.id, responseMessage: '답' }, { token: by.access }),
});

for (const [way, answer] of Object.entries(ways('accept'))) {
  test(`accepting by ${way} makes one match and one room, however often`, async () => {
    const [a, b] = await couple();
    const id = await asked(a, b);
    const all = [await answer(b, id, a), await answer(b, id, a), await accept(b, id)];
    const [row] = await matchRows(a, b);
    for (const res of all) {
      assert.deepEqual([res.status, res.body.data], [200, { success: true, requestId: id, matchId: String(row.id), partnerId: a.id, roomId: row.room_id, status: 'accepted' }]);
    }
    assert.equal(row.is_active, 1);
    assert.equal((await roomRows(a, b)).length, 1);
    for (const [me, other] of [[a, b.name], [b, a.name]]) {
      const rooms = await roomsOf(me);
      assert.deepEqual(rooms.map((r) => [r.roomId, r.roomName, r.roomType, r.participantCount]), [[row.room_id, other, 'DIRECT', 2]]);
    }
    const [r] = await requestRows(a, b);
    assert.deepEqual([r.status, r.response_message], ['accepted', '답']);
    assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.accepted': 1 });
    const no = await reject(b, id);
    assert.deepEqual(verdict(no), [409, 'MATCHING_ALREADY_ANSWERED']);
    assert.deepEqual(verdict(await post('/matching/reject', { userId: a.id }, { token: b.access })), [409, 'MATCHING_ALREADY_ANSWERED']);
    assert.equal((await matchRows(a, b))[0].is_active, 1);
  });
}

for (const [way, answer] of Object.entries(ways('reject'))) {
  test(`rejecting by ${way} ends the request, once, and the sender may ask again`, async () => {
    const [a, b] = await couple();
    const id = await asked(a, b);
    for (const res of [await answer(b, id, a), await answer(b, id, a)]) {
      assert.deepEqual([res.status, res.body.data], [200, { success: true, requestId: id, matchId: null, partnerId: a.id, roomId: null, status: 'rejected' }]);
    }
    assert.deepEqual(await events(a, b), { 'match.requested': 1, 'match.rejected': 1 });
    assert.deepEqual(verdict(await accept(b, id)), [409, 'MATCHING_ALREADY_ANSWERED']);
    assert.deepEqual(verdict(await post('/matching/accept', { requestId: id }, { token: b.access })), [409, 'MATCHING_ALREADY_ANSWERED']);
    assert.deepEqual([await matchRows(a, b), await roomRows(a, b), await roomsOf(a)], [[], [], []]);
    const second = await asked(a, b);
    assert.notEqual(second, id);
    assert.equal((await accept(b, a.id)).body.data.requestId, second); // the open one of the two
  });
}

test('only the receiver answers: to all others the request is not there', async () => {
  const [a, b] = await couple();
  const c = await learner('남의일', 2, [1]);
  const id = await asked(a, b);
  for (const verb of ['accept', 'reject']) {
    for (const who of [a, c]) {
      for (const res of [await post(`/matching/${verb}/${id}`, {}, { token: who.access }), await post(`/matching/${verb}`, { requestId: id }, { token: who.access })]) {
        assert.deepEqual(verdict(res), [404, 'MATCHING_REQUEST_NOT_FOUND'], `${verb} ${who.name}`);
      }
    }
    assert.deepEqual(verdict(await post(`/matching/${verb}/999999999999`, {}, { token: b.access })), [404, 'MATCHING_REQUEST_NOT_FOUND']);
    assert.deepEqual(verdict(await post(`/matching/${verb}`, { userId: c.id }, { token: b.access })), [404, 'MATCHING_REQUEST_NOT_FOUND']);
    assert.equal((await post(`/matching/${verb}`, {}, { token: b.access })).status, 400);
    assert.equal((await post(`/matching/${verb}/abc`, {}, { token: b.access })).status, 400);
    assert.equal((await post(`/matching/${verb}/${id}`, { responseMessage: '가'.repeat(501) }, { token: b.access })).status, 400);
  }
  assert.equal((await received(b)).length, 1);
  assert.equal((await post(`/matching/accept/${id}`, undefined, { token: b.access })).status, 200); // no body at all
});

for (const [what, happens] of Object.entries({
  'a block by the sender': (a, b) => block(a, b),
  'a block by the receiver': (a, b) => block(b, a),
  'the suspension of the sender': (a) => query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [a.id]),
  'the deletion of the sender': (a) => query("UPDATE users SET status = 'DELETED' WHERE id = ?", [a.id]),
})) {
  test(`after ${what} a request can no longer be answered`, async () => {
    const [a, b] = await couple();
    const id = await asked(a, b);
    await happens(a, b);
    for (const res of [await accept(b, id), await accept(b, a.id), await reject(b, id)]) assert.deepEqual(verdict(res), [404, 'MATCHING_REQUEST_NOT_FOUND']);
    assert.deepEqual([await matchRows(a, b), await roomRows(a, b)], [[], []]);
    assert.deepEqual([await received(b), await received(b, 'status=all')], [[], []]);
    if (what.includes('suspension')) {
      await query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [a.id]);
      assert.deepEqual([(await received(b)).map((r) => r.id), (await reject(b, id)).status], [[id], 200]);
    }
    if (what.includes('block')) assert.deepEqual([await sent(a), await list(b, 'requests')].map((x) => x.data ?? x), [[], { received: [], sent: [] }]);
  });
}

test('lists know every status in any case, count pages, and show both directions', async () => {
  const me = await learner('목록', 1, [2]);
  const them = await Promise.all(['하나', '둘둘', '셋셋', '넷넷', '다섯', '여섯'].map((n) => learner(n, 2, [1])));
  const in_ = [];
  for (const p of them.slice(0, 4)) in_.push(await asked(p, me));
  const out = [];
  for (const p of them.slice(4)) out.push(await asked(me, p));
  await accept(me, in_[0]);
  await reject(me, in_[1]);
  await expire(in_[2]);
  await query("UPDATE matching_requests SET status = 'cancelled' WHERE id = ?", [out[0]]);
  const expected = { accepted: [in_[0]], rejected: [in_[1]], expired: [in_[2]], pending: [in_[3]], cancelled: [], all: [...in_].reverse() };
  for (const [status, want] of Object.entries(expected)) {
    for (const word of [status, status.toUpperCase(), status[0].toUpperCase() + status.slice(1)]) {
      assert.deepEqual((await received(me, `status=${word}`)).map((r) => r.id), want, word);
    }
  }
  assert.deepEqual((await received(me, 'status=all')).map((r) => r.status), ['pending', 'expired', 'rejected', 'accepted']);
  assert.deepEqual((await received(me, 'status=')).map((r) => r.id), [in_[3]]);
  assert.deepEqual((await sent(me, 'status=CANCELLED')).map((r) => [r.id, r.status]), [[out[0], 'cancelled']]);
  assert.deepEqual((await sent(me)).map((r) => r.id), [out[1]]);
  const page = async (n) => list(me, `requests/received?status=all&size=3&page=${n}`);
  const pages = [await page(1), await page(2), await page(3)];
  assert.deepEqual(pages.map((p) => p.data.map((r) => r.id)), [[in_[3], in_[2], in_[1]], [in_[0]], []]);
  assert.deepEqual(pages.map((p) => [p.meta.page, p.meta.limit, p.meta.total, p.meta.totalPages]), [[1, 3, 4, 2], [2, 3, 4, 2], [3, 3, 4, 2]]);
  const sentPage = await list(me, 'requests/sent?status=all&limit=1&page=2');
  assert.deepEqual([sentPage.data.map((r) => r.id), sentPage.meta.total], [[out[0]], 2]);
  const both = async (search) => (await list(me, `requests?${search}`));
  const idsOf = ({ data }) => [data.received, data.sent].map((l) => l?.map((r) => r.id) ?? null);
  const all = await both('status=ALL');
  assert.deepEqual([idsOf(all), all.meta.total], [[[...in_].reverse(), [...out].reverse()], 6]);
  const r = await both('type=received');
  assert.deepEqual([idsOf(r)[0], idsOf(r)[1] ?? [], r.meta.total], [[in_[3]], [], 1]);
  const s = await both('type=SENT&status=pending');
  assert.deepEqual([idsOf(s)[0] ?? [], idsOf(s)[1], s.meta.total], [[], [out[1]], 1]);
  for (const bad of ['status=lost', 'size=0', 'size=101', 'type=up']) assert.equal((await get(`/matching/requests?${bad}`, { token: me.access })).status, 400, bad);
});

test('a request past its time reads as expired, cannot be answered, and blocks nobody', async () => {
  const [a, b] = await couple();
  const id = await asked(a, b);
  await expire(id);
  assert.deepEqual([await received(b), (await received(b, 'status=expired')).map((r) => [r.id, r.status])], [[], [[id, 'expired']]]);
  for (const res of [await accept(b, id), await accept(b, a.id), await reject(b, id), await post('/matching/accept', { requestId: id }, { token: b.access }), await post('/matching/reject', { userId: a.id }, { token: b.access })]) assert.deepEqual(verdict(res), [409, 'MATCHING_REQUEST_EXPIRED']);
  const stats = (await list(a, 'stats')).data;
  assert.deepEqual([stats.activeRequest, stats.pendingSent], [false, 0]);
  const back = await ask(b, a); // not an answer: a new request
  assert.deepEqual([back.status, back.body.data.status], [201, 'pending']);
  assert.deepEqual((await requestRows(a, b)).map((r) => r.status), ['expired', 'pending']);
  await expire(back.body.data.requestId);
  await asked(b, a);
  assert.deepEqual(await events(a, b), { 'match.requested': 3 });
  assert.deepEqual(await matchRows(a, b), []);
});

test('a match is read under every name by every list', async () => {
  const a = await learner('짝하나', 1, [[2, 102]], { topics: [1, 9], profile: { englishName: 'One', selfBio: '소개', residence: '서울', profileImage: 'https://example.com/1.png' } });
  const b = await learner('짝둘', 2, [[1, 102]], { topics: [9, 3] });
  const d = await matched(a, b);
  await post('/presence/touch', undefined, { token: a.access });
  const [m] = await matches(b);
  const image = 'https://example.com/1.png';
  const level = '관심사, 시사 등 조금 복잡한 주제로도 말할 수 있어요';
  const { matchedAt, lastActiveTime, compatibilityScore, score, ...rest } = m;
  assert.deepEqual(rest, {
    matchId: d.matchId, id: d.matchId, partnerId: a.id, partnerUserId: a.id, userId: a.id, partnerName: 'One', partnerUserName: 'One', userName: 'One', name: 'One',
    partnerProfileImage: image, partnerProfileImageUrl: image, partnerUserProfileImage: image, profileImage: image, profileImageUrl: image,
    location: '서울', partnerUserLocation: '서울', nativeLanguage: '한국어', partnerUserNativeLanguage: '한국어', partnerNativeLanguage: '한국어',
    bio: '소개', partnerUserBio: '소개', partnerBio: '소개', status: 'active', deactivatedAt: null, roomId: d.roomId, compatibilityLevel: 'HIGH',
    onlineStatus: 'ONLINE', partnerOnlineStatus: 'ONLINE', commonInterests: ['IT'], suggestedTopics: ['IT'], favoriteTopics: ['여행', 'IT'], totalSessionsCompleted: 0,
    targetLanguage: '영어', languageLevel: level, partnerLevel: level, languages: ['한국어', '영어'],
  });
  assert.ok(score === compatibilityScore && score > 80 && Date.parse(matchedAt) <= Date.now() && Date.parse(lastActiveTime) <= Date.now());
  const mine = await list(b, 'my-matches');
  assert.deepEqual([mine.data.matches, mine.data.content, mine.meta.total], [[m], [m], 1]);
  assert.deepEqual((await list(b, 'history')).data.matches, [m]);
  assert.deepEqual((await list(b, 'stats')).data.recentMatches, [m]);
  const bare = await person('혼자');
  assert.deepEqual([await matches(bare), (await list(bare, 'my-matches')).data.matches, (await list(bare, 'history')).data.content], [[], [], []]);
});

test('matches come newest first, in pages, without who is blocked or gone', async () => {
  const me = await learner('여럿', 1, [2]);
  const them = await Promise.all(['가가', '나나', '다다', '라라'].map((n) => learner(n, 2, [1])));
  for (const [i, p] of them.entries()) {
    const { matchId } = await matched(i % 2 ? me : p, i % 2 ? p : me);
    await query('UPDATE user_matches SET matched_at = ? WHERE id = ?', [`2026-01-0${i + 1} 00:00:00`, matchId]);
  }
  const order = them.map((p) => p.id).reverse();
  for (const [target, pick] of [['matches', (d) => d], ['my-matches', (d) => d.matches], ['history', (d) => d.content]]) {
    const pages = await Promise.all([1, 2, 3].map((n) => list(me, `${target}?size=3&page=${n}`)));
    assert.deepEqual(pages.map((p) => pick(p.data).map((m) => m.partnerId)), [order.slice(0, 3), order.slice(3), []], target);
    assert.deepEqual(pages.map((p) => [p.meta.page, p.meta.limit, p.meta.total, p.meta.totalPages]), [[1, 3, 4, 2], [2, 3, 4, 2], [3, 3, 4, 2]], target);
  }
  // the one size for which the client wants an object
  const asked = await Promise.all([1, 2].map((n) => list(me, `matches?size=4&page=${n}`)));
  assert.deepEqual(asked.map(({ data }) => ({ ...data, content: data.content.map((m) => m.partnerId) })), [
    { content: order, totalElements: 4, totalPages: 1, number: 0, currentPage: 1, limit: 4, last: true },
    { content: [], totalElements: 4, totalPages: 1, number: 1, currentPage: 2, limit: 4, last: true },
  ]);
  assert.deepEqual(asked[0].data.content, (await list(me, 'matches?size=5')).data);
  await block(me, them[0]);
  await block(them[1], me);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [them[2].id]);
  for (const target of ['matches', 'my-matches', 'history']) {
    const res = await list(me, target);
    assert.deepEqual([(res.data.matches ?? res.data).map((m) => m.partnerId), res.meta.total], [[them[3].id], 1], target);
  }
  assert.deepEqual((await list(me, 'stats')).data.recentMatches.map((m) => m.partnerId), [them[3].id]);
});

test('ending a match lets both ask again; the same pair comes back with its room', async () => {
  const [a, b] = await couple();
  const c = await learner('제삼자', 2, [1]);
  const first = await matched(a, b);
  for (const id of [first.matchId, '999999999']) assert.deepEqual(verdict(await end(c, id)), [404, 'MATCHING_NOT_FOUND']);
  assert.equal((await end(c, 'abc')).status, 400);
  assert.equal((await matches(a)).length, 1);
  const done = await end(a, first.matchId);
  assert.deepEqual([done.status, done.body.data], [200, { success: true, matchId: first.matchId }]);
  const [ended] = await matchRows(a, b);
  assert.deepEqual([ended.is_active, ended.deactivated_by], [0, Number(a.id)]);
  assert.equal((await end(b, first.matchId)).status, 200); // again, by the other: nothing changes
  assert.deepEqual(await matchRows(a, b), [ended]);
  for (const p of [a, b]) {
    assert.deepEqual([await matches(p), (await list(p, 'my-matches')).data.matches], [[], []]);
    const [h] = (await list(p, 'history')).data.matches;
    assert.deepEqual([h.matchId, h.status, Date.parse(h.deactivatedAt)], [first.matchId, 'inactive', ended.deactivated_at.getTime()]);
  }
  const id = await asked(b, a);
  const second = (await accept(a, id)).body.data;
  assert.deepEqual([second.matchId, second.roomId, second.requestId], [first.matchId, first.roomId, id]);
  const [row] = await matchRows(a, b);
  assert.deepEqual([row.is_active, row.deactivated_at, row.deactivated_by, row.matched_at > ended.matched_at], [1, null, null, true]);
  assert.equal((await roomRows(a, b)).length, 1);
  assert.deepEqual([(await accept(a, id)).body.data, (await accept(b, first.requestId)).body.data.matchId], [second, second.matchId]); // either is what the match lives by
  assert.equal((await end(b, first.matchId)).status, 200);
  for (const res of [await accept(a, id), await accept(a, b.id), await accept(b, first.requestId)]) assert.deepEqual(verdict(res), [409, 'MATCHING_ALREADY_ANSWERED']);
  await asked(a, b);
  assert.deepEqual(await events(a, b), { 'match.requested': 3, 'match.accepted': 2 });
});

test('who is suspended is in no list and no count, until it ends', async () => {
  const [me, partner, asker, target] = [await learner('남은이', 1, [2]), await learner('짝꿍', 2, [1]), await learner('물은이', 2, [1]), await learner('물린이', 2, [1])];
  await matched(me, partner);
  await asked(asker, me);
  await asked(me, target);
  const seen = async () => {
    const { totalMatches, activeMatches, pendingSent, pendingReceived, activeRequest, recentMatches } = (await list(me, 'stats')).data;
    const lists = [await received(me), await sent(me), await matches(me), (await list(me, 'my-matches')).data.matches, (await list(me, 'history')).data.matches, recentMatches];
    const totals = await Promise.all(['requests/received', 'requests/sent', 'matches'].map(async (path) => (await list(me, path)).meta.total));
    const { matches: { total } } = (await get('/users/profile-summary', { token: me.access })).body.data;
    return [...lists.map((l) => l.length), ...totals, totalMatches, activeMatches, pendingSent, pendingReceived, Number(activeRequest), total];
  };
  const [all, none] = [Array(15).fill(1), Array(15).fill(0)];
  assert.deepEqual(await seen(), all);
  const status = (to) => query('UPDATE users SET status = ? WHERE id IN (?, ?, ?)', [to, partner.id, asker.id, target.id]);
  await status('SUSPENDED');
  assert.deepEqual(await seen(), none);
  await status('ACTIVE');
  assert.deepEqual(await seen(), all);
});

test('a match counts the sessions of two that both were in until the end', async () => {
  const [me, b, c] = [await learner('센이', 1, [2]), await learner('둘째', 2, [1]), await learner('셋째', 2, [1])];
  for (const p of [b, c]) await matched(me, p);
  const counts = async (p = me, target = 'matches') => Object.fromEntries(((d) => d.matches ?? d)((await list(p, target)).data).map((m) => [m.partnerId, m.totalSessionsCompleted]));
  assert.deepEqual(await counts(), { [b.id]: 0, [c.id]: 0 });
  await held(me, b);
  const guest = await held(b, me);
  await held(b, c);
  await planned(me, c);
  await did(me, await planned(me, c), 'cancel');
  const three = await held(me, null, { maxParticipants: 3 });
  await query("INSERT INTO session_seats (session_id, user_id, role) VALUES (?, ?, 'BOOKED')", [three.id, c.id]);
  for (const target of ['matches', 'my-matches', 'history']) assert.deepEqual([await counts(me, target), await counts(b, target)], [{ [b.id]: 2, [c.id]: 0 }, { [me.id]: 2 }]);
  await query('UPDATE session_seats SET left_at = NOW(3) WHERE session_id = ? AND user_id = ?', [guest.id, me.id]);
  assert.deepEqual([await counts(), await counts(b)], [{ [b.id]: 1, [c.id]: 0 }, { [me.id]: 1 }]);
});

test('stats count what is open, what was answered and what lasted', async () => {
  const me = await learner('통계', 1, [2]);
  const empty = (await list(me, 'stats')).data;
  assert.deepEqual(empty, { totalMatches: 0, activeMatches: 0, recentMatches: [], activeRequest: false, queueStatus: null, pendingSent: 0, pendingReceived: 0, matchSuccessRate: null });
  const them = await Promise.all(['가가', '나나', '다다', '라라', '마마', '바바', '사사', '아아'].map((n) => learner(n, 2, [1])));
  const done = [];
  for (const p of them.slice(0, 3)) done.push(await matched(me, p));
  await reject(them[3], await asked(me, them[3]));
  for (const p of them.slice(4, 6)) await asked(me, p);
  await asked(them[6], me);
  done.push(await matched(them[7], me));
  await end(me, done[0].matchId);
  const { recentMatches, ...numbers } = (await list(me, 'stats')).data;
  assert.deepEqual(numbers, { totalMatches: 4, activeMatches: 3, activeRequest: true, queueStatus: null, pendingSent: 2, pendingReceived: 1, matchSuccessRate: 75 });
  assert.deepEqual(recentMatches.map((m) => m.matchId), [done[3], done[2], done[1]].map((d) => d.matchId));
});
