// The dating app's /matches and /fortune: people of the day, requests, matches.
import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, beforeEach, test } from 'node:test';
import { env, get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, connect, query } from '../harness/db.mjs';
import { block, events } from '../harness/learner.mjs';
import { until } from '../harness/stack.mjs';

after(closeDb);
beforeEach(() => query('DELETE FROM dating_people'));

const as = (p, more = {}) => ({ token: p.access, ...more });
const verdict = (res) => [res.status, res.body.code, typeof res.body.error];
const today = () => new Date(Date.now() + 9 * 3600e3).toISOString().slice(0, 10);

async function single(name, birth, gender = 'female') {
  const res = await post('/users/register', { email: `${unique()}@test.example.com`, password: 'hunter2hunter2', name, birth_date: birth, gender });
  assert.equal(res.status, 201, res.text);
  return { id: res.body.user_id, access: res.body.access_token ?? res.body.accessToken, name };
}
const look = async (p, more) => {
  const res = await get('/matches/recommendations', as(p, more));
  assert.equal(res.status, 200, res.text);
  return res.body;
};
// Somebody who has opened the app.
async function open(...args) {
  const p = await single(...args);
  await look(p);
  return p;
}
const names = (cards) => cards.map((c) => c.name);
const fit = async (a, b) => (await get(`/matches/${b.id}/compatibility`, as(a))).body.compatibility_score;
const ask = (a, b, more) => post('/matches/request', { receiver_id: b.id }, as(a, more));
const accept = (p, id) => send('POST', `/matches/${id}/accept`, as(p));

const BIRTHS = ['1992-10-24', '1988-09-17', '1999-04-17', '2000-02-29', '1995-08-23', '1990-05-15', '1993-02-04', '1985-07-07'];

test('the best five of the other gender, the best first, with what the card shows', async () => {
  const me = await single('나', '1990-05-15', 'male');
  const women = [];
  for (const [i, birth] of BIRTHS.entries()) women.push(await open(`여${i}`, birth));
  await open('남', '1992-10-24', 'male');
  await send('PUT', '/users/me', as(women[0], { body: { location: '서울', bio: '안녕하세요', profile_img_url: 'https://example.com/w.png' } }));
  const cards = await look(me);
  const scores = new Map();
  for (const w of women) scores.set(w.name, await fit(me, w));
  assert.equal(scores.get('여0'), 84); // worked out by hand
  assert.equal(scores.get('여1'), 34);
  assert.deepEqual(cards.map((c) => c.compatibility_score), [...scores.values()].sort((a, b) => b - a).slice(0, 5));
  for (const c of cards) assert.equal(c.compatibility_score, scores.get(c.name), c.name);
  const age = Number(today().slice(0, 4)) - 1992 - (today().slice(5) < '10-24' ? 1 : 0);
  assert.deepEqual(cards[0], { user_id: women[0].id, name: '여0', age, location: '서울', bio: '안녕하세요', profile_img_url: 'https://example.com/w.png', compatibility_score: 84 });
  assert.deepEqual((await get('/matches', as(me))).body, cards);
  assert.equal(await fit(women[0], me), 84);
  for (const w of women) assert.ok(!names(await look(w)).some((n) => n.startsWith('여')));
});

test('whom a day has named it keeps naming, and fills up what is free; another day begins anew', async () => {
  const me = await single('나', '1990-05-15', 'male');
  assert.deepEqual(await look(me), []);
  const poor = [];
  for (const n of [1, 2, 3, 4]) poor.push(await open(`여${n}`, '1988-09-17')); // 34
  assert.equal((await look(me)).length, 4);
  const before = await look(me);
  await open('늦은이', '1992-10-24'); // 84
  assert.deepEqual(await look(me), [...before, { ...before[0], user_id: (await look(me))[4].user_id, name: '늦은이', compatibility_score: 84, age: (await look(me))[4].age }]);
  await open('더 늦은이', '1992-10-24');
  assert.equal((await look(me)).length, 5);
  assert.ok(!names(await look(me)).includes('더 늦은이'));
  await query('UPDATE dating_picks SET day = day - INTERVAL 1 DAY WHERE user_id = ?', [me.id]);
  const next = await look(me);
  assert.deepEqual(next.map((c) => c.compatibility_score), [84, 84, 34, 34, 34]);
  assert.deepEqual(names(next).slice(0, 2).sort(), ['늦은이', '더 늦은이'].sort());
  const [{ n }] = await query('SELECT COUNT(*) AS n FROM dating_picks WHERE user_id = ?', [me.id]);
  assert.equal(Number(n), 5);
});

