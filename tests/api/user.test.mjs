import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { asked, learner, reject } from '../harness/learner.mjs';
import { did, held } from '../harness/sessions.mjs';

after(closeDb);

test('every single-field save works under every prefix and method in use', async () => {
  const p = await person();
  const saves = [
    ['english-name', { englishName: 'Min Ji' }, { englishName: 'Min Ji' }],
    ['birthyear', { birthYear: '1997' }, { birthyear: '1997', birthYear: 1997 }],
    ['birthyear', { birthyear: 1998 }, { birthyear: '1998', birthYear: 1998 }],
    ['birthday', { birthday: '07-21' }, { birthday: '07-21' }],
    ['location', { locationId: '19' }, { locationId: 19 }],
    ['self-bio', { selfBio: '안녕하세요\n두 번째 줄' }, { selfBio: '안녕하세요\n두 번째 줄' }],
    ['gender', { genderType: 'female' }, { gender: 'FEMALE' }],
    ['gender', { genderTypeId: 1 }, { gender: 'MALE' }],
  ];
  for (const [field, body, want] of saves) {
    for (const [method, prefix] of [['PATCH', '/user'], ['POST', '/users'], ['POST', '/users/me'], ['PUT', '/user']]) {
      const res = await send(method, `${prefix}/${field}`, { token: p.access, body });
      assert.deepEqual([res.status, res.body.data], [200, want], `${method} ${prefix}/${field}`);
    }
  }
  const profile = (await get('/users/profile', { token: p.access })).body;
  assert.deepEqual(
    [profile.englishName, profile.data.birthYear, profile.data.birthday, profile.data.gender, profile.bio, profile.data.location.timezone, profile.data.timeZone],
    ['Min Ji', 1998, '07-21', 'MALE', '안녕하세요\n두 번째 줄', 'America/New_York', 'America/New_York'],
  );
});

test('a profile update changes what it names and nothing else; junk keys are ignored', async () => {
  const p = await person('처음 이름');
  const full = { englishName: 'First', bio: '소개', residence: '서울 마포구', birthday: '1990-02-03', profileImageUrl: '/api/v1/upload/file/a.png', job: '교사' };
  assert.equal((await send('PUT', '/user/profile', { token: p.access, body: full })).status, 200);
  const echo = { success: true, data: { name: '무시' }, message: 'x', meta: {}, englishName: '', bio: null, residence: '부산', onboardingCompleted: true };
  const res = await send('PATCH', '/users/profile', { token: p.access, body: echo });
  assert.equal(res.status, 200);
  const d = res.body.data;
  assert.deepEqual(
    [d.name, d.englishName, d.bio, d.residence, d.birthYear, d.birthday, d.profileImage, d.job, d.onboardingCompleted],
    ['처음 이름', 'First', '소개', '부산', 1990, '02-03', full.profileImageUrl, '교사', false],
  );
});

test('a profile update takes languages, place and ways to study as onboarding does', async () => {
  const p = await person();
  const save = (body) => send('PUT', '/users/profile', { token: p.access, body });
  const seen = (d) => [d.communicationMethod, d.dailyMinute, d.partnerGender, d.location?.id, d.nativeLanguage?.id];
  const first = await save({ communicationMethod: 'AUDIO_ONLY', dailyMinute: '10분', partnerGender: 'any', location: { id: '2' }, nativeLanguage: { id: 3 } });
  assert.deepEqual([first.status, seen(first.body.data)], [200, ['VOICE', 'MINUTES_10', 'ANY', 2, 3]], first.text);
  const echo = await save(first.body.data); // what a client read it may send back
  assert.deepEqual([echo.status, seen(echo.body.data)], [200, seen(first.body.data)], echo.text);
  const ids = await save({ communicationMethodType: 'VIDEO', dailyMinutesType: 20, partnerGenderType: 2, locationId: 1, nativeLanguageId: 1, location: null });
  assert.deepEqual([ids.status, seen(ids.body.data)], [200, ['VIDEO', 'MINUTES_20', 'FEMALE', 1, 1]], ids.text);
  const [index] = await query('SELECT speaks FROM matching_index WHERE user_id = ?', [p.id]);
  assert.equal(Number(index.speaks), 1);
  for (const [body, code] of [[{ communicationMethod: 'PIGEON' }, 'INVALID_COMMUNICATION_METHOD'], [{ dailyMinute: '7' }, 'INVALID_DAILY_MINUTE_OPTION'], [{ partnerGender: 'ROBOT' }, 'VALIDATION_ERROR'], [{ nativeLanguage: { id: 99999 } }, 'VALIDATION_ERROR']]) {
    const res = await save({ ...body, residence: '어디' });
    assert.deepEqual([res.status, res.body.code], [400, code], res.text);
  }
  assert.notEqual((await get('/users/profile', { token: p.access })).body.data.residence, '어디');
});

