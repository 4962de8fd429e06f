import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, test } from 'node:test';
import { get, person, post, send, unique } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { asked, block, learner, matched, refresh, reject } from '../harness/learner.mjs';
import { root } from '../harness/stack.mjs';
import { claimsOf, sign } from '../harness/token.mjs';

after(closeDb);
const code = (res) => res.body.code;
const at = (page) => (page === undefined ? '' : `&page=${page}`);
const partners = async (p, search = '', headers) => {
  const res = await get(`/matching/partners?size=50${search}`, { token: p.access, headers });
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
const advanced = async (p, body, search = '?size=50') => {
  const res = await post(`/matching/partners/advanced${search}`, body, { token: p.access });
  assert.equal(res.status, 200, res.text);
  return res.body.data;
};
const ids = (list) => list.map((x) => x.userId);
// The places of these people in a list, best first.
const order = (list, ...people) => ids(list).filter((id) => people.some((p) => p.id === id));
// A person whose token outlived the account.
async function ghost() {
  const p = await person();
  return { ...p, id: '999999999', access: sign({ ...claimsOf(p.access), sub: '999999999' }) };
}

test('partners come best first: exchange before one-sided, then by what is shared', async () => {
  const me = await learner('나나', 3, [[4, 102]], { topics: [1, 2, 3], motivations: [4] });
  const [best, uneven, teacher, learns, stranger] = await Promise.all([
    learner('최고', 4, [[3, 102]], { topics: [1, 2, 3], motivations: [4] }),
    learner('수준차', 4, [[3, 106]], { topics: [7] }),
    learner('원어민', 4, [5], { topics: [1, 2, 3], motivations: [4] }),
    learner('배우는이', 6, [3], { topics: [1, 2] }),
    learner('무관', 6, [5], { topics: [1, 2, 3], motivations: [4] }),
  ]);
  const list = await partners(me);
  assert.deepEqual(order(list, best, uneven, teacher, learns, stranger), [best.id, uneven.id, teacher.id, learns.id, stranger.id]);
  const speaks = (x) => x.nativeLanguage === list[0].nativeLanguage || x.targetLanguages.some((t) => t.languageId === 3);
  const first = list.findIndex((x) => !speaks(x));
  assert.deepEqual(list.slice(first).filter(speaks), []); // others follow, however much else is shared
  for (const part of [list.slice(0, first), list.slice(first)]) assert.deepEqual(part.map((x) => x.compatibilityScore), part.map((x) => x.compatibilityScore).sort((a, b) => b - a));
  const of = Object.fromEntries(list.map((x) => [x.userId, [x.compatibilityScore, x.compatibilityLevel]]));
  // language, interests, schedule, personality (67.5: nothing said), goals, activity
  assert.deepEqual(of[best.id], [60 + 12 + 6 + 5.4 + 4 + 3, 'HIGH']);
  assert.deepEqual(of[uneven.id], [Math.round(10 * (0.6 * 94.64 + 6 + 5.4 + 2.5 + 3)) / 10, 'MEDIUM']);
  assert.deepEqual(of[teacher.id], [12 + 12 + 6 + 5.4 + 4 + 3, 'LOW']);
  assert.deepEqual((await partners(best)).find((x) => x.userId === me.id).compatibilityScore, of[best.id][0]);
});

test('a card holds every name the clients read, in the language asked for', async () => {
  const me = await learner('읽는이', 7, [[8, 103]], { topics: [1, 9], motivations: [1], schedules: [{ dayOfWeek: 'MONDAY', classTime: '20:00' }] });
  const other = await learner('이름', 8, [[7, 101], [9, 100]], {
    topics: [9, 1, 5], motivations: [1, 3], personalities: [1],
    schedules: [{ dayOfWeek: 'MONDAY', classTime: '20:00' }],
    profile: { englishName: 'Olga', profileImage: 'https://example.com/o.png', selfBio: '안녕', gender: 'FEMALE', birthday: '1995-01-01', locationId: 2 },
  });
  const find = (list) => list.find((x) => x.userId === other.id);
  await query('UPDATE users SET active_at = UTC_TIMESTAMP(3) - INTERVAL 1 DAY WHERE id = ?', [other.id]);
  assert.equal(find(await partners(me)).onlineStatus, 'OFFLINE');
  await post('/presence/touch', undefined, { token: other.access }); // tells of lastActiveTime, too
  const ko = find(await partners(me, '', { 'accept-language': 'ko' }));
  const age = (await get(`/users/${other.id}/profile`, { token: me.access })).body.data.age;
  assert.ok(age >= 30);
  const city = ko.location;
  assert.equal(typeof city, 'string');
  const { lastActiveTime, lastActive, compatibilityScore, targetLanguages, ...rest } = ko;
  assert.equal(lastActive, lastActiveTime);
  assert.ok(Math.abs(Date.now() - Date.parse(lastActiveTime)) < 600000);
  assert.ok(compatibilityScore > 80 && compatibilityScore <= 100);
  assert.deepEqual(targetLanguages.map((t) => [t.languageId, t.languageName, t.language, t.languageCode, t.currentLevelId, t.targetLevelId]),
    [[7, '스페인어', '스페인어', 'es', 101, 106], [9, '베트남어', '베트남어', 'vi', 100, 106]]);
  assert.equal(targetLanguages[0].currentLevel, '일상 주제는 끊김 없이 대화할 수 있어요');
  assert.deepEqual(rest, {
    userId: other.id, id: other.id, partnerId: other.id, englishName: 'Olga', name: 'Olga',
    profileImageUrl: 'https://example.com/o.png', profileImage: 'https://example.com/o.png', selfBio: '안녕', bio: '안녕', intro: '안녕',
    age, gender: 'FEMALE', location: city, nativeLanguage: '러시아어', targetLanguage: '스페인어', languageLevel: targetLanguages[0].currentLevel,
    interests: ['IT', '여행', '드라마/영화'], commonInterests: ['IT', '여행'], learningGoals: ['취업/진학', '취미 생활'],
    partnerPersonalities: ['편하게 대화 나누는 친구 같은 파트너'], personalities: ['편하게 대화 나누는 친구 같은 파트너'],
    compatibilityLevel: 'HIGH', onlineStatus: 'ONLINE',
    reasons: ['서로의 언어를 배우고 있어요', '공통 관심사: IT, 여행', '겹치는 시간 1개', '학습 목표가 비슷해요'],
  });
  const en = find(await partners(me, '', { 'accept-language': 'en' }));
  assert.deepEqual([en.nativeLanguage, en.targetLanguage, en.interests, en.reasons], ['Russian', 'Spanish', ['IT', 'Travel', 'Drama and film'],
    ["You learn each other's language", 'Shared interests: IT, Travel', '1 free hour in common', 'Similar goals']]);
  await query('INSERT INTO user_privacy (user_id, show_age, show_location, show_online_status) VALUES (?, FALSE, FALSE, FALSE)', [other.id]);
  const shy = find(await partners(me));
  assert.deepEqual([shy.age, shy.location, shy.onlineStatus, shy.lastActiveTime], [null, null, 'OFFLINE', null]);
  await query('UPDATE users SET english_name = NULL WHERE id = ?', [other.id]);
  await post('/users/status/away', {}, { token: other.access });
  await query('UPDATE user_privacy SET show_online_status = TRUE WHERE user_id = ?', [other.id]);
  const away = find(await partners(me));
  assert.deepEqual([away.onlineStatus, away.name], ['AWAY', '이름']);
});

test('one-sided partners say which side it is', async () => {
  const me = await learner('한쪽', 10, [11]);
  const [teaches, learns] = [await learner('가르침', 11, [12]), await learner('배움', 12, [10])];
  const list = await partners(me);
  const reasons = (p) => list.find((x) => x.userId === p.id).reasons;
  assert.deepEqual(reasons(teaches), ['내가 배우는 언어를 모국어로 써요']);
  assert.deepEqual(reasons(learns), ['내 모국어를 배우고 있어요']);
});

test('pages neither lose nor repeat anybody; /matching/list and /filter are the same lists', async () => {
  const tag = unique('쪽');
  const me = await learner('쪽수', 12, [9]); // nobody else in this run has these two
  const others = await Promise.all([0, 1, 2, 3, 4].map((i) => learner(`${tag} ${i}`, 9, [[12, 100 + i]], { topics: [i + 1] })));
  const page = async (n, target = '/matching/partners/advanced') => (await post(`${target}?size=2${at(n)}`, { query: tag }, { token: me.access })).body;
  const pages = await Promise.all([1, 2, 3, 4].map((n) => page(n)));
  assert.deepEqual(pages.map((p) => p.data.length), [2, 2, 1, 0]);
  assert.deepEqual(pages.flatMap((p) => ids(p.data)).sort(), ids(await advanced(me, { query: tag })).sort());
  assert.deepEqual(pages.flatMap((p) => ids(p.data)), ids(await advanced(me, { query: tag })));
  assert.deepEqual(new Set(pages.flatMap((p) => ids(p.data))), new Set(others.map((o) => o.id)));
  assert.deepEqual([1, 2, 3].map((n) => pages[n - 1].meta).map((m) => [m.page, m.limit, m.total, m.totalPages]), [[1, 2, 5, 3], [2, 2, 5, 3], [3, 2, 5, 3]]);
  assert.deepEqual(ids((await page(0)).data), ids(pages[0].data)); // the client counts from 0 at first
  assert.deepEqual(ids((await page(undefined)).data), ids(pages[0].data));
  assert.deepEqual(ids((await page(2, '/matching/filter')).data), ids(pages[1].data));
  for (const target of ['partners', 'list']) {
    const got = await Promise.all([1, 2, 3].map((n) => get(`/matching/${target}?nativeLanguage=vi&targetLanguage=pt&limit=2${at(n)}`, { token: me.access })));
    assert.deepEqual(got.map((r) => ids(r.body.data)), pages.slice(0, 3).map((p) => ids(p.data)), target);
    assert.deepEqual([got[0].body.meta.page, got[0].body.meta.limit, got[2].body.meta.total], [1, 2, 5], target);
  }
  for (const bad of ['size=0', 'size=51', 'page=-2', 'page=x', 'gender=ROBOT', 'languageLevel=C3']) {
    const res = await get(`/matching/partners?${bad}`, { token: me.access });
    assert.deepEqual([bad, res.status, res.body.error.details.fields[0].field], [bad, 400, bad.split('=')[0]]);
  }
});

test('query filters narrow, empty ones and "any" do not', async () => {
  const me = await learner('거르기', 5, [6]);
  const year = new Date().getUTCFullYear();
  const [young, old, hidden] = await Promise.all([
    learner('젊은이', 6, [[5, 100]], { profile: { gender: 'FEMALE', birthday: `${year - 21}-01-01` } }),
    learner('어른', 6, [[5, 104]], { profile: { gender: 'MALE', birthday: `${year - 51}-01-01` } }),
    learner('나이숨김', 6, [[5, 106]], { profile: { birthday: `${year - 21}-01-01` } }),
  ]);
  await query('INSERT INTO user_privacy (user_id, show_age) VALUES (?, FALSE)', [hidden.id]);
  await refresh(hidden);
  const all = [young, old, hidden];
  const who = async (search) => {
    const found = ids(await partners(me, search));
    return all.filter((p) => found.includes(p.id)).map((p) => p.name);
  };
  const names = all.map((p) => p.name);
  assert.deepEqual(await who('&nativeLanguage=&targetLanguage=&languageLevel=&minAge=&maxAge=&gender='), names);
  assert.deepEqual(await who('&languageLevel=all&gender=any'), names);
  assert.deepEqual(await who('&minAge=19&maxAge=25'), ['젊은이']);
  assert.deepEqual(await who('&minAge=40'), ['어른']);
  assert.deepEqual(await who('&maxAge=40'), ['젊은이']);
  const { age } = (await get(`/users/${young.id}/profile`, { token: me.access })).body.data;
  for (const [from, to, want] of [[-0.5, 0.4, ['젊은이']], [0.4, 0.5, ['젊은이']], [0.5, 2, []], [-2, -0.6, []]]) {
    assert.deepEqual(await who(`&minAge=${age + from}&maxAge=${age + to}`), want, `${from} ${to}`);
  }
  for (const female of ['FEMALE', 'female', '여성', '2']) assert.deepEqual(await who(`&gender=${encodeURIComponent(female)}`), ['젊은이'], female);
  assert.deepEqual(await who('&partnerGender=MALE'), ['어른']);
  const levels = { beginner: ['젊은이'], A1: ['젊은이'], intermediate: [], advanced: ['어른'], c2: ['어른'], native: ['나이숨김'], 104: ['어른'] };
  for (const [level, want] of Object.entries(levels)) assert.deepEqual(await who(`&languageLevel=${level}`), want, level);
  assert.deepEqual(await who('&proficiencyLevel=beginner'), ['젊은이']);
  for (const [native, target] of [['de', 'fr'], ['독일어', '프랑스어'], ['German', 'French']]) {
    assert.deepEqual(await who(`&nativeLanguage=${encodeURIComponent(native)}&targetLanguage=${encodeURIComponent(target)}`), names, native);
  }
  assert.deepEqual(await who('&nativeLanguage=fr'), []);
  assert.deepEqual(await who('&nativeLanguage=elvish'), []);
});

test('the advanced search knows every filter the search page has', async () => {
  const tag = unique('검색');
  const me = await learner('탐색', 1, [2]);
  const one = await learner(`${tag} 하나`, 2, [1], {
    topics: [5], method: 'VIDEO', groups: [1], schedules: [{ dayOfWeek: 'SATURDAY', classTime: '08:00' }],
    profile: { job: '요리사', locationId: 19, birthday: '1990-05-05', gender: 'MALE' },
  });
  const two = await learner(`${tag} 둘`, 2, [1], {
    topics: [1], method: 'TEXT', groups: [2], schedules: [{ dayOfWeek: 'TUESDAY', classTime: '19:00' }],
    profile: { selfBio: '100% 진심_', locationId: 1, residence: '서울 마포구', gender: 'FEMALE' },
  });
  await query("UPDATE users SET time_zone = 'Asia/Seoul' WHERE id = ?", [one.id]);
  await post('/onboarding/interest/topic', { topicIds: [5] }, { token: one.access });
  const who = async (body) => {
    const found = ids(await advanced(me, { query: tag, ...body }));
    return [one, two].filter((p) => found.includes(p.id)).map((p) => p.name.split(' ')[1]);
  };
  const { age } = (await get(`/users/${one.id}/profile`, { token: me.access })).body.data;
  const cases = [
    [{}, ['하나', '둘']],
    [{ nativeLanguage: '', targetLanguage: '', proficiencyLevel: '', gender: '', sessionType: '', location: '', nationalities: [], interests: [], availability: [], minAge: '', maxAge: '' }, ['하나', '둘']],
    [{ interests: ['드라마'] }, ['하나']], [{ topics: ['travel'] }, ['둘']], [{ interests: ['드라마', '여행'] }, ['하나', '둘']], [{ interests: ['없는 주제'] }, []],
    [{ sessionType: 'video' }, ['하나']], [{ sessionType: 'text_only' }, ['둘']], [{ sessionType: '1on1' }, ['하나']], [{ sessionType: 'group' }, ['둘']], [{ sessionType: 'all' }, ['하나', '둘']],
    [{ availability: ['weekends'] }, ['하나']], [{ availability: ['weekdays'] }, ['둘']], [{ availability: ['morning'] }, ['하나']],
    [{ availability: ['weekdays', 'evening'] }, ['둘']], [{ availability: ['weekends', 'night'] }, []],
    [{ location: '마포' }, ['둘']], [{ city: 'New York' }, ['하나']], [{ nationalities: ['미국'] }, ['하나']], [{ nationalities: ['South Korea', 'Japan'] }, ['둘']],
    [{ location: '기타 국가' }, ['하나']], [{ city: '기타 국가', nationalities: ['미국'] }, ['하나']], [{ location: '기타 국가', query: `${tag} 둘` }, []],
    [{ gender: 'FEMALE' }, ['둘']], [{ partnerGender: 'ANY' }, ['하나', '둘']], [{ minAge: '18', maxAge: '100' }, ['하나']],
    [{ ageRange: { min: 18, max: '100' } }, ['하나']], [{ ageRange: { min: 100 } }, []], [{ ageRange: { min: 100 }, minAge: 18 }, ['하나']], [{ ageRange: { min: '', max: null } }, ['하나', '둘']],
    [{ minAge: age - 0.5 }, ['하나']], [{ minAge: `${age + 0.5}` }, []], [{ ageRange: { min: `${age + 0.4}`, max: age - 0.4 } }, ['하나']], [{ maxAge: age - 0.6 }, []],
    [{ nativeLanguage: 'en', targetLanguage: 'ko' }, ['하나', '둘']], [{ proficiencyLevel: 'intermediate' }, ['하나', '둘']], [{ languageLevel: 'native' }, []],
    [{ onlineOnly: true }, ['하나', '둘']], [{ minCompatibilityScore: 0 }, ['하나', '둘']], [{ minCompatibilityScore: 100 }, []],
    [{ query: `${tag} 하나` }, ['하나']], [{ studyGoals: ['x'], sortDirection: 'desc', nonsense: { a: 1 } }, ['하나', '둘']],
  ];
  for (const p of [one, two]) await post('/presence/touch', undefined, { token: p.access });
  for (const [body, want] of cases) assert.deepEqual([body, await who(body)], [body, want]);
  assert.deepEqual(ids(await advanced(me, { query: '100% 진심_' })), [two.id]);
  assert.equal(ids(await advanced(me, { query: '요리사' })).includes(one.id), true);
  assert.deepEqual(await advanced(me, { query: `${tag}%` }), []); // no wildcards
  await query('UPDATE users SET active_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE id = ?', [one.id]);
  await query('UPDATE matching_index SET active_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE user_id = ?', [one.id]);
  await query('UPDATE user_status SET touched_at = UTC_TIMESTAMP(3) - INTERVAL 11 MINUTE WHERE user_id = ?', [one.id]);
  assert.deepEqual(await who({ onlineOnly: true }), ['둘']);
  assert.deepEqual(ids(await advanced(me, { query: tag, sortBy: 'lastActive' })), [two.id, one.id]);
  await query('INSERT INTO user_privacy (user_id, show_location) VALUES (?, FALSE)', [two.id]);
  assert.deepEqual(await who({ location: '마포' }), []);
  await query('INSERT INTO user_privacy (user_id, show_location) VALUES (?, FALSE)', [one.id]);
  assert.deepEqual(await who({ location: '기타 국가' }), []);
  await post('/users/status/offline', undefined, { token: two.access });
  assert.deepEqual(await who({ onlineOnly: true }), []);
  const bad = await post('/matching/filter', { query: 'x'.repeat(101), sessionType: 'dance', minAge: 200, ageRange: { max: 200 } }, { token: me.access });
  assert.deepEqual(bad.body.error.details.fields.map((f) => f.field).sort(), ['ageRange.max', 'minAge', 'query', 'sessionType']);
});

test('the hours of a free time are those its page names', async () => {
  const tag = unique('시각');
  const me = await learner('시각', 1, [2]);
  for (const [classTime, want] of [['06:00', 'morning'], ['11:00', 'morning'], ['12:00', 'afternoon'], ['17:00', 'afternoon'], ['18:00', 'evening'], ['23:00', 'evening'], ['00:00', 'night'], ['05:00', 'night']]) {
    const p = await learner(`${tag} ${classTime}`, 2, [1], { schedules: [{ dayOfWeek: 'THURSDAY', classTime }] });
    for (const word of ['morning', 'afternoon', 'evening', 'night']) {
      assert.deepEqual([classTime, word, ids(await advanced(me, { query: p.name, availability: [word] }))], [classTime, word, word === want ? [p.id] : []]);
    }
    assert.deepEqual(ids(await advanced(me, { query: p.name, availability: ['weekdays', want] })), [p.id]);
  }
});

test('words find anybody, and others follow where few speak my languages', async () => {
  const tag = unique('이름');
  const me = await learner('찾는이', 1, [2]);
  const [near, teaches, far] = [await learner(`${tag} 가`, 2, [1]), await learner(`${tag} 나`, 2, [5]), await learner(`${tag} 다`, 10, [11], { topics: [1] })];
  const three = [near.id, teaches.id, far.id];
  assert.deepEqual(ids(await advanced(me, { query: tag })), three);
  assert.deepEqual(ids(await advanced(me, { query: `${tag} 다` })), [far.id]);
  const pages = await Promise.all([1, 2, 3, 4].map((page) => post(`/matching/filter?size=1&page=${page}`, { query: tag }, { token: me.access })));
  assert.deepEqual(pages.map((r) => [ids(r.body.data), r.body.meta.total]), [...three.map((id) => [[id], 3]), [[], 3]]); // all at once: each page knows how many
  assert.deepEqual([ids(await advanced(me, { query: tag, nativeLanguage: 'en' })), ids(await advanced(me, { query: tag, targetLanguage: 'ko' }))], [[near.id, teaches.id], [near.id]]);
  const alone = await learner('외톨이', 11, [12]); // fewer than a page of this run have to do with these two
  const list = await partners(alone);
  assert.ok(list.some((x) => x.nativeLanguage !== '포르투갈어' && x.targetLanguages.every((t) => t.languageId !== 11)) && !ids(list).includes(alone.id));
  await block(far, me);
  assert.deepEqual(ids(await advanced(me, { query: tag })), [near.id, teaches.id]);
});

test('the year of birth alone counts as an age', async () => {
  const tag = unique('해만');
  const year = new Date(Date.now() + 9 * 3600000).getUTCFullYear();
  const me = await learner('나이', 1, [2]);
  const p = await learner(tag, 2, [1], { profile: { birthYear: year - 31 } });
  const found = async (body) => (await advanced(me, { query: tag, ...body })).map((x) => x.age);
  assert.deepEqual([await found({}), await found({ minAge: 31, maxAge: 31 }), await found({ minAge: 32 }), await found({ maxAge: 30 })], [[31], [31], [], []]);
  await query('INSERT INTO user_privacy (user_id, show_age) VALUES (?, FALSE)', [p.id]);
  await refresh(p);
  assert.deepEqual([await found({}), await found({ minAge: 31 })], [[null], []]);
});

test('a card shows the level wanted in a partner as one’s languages do', async () => {
  const tag = unique('수준');
  const [me, other] = [await learner('보는이', 1, [2]), await learner(tag, 2, [[1, 101]])];
  const card = async () => { const [t] = (await advanced(me, { query: tag }))[0].targetLanguages; return [t.currentLevelId, t.targetLevelId, t.targetLevel]; };
  const save = (currentLevelId, targetLevelId) => send('PATCH', '/users/language-info', { token: other.access, body: { languages: [{ languageId: 1, currentLevelId, targetLevelId }] } });
  const same = async (levels) => {
    assert.equal((await save(...levels)).status, 200);
    const [t] = (await get(`/users/${other.id}/language-info`, { token: me.access })).body.data.targetLanguages;
    assert.ok(t.targetLevelId && t.targetLevelName, JSON.stringify(levels));
    assert.deepEqual(await card(), [t.currentLevelId, t.targetLevelId, t.targetLevelName]);
    return t.targetLevelId;
  };
  await query('UPDATE user_languages SET target_level_id = NULL WHERE user_id = ?', [other.id]);
  assert.deepEqual([await same([201, 200]), await same([101, 202])], [200, 202]);
  // cards of before are mended by the migration
  const wanted = await card();
  const [{ card: before }] = await query('SELECT card FROM matching_profiles WHERE user_id = ?', [other.id]);
  await query("UPDATE matching_profiles SET card = REPLACE(card, ':202', ':0') WHERE user_id = ?", [other.id]);
  assert.equal((await card())[1], null);
  const up = fs.readFileSync(`${root}/sql/migrations/0042_wanted_levels.sql`, 'utf8').match(/^UPDATE.*?;/ms)[0];
  await query(up);
  const [{ card: after_ }] = await query('SELECT card FROM matching_profiles WHERE user_id = ?', [other.id]);
  assert.deepEqual([await card(), after_], [wanted, before]);
  assert.equal(await same([101, 104]), 104); // a target of one's own comes first
});

test('however many speak one of my languages, who speaks another is among those looked at', async () => {
  const me = await learner('둘배움', 12, [8, 10], { topics: [1, 2] }); // nobody else in this run has these
  const word = unique('말');
  const [many, rare] = [await learner(`흔한${word}`, 8, [12]), await learner(`드문${word}`, 10, [12], { topics: [1, 2] })];
  await query('UPDATE matching_index SET active_at = UTC_TIMESTAMP(3) - INTERVAL 1 HOUR WHERE user_id = ?', [rare.id]);
  const tag = unique('many');
  await query("INSERT INTO users (email, name, native_language_id) SELECT CONCAT(?, seq, '@test.example.com'), '흔한말', 8 FROM seq_1_to_300", [tag]);
  await query(`INSERT INTO matching_index (user_id, learns, speaks, visible, active_at, facts) SELECT u.id, i.learns, i.speaks, TRUE, UTC_TIMESTAMP(3), i.facts
    FROM users u JOIN matching_index i ON i.user_id = ? WHERE u.email LIKE CONCAT(?, '%')`, [many.id, tag]);
  const { data, meta } = (await get('/matching/partners?size=50', { token: me.access })).body;
  assert.equal(data[0].userId, rare.id);
  assert.equal(meta.total, 302);
  // a filter asks the database for five hundred: half of them, and the one of the other language
  const filtered = async () => (await post('/matching/filter?size=50', { query: word }, { token: me.access })).body.data.map((x) => x.userId);
  assert.deepEqual(await filtered(), [rare.id]);
  await query('UPDATE matching_index SET active_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE user_id = ?', [many.id]);
  assert.deepEqual((await filtered()).sort(), [rare.id, many.id].sort());
  await query('DELETE FROM users WHERE email LIKE CONCAT(?, ?)', [tag, '%']);
});

test('who has said nothing yet still sees people, and is not shown', async () => {
  const me = await learner('누군가', 2, [1]);
  const blank = await person('빈사람');
  const list = await partners(blank);
  assert.ok(list.length > 0);
  assert.ok(!ids(list).includes(blank.id));
  assert.ok(!ids(await advanced(me, { query: '빈사람' })).includes(blank.id));
});

// A viewer and somebody only they can find, seen in every list there is.
async function two(options) {
  const tag = unique('숨김');
  const [me, other] = [await learner('보는이', 1, [2], options), await learner(tag, 2, [1])];
  const lists = async () => {
    const found = await Promise.all([
      post('/matching/partners/advanced', { query: tag }, { token: me.access }),
      post('/matching/filter', { query: tag, sortBy: 'lastActive' }, { token: me.access }),
      post('/matching/partners/advanced', { query: tag, nativeLanguage: 'en' }, { token: me.access }),
      post('/matching/partners/advanced', { query: tag, targetLanguage: 'ko' }, { token: me.access }),
    ]);
    return found.map((r) => ids(r.body.data).length);
  };
  assert.deepEqual(await lists(), [1, 1, 1, 1]);
  return { me, other, lists };
}
const NOWHERE = [0, 0, 0, 0];
const EVERYWHERE = [1, 1, 1, 1];

test('I am never among my own partners', async () => {
  const tag = unique('나');
  const me = await learner(tag, 1, [2]);
  assert.deepEqual(await advanced(me, { query: tag }), []);
  assert.ok(!ids(await partners(me)).includes(me.id));
});

const privacy = (set) => (o) => query(`INSERT INTO user_privacy SET user_id = ?, ${set}`, [o.id]);
const open = (o) => query('DELETE FROM user_privacy WHERE user_id = ?', [o.id]);
const hiding = {
  'a private profile': [privacy("profile_visibility = 'private'"), open],
  'a profile for friends': [privacy("profile_visibility = 'friends'"), open],
  'who allows no matching': [privacy('allow_matching = FALSE'), open],
  'who wants not to be found': [privacy('show_in_search = FALSE'), open],
  'a suspended account': [(o) => query("UPDATE users SET status = 'SUSPENDED' WHERE id = ?", [o.id]), (o) => query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [o.id])],
  'a deleted account': [(o) => query("UPDATE users SET status = 'DELETED' WHERE id = ?", [o.id]), (o) => query("UPDATE users SET status = 'ACTIVE' WHERE id = ?", [o.id])],
};
for (const [what, [hide, show]] of Object.entries(hiding)) {
  test(`${what} is not recommended: at once, after the index follows, and until it ends`, async () => {
    const { other, lists } = await two();
    await hide(other);
    assert.deepEqual(await lists(), NOWHERE, 'at once');
    await refresh(other);
    assert.deepEqual(await lists(), NOWHERE, 'refreshed');
    await show(other);
    await refresh(other);
    assert.deepEqual(await lists(), EVERYWHERE, 'back');
  });
}