test('who hides, was blocked, asked or left is not shown, and takes no second place', async () => {
  const me = await single('나', '1990-05-15', 'male');
  const women = [];
  for (const n of [1, 2, 3, 4, 5]) women.push(await open(`여${n}`, '1992-10-24'));
  assert.equal((await look(me)).length, 5);
  const [hides, young, blocks, gone, asked] = women;
  await query('INSERT INTO user_privacy (user_id, allow_matching) VALUES (?, FALSE)', [hides.id]);
  await query('INSERT INTO user_privacy (user_id, show_age, show_location) VALUES (?, FALSE, FALSE)', [young.id]);
  await query("UPDATE users SET residence = '부산' WHERE id = ?", [young.id]);
  await block(blocks, me);
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [gone.id]);
  assert.equal((await ask(me, asked)).status, 201);
  assert.deepEqual(await look(me), [{ user_id: young.id, name: young.name, age: null, location: null, bio: null, profile_img_url: null, compatibility_score: 84 }]);
  for (const p of [hides, blocks, gone]) {
    assert.deepEqual(verdict(await get(`/matches/${p.id}/compatibility`, as(me))), [404, 'MATCHING_USER_NOT_FOUND', 'string'], p.name);
    assert.deepEqual(verdict(await ask(me, p)), [404, 'MATCHING_USER_NOT_FOUND', 'string'], p.name);
  }
  // of those nobody is picked again on another day either
  await query('UPDATE dating_picks SET day = day - INTERVAL 1 DAY WHERE user_id = ?', [me.id]);
  assert.deepEqual(names(await look(me)), [young.name]);
  assert.deepEqual((await query('SELECT other_id FROM dating_picks WHERE user_id = ?', [me.id])).map((r) => Number(r.other_id)), [young.id]);
});

test('men see women, women men, and who is neither sees and is seen by all', async () => {
  const people = [await open('남', '1990-05-15', 'male'), await open('여', '1992-10-24'), await open('그', '1999-04-17', 'other'), await open('그녀', '2000-02-29', 'other')];
  await query('DELETE FROM dating_picks');
  const seen = [];
  for (const p of people) seen.push(names(await look(p)).sort());
  assert.deepEqual(seen, [['그', '그녀', '여'], ['그', '그녀', '남'], ['그녀', '남', '여'], ['그', '남', '여']]);
});

test('first looks at once agree', async () => {
  const me = await open('나', '1990-05-15', 'male');
  for (const n of [1, 2, 3, 4, 5, 6, 7]) await open(`여${n}`, BIRTHS[n]);
  const db = connect(env.run);
  const other = await db.getConnection(); // keeps all of them at the door until they are there
  await other.query('START TRANSACTION');
  await other.query('SELECT * FROM dating_people WHERE user_id = ? FOR UPDATE', [me.id]);
  const looks = Promise.all(Array.from({ length: 4 }, () => look(me)));
  const waiting = async () => Number((await query("SELECT COUNT(*) AS n FROM information_schema.processlist WHERE info LIKE 'INSERT INTO dating_people%'"))[0].n);
  await until(async () => await waiting() === 4);
  await other.query('COMMIT');
  await other.release();
  await db.end();
  const all = await looks;
  for (const cards of all) assert.deepEqual(cards, all[0]);
  assert.equal(all[0].length, 5);
});

test('whoever has not opened the app is not in it, and it takes an adult with a birth and a gender', async () => {
  const me = await open('나', '1990-05-15', 'male');
  const learner = await person('배우는이');
  await query("UPDATE users SET gender = 'FEMALE', birth_year = 1992, birth_monthday = '10-24' WHERE id = ?", [learner.id]);
  assert.deepEqual(await look(me), []);
  assert.deepEqual(verdict(await get(`/matches/${learner.id}/compatibility`, as(me))), [404, 'MATCHING_USER_NOT_FOUND', 'string']);
  assert.deepEqual(verdict(await ask(me, learner)), [404, 'MATCHING_USER_NOT_FOUND', 'string']);
  assert.deepEqual(verdict(await get('/matches/999999999/compatibility', as(me))), [404, 'MATCHING_USER_NOT_FOUND', 'string']);
  assert.deepEqual(verdict(await get(`/matches/${me.id}/compatibility`, as(me))), [400, 'MATCHING_SELF_COMPATIBILITY', 'string']);
  const all = [['GET', '/matches/recommendations'], ['GET', `/matches/${me.id}/compatibility`], ['POST', '/matches/request'], ['POST', `/chat/request/${me.id}`], ['GET', '/fortune/today']];
  const answers = async (want, more) => {
    for (const [method, path] of all) assert.deepEqual(verdict(await send(method, path, as(learner, { body: method === 'POST' ? { receiver_id: me.id } : undefined, ...more }))), want, path);
  };
  await query('UPDATE users SET birth_year = ? WHERE id = ?', [Number(today().slice(0, 4)) - 18, learner.id]);
  await answers([400, 'ADULTS_ONLY', 'string']);
  for (const blank of ['gender = NULL', "gender = 'NONE'", "gender = 'MALE', birth_year = NULL", 'birth_year = 1992, birth_monthday = NULL']) {
    await query(`UPDATE users SET ${blank} WHERE id = ?`, [learner.id]);
    await answers([400, 'PROFILE_INCOMPLETE', 'string']);
  }
  await query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [learner.id]);
  await answers([404, 'USER_001', 'string']);
});