test('the profile page: its own addresses, and a place that is a text', async () => {
  const p = await person('처음 이름');
  const save = (body) => send('PUT', '/users/complete-profile', { token: p.access, body });
  const page = async () => (await get('/users/complete-profile', { token: p.access })).body;
  for (const body of [{ englishName: 'First', name: '이름', residence: '서울', intro: '소개' }, { profileImageUrl: '/api/v1/upload/file/a.png' }, { location: ' 부산 ', residence: '부산 해운대' }, { intro: '다시' }]) {
    assert.equal((await save(body)).status, 200, JSON.stringify(body));
  }
  const d = (await page()).data;
  assert.deepEqual([d.englishName, d.koreanName, d.residence, d.location, d.profileImageUrl, d.selfBio, d.birthYear, d.languageLevel, d.targetLanguage], ['First', '이름', '부산 해운대', null, '/api/v1/upload/file/a.png', '다시', null, null, null]);
  assert.deepEqual((await get('/users/info', { token: p.access })).body.data, d);
  assert.equal((await save({ location: '제주' })).body.data.residence, '제주');
  assert.deepEqual([(await save({ location: { locationId: 2, city: '도쿄' } })).body.data.location.id, (await page()).data.residence], [2, '도쿄']);
  const bad = await save({ location: 5 });
  assert.deepEqual([bad.status, bad.body.error.details.fields], [400, [{ field: 'location', rule: 'type', message: bad.body.error.details.fields[0].message }]]);
  assert.equal((await save({ location: 'x'.repeat(256) })).status, 400);
});

test('of where somebody lives the last thing said counts', async () => {
  const [me, other] = [await learner('이사', 7, [9]), await learner('이웃', 9, [7])];
  const save = async (body) => assert.equal((await send('PUT', '/users/complete-profile', { token: me.access, body })).status, 200, JSON.stringify(body));
  const seen = async (lang = 'ko') => {
    const headers = { 'accept-language': lang };
    const d = (await get('/users/complete-profile', { token: me.access, headers })).body.data;
    const theirs = (await get(`/users/${me.id}/profile`, { token: other.access, headers })).body.data;
    assert.deepEqual([theirs.residence, theirs.location], [d.residence, d.location]);
    const card = (await get('/matching/partners?size=50', { token: other.access, headers })).body.data.find((x) => x.userId === me.id);
    return [d.residence, d.location?.id, d.location?.city, d.location?.country, card.location];
  };
  const location = (locationId) => post('/users/location', { locationId }, { token: me.access });
  await location(1);
  assert.deepEqual(await seen(), ['서울', 1, '서울', '대한민국', '서울']);
  const words = (city) => ({ id: null, locationId: null, location_id: null, country: null, city, name: city, region: city, timeZone: 'Asia/Seoul', timezone: 'Asia/Seoul' });
  for (const [body, city] of [[{ residence: '부산' }, '부산'], [{ location: '대전', residence: '대전' }, '대전'], [{ residence: '부산' }, '부산']]) {
    await save(body);
    assert.deepEqual(await seen(), [city, null, city, null, city]);
    assert.deepEqual((await get('/users/profile', { token: me.access })).body.location, words(city));
  }
  assert.equal((await location(99999)).status, 400);
  assert.deepEqual(await seen(), ['부산', null, '부산', null, '부산']);
  await location(2);
  assert.deepEqual([await seen(), (await get('/settings/account', { token: me.access })).body.residence], [['도쿄', 2, '도쿄', '일본', '도쿄'], '']);
  await save((await get('/users/complete-profile', { token: me.access })).body.data); // what a client read it may send back
  assert.deepEqual([await seen(), (await seen('en')).slice(0, 4)], [['도쿄', 2, '도쿄', '일본', '도쿄'], ['도쿄', 2, 'Tokyo', 'Japan']]);
  await save({ residence: '오사카', locationId: 2 }); // both at once: the text says more
  assert.deepEqual(await seen(), ['오사카', null, '오사카', null, '오사카']);
  await send('PATCH', '/settings/account', { token: me.access, body: { residence: '' } });
  assert.deepEqual(await seen(), ['도쿄', 2, '도쿄', '일본', '도쿄']);
});