const between = {
  'whom I blocked': (me, other) => block(me, other),
  'who blocked me': (me, other) => block(other, me),
  'whom I asked': (me, other) => asked(me, other),
  'who asked me': (me, other) => asked(other, me),
  'my match': (me, other) => matched(me, other),
  'whose match I am': (me, other) => matched(other, me),
};
for (const [what, happens] of Object.entries(between)) {
  test(`${what} is not recommended`, async () => {
    const { me, other, lists } = await two();
    await happens(me, other);
    assert.deepEqual(await lists(), NOWHERE);
    await refresh(other);
    await refresh(me);
    assert.deepEqual(await lists(), NOWHERE);
    assert.ok(!ids(await partners(other)).includes(me.id));
  });
}

const past = 'UTC_TIMESTAMP(3) - INTERVAL 1 SECOND';
const over = {
  'who turned me down': async (me, other) => reject(other, await asked(me, other)),
  'whom I turned down': async (me, other) => reject(me, await asked(other, me)),
  'my match of before': async (me, other) => send('DELETE', `/matching/matches/${(await matched(me, other)).matchId}`, { token: me.access }),
  'who ended our match': async (me, other) => send('DELETE', `/matching/matches/${(await matched(me, other)).matchId}`, { token: other.access }),
  'who did not answer in time': async (me, other) => {
    const id = await asked(me, other);
    await query(`UPDATE matching_requests SET expires_at = ${past} WHERE id = ?`, [id]);
    await query(`UPDATE matching_taken SET until = ${past} WHERE user_id IN (?, ?)`, [me.id, other.id]);
    return { status: 200 };
  },
};
for (const [what, happens] of Object.entries(over)) {
  test(`${what} is recommended again, and can be asked again`, async () => {
    const { me, other, lists } = await two();
    assert.equal((await happens(me, other)).status, 200);
    assert.deepEqual(await lists(), EVERYWHERE);
    await asked(me, other);
    assert.deepEqual(await lists(), NOWHERE);
    assert.ok(!ids(await partners(other)).includes(me.id));
  });
}