test('a request waits, the receiver accepts it, and a chat opens', async () => {
  const [a, b, stranger] = [await open('청하는이', '1990-05-15', 'male'), await open('받는이', '1992-10-24'), await open('남남', '1988-09-17')];
  const res = await ask(a, b);
  assert.deepEqual([res.status, res.body], [201, { match_id: res.body.match_id, status: 'requested' }]);
  assert.equal(typeof res.body.match_id, 'number');
  const [row] = await query('SELECT sender_id, receiver_id, compatibility_score FROM matching_requests WHERE id = ?', [res.body.match_id]);
  assert.deepEqual([Number(row.sender_id), Number(row.receiver_id), Number(row.compatibility_score)], [a.id, b.id, 84]);
  for (const again of [await ask(a, b), await post(`/chat/request/${b.id}`, undefined, as(a))]) {
    assert.equal(again.status, 409);
    assert.equal(again.body.error, 'Match request already exists');
  }
  for (const p of [a, stranger]) assert.deepEqual(verdict(await accept(p, res.body.match_id)), [404, 'MATCHING_REQUEST_NOT_FOUND', 'string']);
  const [one, two] = await Promise.all([accept(b, res.body.match_id), accept(b, res.body.match_id)]);
  assert.deepEqual([one.status, one.body], [200, { match_id: res.body.match_id, status: 'matched', chat_id: one.body.chat_id }]);
  assert.deepEqual(two.body, one.body);
  const chats = await Promise.all([a, b].map(async (p) => (await get('/chats', as(p))).body));
  const chat = (p) => [{ chat_id: one.body.chat_id, partner: { user_id: p.id, name: p.name, profile_img_url: null }, last_message: null, unread_count: 0 }];
  assert.deepEqual(chats, [chat(b), chat(a)]);
  assert.equal((await post(`/chats/${one.body.chat_id}/messages`, { content: '반가워요' }, as(a))).status, 201);
  const last = async () => (await get('/chats', as(b))).body[0].last_message;
  const unread = async () => (await get('/chats', as(b))).body[0].unread_count;
  const page = async (q) => (await get(`/chats/${one.body.chat_id}/messages${q}`, as(b))).body.length;
  assert.deepEqual([await unread(), await page('?offset=1'), await unread(), await page(''), await unread()], [1, 0, 1, 1, 0], 'seen is read');
  assert.equal(await last(), '반가워요');
  await query("UPDATE chat_messages SET body = '', type = 'AUDIO' WHERE room_id = ?", [one.body.chat_id]);
  assert.equal(await last(), '음성 메시지');
  assert.deepEqual([(await ask(a, b)).status, (await ask(b, a)).body.error], [409, 'Match request already exists']);
  assert.deepEqual(await events({ id: String(a.id) }, { id: String(b.id) }), { 'match.requested': 1, 'match.accepted': 1 });
});

test('two who ask each other are matched, and a refused request is answered', async () => {
  const [a, b, c] = [await open('하나', '1990-05-15', 'male'), await open('둘', '1992-10-24'), await open('셋', '1988-09-17')];
  const first = await ask(a, b);
  const back = await post(`/chat/request/${a.id}`, undefined, as(b));
  assert.deepEqual([back.status, back.body], [201, { match_id: first.body.match_id, status: 'matched', chat_id: back.body.chat_id }]);
  assert.equal((await get('/chats', as(a))).body[0].chat_id, back.body.chat_id);
  const other = await ask(a, c);
  assert.equal((await post(`/matching/reject/${other.body.match_id}`, {}, as(c))).status, 200);
  assert.deepEqual(verdict(await accept(c, other.body.match_id)), [409, 'MATCHING_ALREADY_ANSWERED', 'string']);
  const late = await ask(b, c);
  await query('UPDATE matching_requests SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE id = ?', [late.body.match_id]);
  assert.deepEqual(verdict(await accept(c, late.body.match_id)), [409, 'MATCHING_REQUEST_EXPIRED', 'string']);
});