test('the year of birth alone tells the age, and a day that year had not is no date', async () => {
  const p = await person();
  const year = new Date(Date.now() + 9 * 3600000).getUTCFullYear(); // in Korea
  const born = async () => { const { birthYear, birthday, age } = (await get('/users/profile', { token: p.access })).body; return [birthYear, birthday, age]; };
  assert.deepEqual(await born(), [null, null, null]);
  await post('/users/birthyear', { birthyear: 1990 }, { token: p.access });
  assert.deepEqual(await born(), [1990, null, year - 1990]);
  await post('/users/birthday', { birthday: '02-29' }, { token: p.access });
  assert.deepEqual([await born(), (await get('/users/me', { token: p.access })).body.birth_date], [[1990, '02-29', year - 1990], null]);
  const account = await get('/settings/account', { token: p.access });
  assert.equal(account.body.birthDate, '');
  const echo = await send('PATCH', '/settings/account', { token: p.access, body: account.body });
  assert.deepEqual([echo.status, echo.body.birthDate, await born()], [200, '', [1990, '02-29', year - 1990]]);
  await post('/users/birthyear', { birthyear: 1992 }, { token: p.access });
  assert.equal((await get('/settings/account', { token: p.access })).body.birthDate, '1992-02-29');
  await post('/users/birthday', { birthday: '12-31' }, { token: p.access });
  assert.ok([year - 1992, year - 1993].includes((await born())[2]));
});

test('a profile tells how many sessions somebody held, what partners thought, and how many requests they answer', async () => {
  const [me, other, third] = [await learner('보는이', 1, [2]), await learner('겪은이', 2, [1]), await learner('셋째', 1, [2])];
  const seen = async (who = me, whom = other) => {
    const d = (await get(`/users/${whom.id}/profile`, { token: who.access })).body.data;
    const m = (await get(`/matching/profile/${whom.id}`, { token: who.access })).body.data;
    assert.deepEqual([m.totalSessions, m.rating, m.responseRate, d.totalSessions, d.averageRating], [d.completedSessions, d.rating, d.responseRate, d.completedSessions, d.rating]);
    return [d.completedSessions, d.rating, d.responseRate];
  };
  assert.deepEqual(await seen(), [0, null, null]);
  const [first, second] = [await held(other, me), await held(third, other)];
  assert.deepEqual(await seen(), [2, null, null]);
  await did(me, first, 'feedback', { rating: 1, partnerRating: 5 });
  await did(third, second, 'feedback', { rating: 1, partnerRating: 4 });
  await did(other, second, 'feedback', { rating: 5, partnerRating: 1 });
  assert.deepEqual([await seen(), await seen(me, third), await seen(other, me)], [[2, 4.5, null], [1, 1, null], [1, null, null]]);
  const three = await held(other, null, { maxParticipants: 3 }); // whom a rating means is not known there
  await query("INSERT INTO session_seats (session_id, user_id, role) VALUES (?, ?, 'BOOKED')", [three.id, me.id]);
  await did(me, three, 'feedback', { rating: 1, partnerRating: 1 });
  assert.deepEqual(await seen(), [3, 4.5, null]);
  await query('UPDATE session_seats SET left_at = NOW(3) WHERE session_id = ? AND user_id = ?', [first.id, other.id]);
  assert.deepEqual(await seen(), [2, 4, null]);
  const requests = [];
  for (const p of [me, third, await learner('넷째', 1, [2])]) requests.push(await asked(p, other));
  assert.equal((await seen())[2], 0);
  await reject(other, requests[0]);
  assert.deepEqual([(await seen())[2], (await seen(other, me))[2]], [33, null]);
  await query("UPDATE matching_requests SET status = 'cancelled' WHERE id = ?", [requests[2]]);
  assert.equal((await seen())[2], 50);
  assert.deepEqual((await get('/users/profile', { token: other.access })).body.data.responseRate, undefined);
});