test('ending a match a second time does not recommend whom I asked since', async () => {
  const { me, other, lists } = await two();
  const { matchId } = await matched(me, other);
  const end = () => send('DELETE', `/matching/matches/${matchId}`, { token: me.access });
  assert.equal((await end()).status, 200);
  await asked(other, me);
  assert.equal((await end()).status, 200);
  assert.deepEqual(await lists(), NOWHERE);
});

test('what others find me by follows each single answer', async () => {
  const { other, lists } = await two();
  const found = async (sessionType) => ids(await advanced(other, { query: me.name, sessionType })).length;
  const me = await learner(unique('답'), 1, [2]);
  const save = async (target, body) => assert.equal((await post(target, body, { token: me.access })).status, 200);
  await save('/onboarding/schedule/communication-method', { communicationMethodType: 'TEXT' });
  assert.deepEqual([await found('text_only'), await found('voice_only')], [1, 0]);
  await save('/onboarding/schedule/communication-method', { communicationMethodType: 'VOICE' });
  assert.deepEqual([await found('text_only'), await found('voice_only')], [0, 1]);
  const score = async () => (await advanced(other, { query: me.name }))[0].compatibilityScore;
  await save('/onboarding/partner/gender', { partnerGenderType: 'ANY' });
  const before = await score();
  assert.equal((await send('PUT', '/user/gender', { token: other.access, body: { genderType: 'MALE' } })).status, 200);
  await save('/onboarding/partner/gender', { partnerGenderType: 'FEMALE' });
  assert.ok(await score() < before);
  assert.deepEqual(await lists(), EVERYWHERE);
});