test('a request is made once per key, names its receiver, and not oneself', async () => {
  const [a, b] = [await open('하나', '1990-05-15', 'male'), await open('둘', '1992-10-24')];
  const headers = { 'idempotency-key': crypto.randomUUID() };
  const first = await ask(a, b, { headers });
  const again = await ask(a, b, { headers });
  assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body]);
  assert.equal((await post('/matches/request', { receiver_id: a.id }, as(a, { headers }))).status, 422);
  assert.deepEqual(verdict(await ask(a, a)), [400, 'MATCHING_SELF_REQUEST', 'string']);
  assert.deepEqual(verdict(await post(`/chat/request/${a.id}`, undefined, as(a))), [400, 'MATCHING_SELF_REQUEST', 'string']);
  for (const body of [{}, { receiver_id: null }, { receiver_id: 'x' }, { receiver_id: -1 }]) {
    const res = await post('/matches/request', body, as(a));
    assert.deepEqual([res.status, res.body.details.fields[0].field], [400, 'receiver_id'], JSON.stringify(body));
  }
});

// Stems and ten gods as tables of the tradition have them, and the day counted from 1970-01-01, 辛巳.
const STEM = { ko: '갑을병정무기경신임계', branch: '자축인묘진사오미신유술해' };
const GODS = ['비견 겁재 식신 상관 편재 정재 편관 정관 편인 정인', '겁재 비견 상관 식신 정재 편재 정관 편관 정인 편인', '편인 정인 비견 겁재 식신 상관 편재 정재 편관 정관',
  '정인 편인 겁재 비견 상관 식신 정재 편재 정관 편관', '편관 정관 편인 정인 비견 겁재 식신 상관 편재 정재', '정관 편관 정인 편인 겁재 비견 상관 식신 정재 편재'].map((row) => row.split(' '));

test('who looks at their day is there for others; another birth or gender counts at the next look', async () => {
  const man = await open('남', '1992-10-24', 'male');
  const her = await single('새 사람', '1990-05-15', 'female');
  assert.equal(await fit(man, her), undefined);
  assert.equal((await get('/fortune/today', as(her))).status, 200);
  const before = await fit(man, her);
  assert.deepEqual([before, await fit(her, man)], [84, 84]);
  assert.equal((await send('PUT', '/users/me', { ...as(her), body: { birth_date: '1992-10-24' } })).status, 200);
  const now = await fit(her, man);
  assert.notEqual(now, before);
  assert.equal((await get('/fortune/today', as(her))).status, 200);
  assert.equal(await fit(man, her), now);
  await query("UPDATE users SET gender = 'MALE' WHERE id = ?", [her.id]);
  await get('/fortune/today', as(her));
  assert.equal((await query('SELECT gender FROM dating_people WHERE user_id = ?', [her.id]))[0].gender, 'MALE');
});

test('numbers of requests fit an INT', async () => {
  const [a, b] = [await open('하나', '1990-05-15', 'male'), await open('둘', '1992-10-24')];
  const { match_id: id } = (await ask(a, b)).body;
  assert.ok(id > 1e9 && id < 2 ** 31, String(id));
});

test("today's fortune follows from the stems of the day and of the birth, in the reader's language", async () => {
  const texts = new Set();
  for (const [birth, self] of [['1999-04-17', 5], ['1990-05-19', 0], ['1990-05-20', 1], ['1990-05-15', 6]]) {
    const p = await single('점', birth, 'other');
    const res = await get('/fortune/today', as(p));
    const day = (Date.parse(`${res.body.date}T00:00:00Z`) / 86400e3 + 17) % 60;
    const { overall, relationship_tip: tip, ...rest } = res.body;
    assert.deepEqual(rest, {
      date: rest.date, day_pillar: STEM.ko[day % 10] + STEM.branch[day % 12], day_master: STEM.ko[self], ten_god: GODS[self]?.[day % 10] ?? rest.ten_god, fortune: `${overall} ${tip}`,
    });
    assert.equal(rest.date, today());
    assert.ok(overall && tip && overall !== tip);
    texts.add(overall);
    const en = (await get('/fortune/today', as(p, { headers: { 'accept-language': 'en' } }))).body;
    assert.match(en.fortune, /^[\x20-\x7e]+$/);
    assert.match(`${en.day_pillar} ${en.day_master} ${en.ten_god}`, /^[a-z]+-[a-z]+ [a-z]+ [a-z]+$/);
    assert.equal((await get('/fortune/today', as(p, { headers: { 'if-none-match': res.headers.etag } }))).status, 304);
  }
  assert.equal(texts.size, 4);
});