test('of the names of one field the first that is filled counts', async () => {
  const p = await person();
  for (const [body, bio] of [[{ selfBio: '', intro: '하나' }, '하나'], [{ bio: '둘', intro: '' }, '둘'], [{ selfBio: '셋', bio: null }, '셋'], [{ selfBio: '', bio: null }, null], [{ intro: '넷' }, '넷'], [{ bio: null }, '넷'], [{ intro: '' }, null], [{ selfBio: '다섯' }, '다섯'], [{ bio: '' }, null]]) {
    assert.equal((await send('PUT', '/users/profile', { token: p.access, body })).body.data.bio, bio, JSON.stringify(body));
  }
  const kinds = await send('POST', '/onboarding/partner/personality', { token: p.access, body: { personalPartnerIds: [], partnerPersonalityIds: [1] } });
  assert.deepEqual([kinds.status, kinds.body.data.count], [200, 1], kinds.text);
});

test('wrong values are refused field by field and nothing of them is kept', async () => {
  const p = await person('이름');
  const body = { englishName: 'A', birthYear: 1800, gender: 'ROBOT', profileImage: 'javascript:alert(1)', name: 5, residence: 'x'.repeat(256), bio: 'a\u0007b' };
  const res = await send('PUT', '/user/profile', { token: p.access, body });
  assert.equal(res.status, 400);
  assert.deepEqual(
    Object.fromEntries(res.body.error.details.fields.map((f) => [f.field, f.rule])),
    { name: 'type', englishName: 'min', bio: 'characters', gender: 'one_of', birthYear: 'min', residence: 'max', profileImage: 'format' },
  );
  const unknown = await send('PATCH', '/user/location', { token: p.access, body: { locationId: 99999 } });
  assert.deepEqual([unknown.status, unknown.body.error.details.fields[0].field], [400, 'locationId']);
  await send('PUT', '/user/profile', { token: p.access, body: { profileImage: 'https://img.example.com/1.png' } });
  const mixed = await send('PUT', '/user/profile', { token: p.access, body: { profileImage: 'https://img.example.com/2.png', locationId: 99999 } });
  assert.deepEqual([mixed.status, (await get('/users/profile', { token: p.access })).body.data.profileImage], [400, 'https://img.example.com/1.png']);
  const day = await send('PATCH', '/user/birthday', { token: p.access, body: { birthday: '02-30' } });
  assert.deepEqual([day.status, day.body.error.details.fields[0].rule], [400, 'format']);
  const d = (await get('/users/profile', { token: p.access })).body.data;
  assert.deepEqual([d.name, d.englishName, d.birthYear, d.gender, d.location, d.birthday], ['이름', null, null, null, null, null]);
});

test('texts are measured in characters, kept as NFC, and come back as they were', async () => {
  const p = await person();
  const bio = '가'.repeat(990) + '👩‍👧';
  assert.equal((await send('POST', '/users/self-bio', { token: p.access, body: { selfBio: bio } })).status, 200);
  assert.equal((await send('POST', '/users/self-bio', { token: p.access, body: { selfBio: '가'.repeat(1001) } })).status, 400);
  assert.equal((await send('POST', '/users/self-bio', { token: p.access, body: { selfBio: '\u1112\u1161\u11ab' } })).body.data.selfBio, '한');
  const html = '<script>alert("x")</script> \' OR 1=1; -- \\ \u2028';
  await send('POST', '/users/self-bio', { token: p.access, body: { selfBio: html } });
  assert.equal((await get('/users/profile', { token: p.access })).body.bio, html);
});

test('name and picture are read where the clients read them', async () => {
  const p = await person('이름이');
  const name = await get('/users/name', { token: p.access });
  assert.deepEqual([name.body.name, name.body.data.name], ['이름이', '이름이']);
  await send('PUT', '/user/profile', { token: p.access, body: { profileImage: 'https://example.com/p.png' } });
  const image = (await get('/user/profile-image', { token: p.access })).body;
  assert.deepEqual([image.url, image.data.profileImage, image.data.imageUrl], Array(3).fill('https://example.com/p.png'));
});