test('profiles can be saved after MariaDB has rebuilt their table', async () => {
  const me = await learner('새표', 1, [2], { schedules: [{ dayOfWeek: 'MONDAY', classTime: '12:30' }] });
  await query('ALTER TABLE matching_profiles FORCE');
  assert.equal((await refresh(me)).status, 200);
});

test('a block ends both ways of looking at somebody, but nobody else’s', async () => {
  const { me, other, lists } = await two();
  const third = await learner('제삼자', 1, [2]);
  await block(other, me);
  for (const target of [`/matching/profile/${other.id}`, `/matching/compatibility/${other.id}`]) {
    assert.equal((await get(target, { token: me.access })).status, 404, target);
    assert.equal((await get(target.replace(other.id, me.id), { token: other.access })).status, 404, target);
    assert.equal((await get(target, { token: third.access })).status, 200, target);
  }
  await query('DELETE FROM blocks WHERE user_id = ?', [other.id]);
  assert.deepEqual(await lists(), EVERYWHERE);
});

test('compatibility explains the score of the list', async () => {
  const free = [{ dayOfWeek: 'SUNDAY', classTime: '10:00' }, { dayOfWeek: 'SUNDAY', classTime: '11:00' }];
  const me = await learner('비교', 1, [[2, 102], 3], { topics: [1, 2], motivations: [4, 7], personalities: [1, 2], schedules: free });
  const other = await learner('대상', 2, [[1, 103], 3], { topics: [2, 3], motivations: [7], personalities: [2], schedules: free });
  const d = (await get(`/matching/compatibility/${other.id}`, { token: me.access })).body.data;
  assert.deepEqual(d.categoryScores, { language: 100, personality: 80, goals: 80, interests: 66.7, schedule: 100, activity: 100 });
  assert.deepEqual([d.partnerId, d.overallScore, d.compatibilityScore, d.compatibilityLevel], [other.id, 93.4, 93.4, 'HIGH']);
  assert.deepEqual(Object.fromEntries(d.categoryDetails.map((x) => [x.category, x.score])), d.categoryScores);
  assert.ok(d.categoryDetails.every((x) => x.description.length > 2) && d.recommendation.length > 5);
  assert.deepEqual(d.sharedInsights, {
    mutualExchangeLanguages: ['한국어', '영어'], sharedTargetLanguages: ['일본어'], sharedInterests: ['시사'], sharedGoals: ['친구 사귀기 또는 대화'],
    personalityOverlap: ['교정과 피드백을 잘 주는 선생님 스타일'], sharedHours: 2,
  });
  assert.deepEqual(d.reasons, ['서로의 언어를 배우고 있어요', '공통 관심사: 시사', '겹치는 시간 2개', '학습 목표가 비슷해요', '서로 원하는 파트너 조건이 잘 맞아요']);
  assert.equal((await get(`/matching/compatibility/${me.id}`, { token: other.access })).body.data.overallScore, 93.4);
  const en = (await get(`/matching/compatibility/${other.id}`, { token: me.access, headers: { 'accept-language': 'en' } })).body.data;
  assert.deepEqual([en.recommendation, en.sharedInsights.mutualExchangeLanguages], ['A great fit. Say hello!', ['Korean', 'English']]);
  const self = await get(`/matching/compatibility/${me.id}`, { token: me.access });
  assert.deepEqual([self.status, code(self)], [400, 'MATCHING_SELF_COMPATIBILITY']);
});

test('a partner’s profile is the profile and how we fit; one’s own has no fit', async () => {
  const [me, other] = [await learner('주인', 1, [2]), await learner('손님', 2, [1], { profile: { englishName: 'Guest' } })];
  const d = (await get(`/matching/profile/${other.id}`, { token: me.access })).body.data;
  const plain = (await get(`/users/${other.id}/profile`, { token: me.access })).body.data;
  const { compatibility, compatibilityLevel, ...profile } = d;
  assert.deepEqual(profile, plain);
  assert.deepEqual([d.compatibilityScore, compatibilityLevel], [compatibility.overallScore, compatibility.compatibilityLevel]);
  assert.deepEqual(compatibility, (await get(`/matching/compatibility/${other.id}`, { token: me.access })).body.data);
  const own = (await get(`/matching/profile/${me.id}`, { token: me.access })).body.data;
  assert.deepEqual([own.id, own.compatibilityScore, own.compatibility], [me.id, null, null]);
});

test('nobody there, hidden or gone is one and the same 404', async () => {
  const me = await learner('찾는이', 1, [2]);
  const answers = async (id) => {
    const all = await Promise.all(['profile', 'compatibility'].map((x) => get(`/matching/${x}/${id}`, { token: me.access })));
    return all.map((r) => [r.status, code(r)]);
  };
  const want = [[404, 'USER_001'], [404, 'MATCHING_USER_NOT_FOUND']];
  assert.deepEqual(await answers(999999998), want);
  for (const what of ['a private profile', 'a profile for friends', 'a suspended account', 'a deleted account']) {
    const other = await learner('안보임', 2, [1]);
    await hiding[what][0](other);
    assert.deepEqual(await answers(other.id), want, what);
  }
  const friend = await learner('친구', 2, [1]);
  await matched(me, friend);
  await hiding['a profile for friends'][0](friend);
  assert.deepEqual((await answers(friend.id)).map((a) => a[0]), [200, 200]);
  for (const bad of ['0', 'abc', '-1']) assert.equal((await get(`/matching/compatibility/${bad}`, { token: me.access })).status, 400, bad);
});

test('a token without an account finds nobody', async () => {
  const gone = await ghost();
  for (const [method, target, body] of [['GET', '/matching/partners'], ['GET', '/matching/list'], ['POST', '/matching/partners/advanced', {}], ['POST', '/matching/filter', {}]]) {
    const res = await send(method, target, { token: gone.access, body });
    assert.deepEqual([target, res.status, code(res)], [target, 404, 'USER_001']);
  }
});

test('every matching route wants a login', async () => {
  const doors = ['GET partners', 'GET list', 'POST partners/advanced', 'POST filter', 'GET profile/1', 'GET compatibility/1', 'POST request', 'POST accept/1', 'POST accept', 'POST reject/1',
    'POST reject', 'GET requests/received', 'GET requests/sent', 'GET requests', 'GET matches', 'GET my-matches', 'GET history', 'DELETE matches/1', 'GET stats'];
  for (const door of doors) {
    const [method, target] = door.split(' ');
    const res = await send(method, `/matching/${target}`, method === 'POST' ? { body: {} } : {});
    assert.deepEqual([door, res.status, code(res)], [door, 401, 'AUTH_001']);
  }
});