test('others see what the privacy settings show', async () => {
  const [me, other] = [await person('나나'), await person('너너')];
  await send('PUT', '/user/profile', { token: other.access, body: { birthday: '1990-01-01', locationId: 2, englishName: 'Neo' } });
  const seen = async () => (await get(`/users/${other.id}/profile`, { token: me.access })).body;
  let d = (await seen()).data;
  assert.deepEqual([d.email, d.birthYear, d.location.id, d.englishName, d.birthday], [null, 1990, 2, 'Neo', null]);
  assert.deepEqual([d.timeZone, typeof d.lastActiveTime], ['Asia/Tokyo', 'string']);
  await query('INSERT INTO user_privacy (user_id, show_age, show_location, show_email, show_online_status) VALUES (?, FALSE, FALSE, TRUE, FALSE)', [other.id]);
  for (const where of [`/users/${other.id}/profile`, `/matching/profile/${other.id}`]) {
    d = (await get(where, { token: me.access })).body.data;
    assert.deepEqual([d.timeZone, d.lastActiveTime, d.lastActive], [null, null, null], where);
  }
  const own = (await get('/users/profile', { token: other.access })).body.data;
  assert.deepEqual([own.timeZone, typeof own.lastActiveTime], ['Asia/Tokyo', 'string']);
  d = (await seen()).data;
  assert.deepEqual([d.email, d.birthYear, d.age, d.location, d.residence], [other.email, null, null, null, null]);
  for (const visibility of ['private', 'friends']) {
    await query('UPDATE user_privacy SET profile_visibility = ? WHERE user_id = ?', [visibility, other.id]);
    assert.equal((await seen()).code, 'USER_001', visibility);
  }
  const [a, b] = [Math.min(me.id, other.id), Math.max(me.id, other.id)];
  await query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (?, ?, UTC_TIMESTAMP(3))', [a, b]);
  assert.equal((await seen()).data.id, other.id);
  await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [other.id, me.id]);
  assert.equal((await seen()).code, 'USER_001');
  assert.equal((await get('/users/999999999/profile', { token: me.access })).body.code, 'USER_001');
});

test('a profile tells whether they are there, and how we fit', async () => {
  const [me, other] = [await learner('보다', 7, [8]), await learner('보이다', 8, [7])];
  const seen = async (who = other, where = `/users/${who.id}/profile`) => (await get(where, { token: me.access })).body.data;
  const online = (d) => [d.onlineStatus, d.isOnline];
  assert.deepEqual(online(await seen()), ['OFFLINE', false]);
  for (const [status, want] of [['online', ['ONLINE', true]], ['studying', ['STUDYING', true]], ['away', ['AWAY', false]]]) {
    await post(`/users/status/${status}`, {}, { token: other.access });
    assert.deepEqual([online(await seen()), online(await seen(other, `/matching/profile/${other.id}`))], [want, want]);
  }
  const score = (await get(`/matching/compatibility/${other.id}`, { token: me.access })).body.data.overallScore;
  const d = await seen();
  assert.ok(score > 60);
  assert.deepEqual([d.compatibilityScore, d.matchScore, (await seen(other, `/matching/profile/${other.id}`)).matchScore], [score, score, score]);
  assert.deepEqual([(await seen(me)).compatibilityScore, (await seen(me)).matchScore], [null, null]);
  await query('UPDATE users SET active_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY WHERE id = ?', [other.id]);
  assert.ok(Date.now() - Date.parse((await seen()).lastActiveTime) < 600000);
  await post('/users/status/online', undefined, { token: other.access });
  await query('INSERT INTO user_privacy (user_id, show_online_status) VALUES (?, FALSE)', [other.id]);
  assert.deepEqual(online(await seen()), ['OFFLINE', false]);
  assert.deepEqual(online((await get('/users/profile', { token: other.access })).body.data), ['ONLINE', true]);
});

test('gender types and locations come in both languages, cacheable', async () => {
  const ko = await get('/users/locations');
  assert.equal(ko.body.data.length, 46);
  assert.deepEqual(ko.body.data[0], { id: 1, locationId: 1, location_id: 1, country: '대한민국', city: '서울', name: '서울', region: '서울', timeZone: 'Asia/Seoul', timezone: 'Asia/Seoul' });
  const en = await get('/user/locations', { headers: { 'accept-language': 'en-GB,en;q=0.9,ko;q=0.5' } });
  assert.deepEqual([en.body.data[45].city, en.body.data[45].country], ['Mexico City', 'Mexico']);
  const same = await get('/users/locations', { headers: { 'if-none-match': ko.headers.etag } });
  assert.deepEqual([same.status, same.text, same.headers.etag], [304, '', ko.headers.etag]);
  assert.notEqual(en.headers.etag, ko.headers.etag);
  const genders = (await get('/users/gender-type')).body.data;
  assert.deepEqual(genders[0], { id: 1, code: 'MALE', name: 'MALE', description: '남성', label: '남성' });
});
