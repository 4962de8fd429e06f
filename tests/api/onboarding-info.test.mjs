import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { held, planned } from '../harness/sessions.mjs';
import { claimsOf, sign } from '../harness/token.mjs';

after(closeDb);
const EN = { 'accept-language': 'en' };
const fieldOf = (res) => res.body.error.details?.fields?.[0].field;
const read = async (path, p, headers) => {
  const res = await get(path, { token: p.access, headers });
  assert.equal(res.status, 200, path);
  return res.body.data;
};
const ANSWERS = {
  nativeLanguageId: 1, languages: [{ languageId: 2, currentLevelId: 103, targetLevelId: 103 }, { languageId: 3, currentLevelId: 201, targetLevelId: 202 }],
  motivationIds: [2, 1], topicIds: [3], learningStyleIds: [1], learningExpectationIds: [2], partnerPreferences: [{ partnerPersonalityId: 4, partnerGender: 'MALE' }], groupSizeIds: [2],
  partnerGender: 'ANY', schedules: [{ dayOfWeek: 'FRIDAY', classTime: '07:30' }], communicationMethod: 'TEXT', dailyMinute: 'MINUTES_15',
};
async function settled() {
  const p = await person('답한이');
  assert.equal((await post('/onboarding/complete', ANSWERS, { token: p.access })).status, 200);
  return p;
}

// Every endpoint that takes any answers, and where the answers go in its body.
const TAKERS = [
  ...['/users', '/user', '/users/me'].flatMap((prefix) => ['PATCH', 'PUT', 'POST'].flatMap((method) => ['language', 'motivation', 'partner', 'schedule'].map((x) => [method, `${prefix}/${x}-info`, (b) => b]))),
  ...['/users', '/user'].flatMap((prefix) => ['POST', 'PUT', 'PATCH'].map((method) => [method, `${prefix}/complete-onboarding`, (b) => b])),
  ['POST', '/users/me/complete-onboarding', (b) => b], ['POST', '/onboarding/complete', (b) => b],
  ['POST', '/onboarding/interests', (b) => b], ['POST', '/onboarding/partner-preferences', (b) => b],
  ['POST', '/onboarding/steps/3/save', (b) => ({ stepNumber: 3, stepData: b })], ['PUT', '/onboarding/steps/8/save', (b) => ({ stepData: b })], ['POST', '/onboarding/state/1', (b) => ({ data: b })],
];

test('every endpoint that takes answers takes them all, refuses each wrong one by name, and then keeps nothing', async () => {
  const wrong = [
    [{ nativeLanguageId: 77 }, 'INVALID_PARAMETER', 'nativeLanguageId'],
    [{ languages: [{ languageId: 2 }, { languageId: 77 }] }, 'INVALID_PARAMETER', 'languages[1].languageId'],
    [{ languages: [{ languageId: 2, currentLevelId: 107 }] }, 'INVALID_PARAMETER', 'languages[0].currentLevelId'],
    [{ targetLanguages: [{ languageId: 2, currentLevelId: 100, targetLevelId: 204 }] }, 'INVALID_PARAMETER', 'targetLanguages[0].targetLevelId'],
    [{ topicIds: [1, 10] }, 'INVALID_PARAMETER', 'topicIds[1]'],
    [{ motivationIds: [10] }, 'INVALID_PARAMETER', 'motivationIds[0]'],
    [{ learningStyleIds: [4] }, 'INVALID_PARAMETER', 'learningStyleIds[0]'],
    [{ learningExpectationIds: [5] }, 'INVALID_PARAMETER', 'learningExpectationIds[0]'],
    [{ partnerPersonalityIds: [6] }, 'INVALID_PARAMETER', 'partnerPersonalityIds[0]'],
    [{ groupSizeIds: [5] }, 'INVALID_PARAMETER', 'groupSizeIds[0]'],
    [{ scheduleIds: [1, 22] }, 'INVALID_PARAMETER', 'scheduleIds[1].scheduleId'],
    [{ communicationMethod: 'PIGEON' }, 'INVALID_COMMUNICATION_METHOD'],
    [{ dailyMinute: 'MINUTES_11' }, 'INVALID_DAILY_MINUTE_OPTION'],
    [{ partnerGender: 'ROBOT' }, 'VALIDATION_ERROR', null],
    [{ englishName: 'A' }, 'VALIDATION_ERROR', null],
  ];
  for (const [method, path, wrap] of TAKERS) {
    const p = await person();
    for (const [body, code, field] of wrong) {
      const res = await send(method, path, { token: p.access, body: wrap({ englishName: 'Kept Not', motivationIds: [1], ...body }) });
      assert.deepEqual([res.status, res.body.code], [400, code], `${method} ${path} ${JSON.stringify(body)}`);
      if (field) assert.equal(fieldOf(res), field, `${method} ${path}`);
      if (field === null) assert.match(fieldOf(res), new RegExp(`${Object.keys(body)[0]}$`));
    }
    const [row] = await query('SELECT english_name AS e, onboarded_at AS o, onboarding_steps AS s, (SELECT COUNT(*) FROM user_options WHERE user_id = u.id) AS n FROM users u WHERE id = ?', [p.id]);
    assert.deepEqual(row, { e: null, o: null, s: 0, n: 0 }, `${method} ${path}`);
    assert.equal((await send(method, path, { token: p.access, body: wrap(ANSWERS) })).status, 200, `${method} ${path}`);
    const mine = (await read('/onboarding/data', p)).userOnboardingData;
    assert.deepEqual(
      [mine.nativeLanguageId, mine.targetLanguages.map((l) => l.targetLevelId), mine.motivationIds, mine.topicIds, mine.partnerPersonalityIds, mine.groupSizeIds, mine.schedules.map((s) => s.classTime), mine.communicationMethod, mine.dailyMinute, mine.partnerGender],
      [1, [202], [2, 1], [3], [4], [2], ['07:30'], 'TEXT', 'MINUTES_15', 'ANY'], `${method} ${path}`,
    );
    assert.equal(mine.completed, path.includes('complete'));
  }
});

test('single lists name the language or level that does not exist', async () => {
  const p = await person();
  for (const [path, body, field] of [
    ['native-language', { languageId: 14 }, 'languageId'], ['language-level', { languages: [{ languageId: 14, currentLevelId: 100 }] }, 'languages[0].languageId'],
    ['language-level', { languages: [{ languageId: 1, currentLevelId: 99 }] }, 'languages[0].currentLevelId'], ['learning-language', { languageIds: [1, 14] }, 'languages[1].languageId'],
  ]) {
    const res = await post(`/onboarding/language/${path}`, body, { token: p.access });
    assert.deepEqual([res.status, res.body.code, fieldOf(res)], [400, 'INVALID_PARAMETER', field], path);
  }
  for (const id of [0, -1, 'x', null]) assert.equal(fieldOf(await post('/onboarding/language/native-language', { languageId: id }, { token: p.access })), 'languageId');
  assert.deepEqual([(await read('/onboarding/language/native-language', p)), (await read('/users/language-info', p)).languages], [null, []]);
});

test('info endpoints answer a change with what is known now; the same under every prefix', async () => {
  const p = await settled();
  const language = (await send('PATCH', '/users/language-info', { token: p.access, body: { languages: [{ languageId: 5, targetLevelId: 200 }], nativeLanguageId: 4 } })).body.data;
  assert.deepEqual([language.nativeLanguage.languageCode, language.targetLanguages.map((l) => l.languageId), language.languages.length], ['zh', [3, 5], 3]);
  const motivation = (await send('PATCH', '/users/motivation-info', { token: p.access, body: { motivationIds: [9], topicIds: [1, 2] } })).body.data;
  assert.deepEqual([motivation.motivations, motivation.topics, motivation.learningStyleIds], [[{ motivationId: 9, id: 9, priority: 1, name: '이민 준비' }], [{ topicId: 1, id: 1, name: '여행' }, { topicId: 2, id: 2, name: '시사' }], [1]]);
  const partner = (await send('PATCH', '/users/partner-info', { token: p.access, body: { partnerPreferences: [{ partnerPersonalityId: 1 }, { partnerPersonalityId: 2, partnerGender: 'FEMALE' }] } })).body.data;
  assert.deepEqual([partner.partners.map((x) => [x.partnerPersonalityId, x.partnerGender]), partner.groupSizes, partner.partnerGender], [[[1, 'ANY'], [2, 'FEMALE']], [2], 'ANY']);
  const schedule = (await send('PATCH', '/users/schedule-info', { token: p.access, body: { schedules: [{ dayOfWeek: 'SATURDAY', classTime: '12:00' }] } })).body.data;
  assert.deepEqual(schedule.schedules.map((s) => [s.dayOfWeek, s.classTime]), [['SATURDAY', '12:00']]);
  for (const [path, want] of [['language-info', language], ['motivation-info', motivation], ['partner-info', partner], ['schedule-info', schedule], ['language-level', null], ['profile-summary', null], ['onboarding-status', null]]) {
    const all = await Promise.all(['/users', '/user', '/users/me'].map((prefix) => read(`${prefix}/${path}`, p)));
    for (const one of all) delete one.unreadNotifications; // an achievement is told of when the jobs get to it
    assert.deepEqual(all[1], all[0]);
    assert.deepEqual(all[2], all[0]);
    if (want) assert.deepEqual(all[0], want, path);
  }
  assert.deepEqual([await read('/onboarding/interests', p), await read('/onboarding/partner-preferences', p)], [motivation, partner]);
  const english = await read('/users/motivation-info', p, EN);
  assert.deepEqual([english.motivations[0].name, english.topics.map((t) => t.name)], ['Preparing to emigrate', ['Travel', 'Current affairs']]);
  const { targetLanguages: [ja] } = await read('/users/language-info', p, EN);
  assert.deepEqual([ja.languageName, ja.targetLevelName], ['Japanese', 'I want natural conversation with a native speaker']);
  assert.equal((await read('/onboarding/data', p, EN)).availableOptions.topics[2].name, 'Food');
});

test('one\'s own answers have a private validator that a change ends', async () => {
  const [p, other] = [await settled(), await settled()];
  for (const [path, change] of [
    ['/onboarding/data', { topicIds: [8] }], ['/users/language-info', { nativeLanguageId: 9 }], ['/users/onboarding-status', { englishName: 'Next Step' }], ['/onboarding/summary', { groupSizeIds: [1] }],
    ['/users/motivation-info', { motivationIds: [5] }], ['/users/partner-info', { partnerGender: 'MALE' }], ['/users/schedule-info', { scheduleIds: [2] }], ['/users/language-level', { languages: [{ languageId: 8, currentLevelId: 100 }] }],
    ['/users/profile-summary', { intro: '새 소개' }],
  ]) {
    const res = await get(path, { token: p.access });
    assert.match(res.headers['cache-control'], /private/);
    const again = () => get(path, { token: p.access, headers: { 'if-none-match': res.headers.etag } });
    assert.equal((await again()).status, 304, path);
    await post('/onboarding/interests', change, { token: p.access });
    const changed = await again();
    assert.deepEqual([changed.status, changed.headers.etag === res.headers.etag], [200, false], path);
  }
  assert.equal((await read('/users/language-info', other)).languages.length, 2);
});

test('somebody else\'s answers follow privacy and blocks', async () => {
  const [me, other] = [await person('보는이'), await settled()];
  const paths = ['users/{}/language-info', 'user/{}/language-info', 'users/{}/motivation-info', 'user/{}/motivation-info', 'users/{}/schedule-info', 'user/{}/schedule-info', 'onboarding/{}/summary'].map((x) => `/${x.replace('{}', other.id)}`);
  const own = { 'language-info': '/users/language-info', 'motivation-info': '/users/motivation-info', 'schedule-info': '/users/schedule-info', summary: '/onboarding/summary' };
  const visible = async (want, why) => {
    for (const path of paths) {
      const res = await get(path, { token: me.access });
      if (want) assert.deepEqual([res.status, res.body.data], [200, await read(own[path.split('/').pop()], other)], `${path} ${why}`);
      else assert.deepEqual([res.status, res.body.code], [404, 'USER_001'], `${path} ${why}`);
    }
  };
  await visible(true, 'by default');
  for (const path of paths) assert.equal((await get(path, { token: other.access })).status, 200, 'to oneself');
  await query("INSERT INTO user_privacy (user_id, profile_visibility) VALUES (?, 'private')", [other.id]);
  await visible(false, 'private');
  assert.equal((await get(paths[0], { token: other.access })).status, 200);
  await query("UPDATE user_privacy SET profile_visibility = 'friends' WHERE user_id = ?", [other.id]);
  await visible(false, 'not matched');
  const pair = [Math.min(me.id, other.id), Math.max(me.id, other.id)];
  await query('INSERT INTO user_matches (user1_id, user2_id, matched_at) VALUES (?, ?, UTC_TIMESTAMP(3))', pair);
  await visible(true, 'matched');
  assert.deepEqual([(await read('/users/profile-summary', me)).matches, (await read('/users/profile-summary', other)).matches], [{ total: 1 }, { total: 1 }]);
  await query("INSERT INTO notifications (user_id, type, category, status, title, message) SELECT ?, 'notice', 'general', IF(seq = 3, 'READ', 'UNREAD'), 't', 'm' FROM seq_1_to_3", [me.id]);
  const unread = (await get('/notifications/unread-count', { token: me.access })).body.data.unreadCount;
  assert.ok(unread >= 2);
  assert.equal((await read('/users/profile-summary', me)).unreadNotifications, unread);
  await query("UPDATE user_privacy SET profile_visibility = 'public' WHERE user_id = ?", [other.id]);
  for (const [a, b] of [[me, other], [other, me]]) {
    await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [a.id, b.id]);
    await visible(false, 'blocked');
    await query('DELETE FROM blocks WHERE user_id = ? AND blocked_id = ?', [a.id, b.id]);
  }
  await visible(true, 'unblocked');
  for (const path of paths) assert.equal((await get(path.replace(other.id, '999999999'), { token: me.access })).body.code, 'USER_001', path);
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [other.id]);
  await visible(false, 'gone');
});

test('steps can be saved, skipped and counted without answers', async () => {
  const p = await person();
  const current = async () => (await read('/onboarding/steps/current', p)).currentStep;
  assert.equal(await current(), 1);
  const skip = await send('POST', '/onboarding/steps/1/skip', { token: p.access });
  assert.deepEqual([skip.body.data.skipped, skip.body.data.progress.completedSteps.step1, await current()], [true, true, 2]);
  await post('/onboarding/steps/3/save', { stepNumber: 3, stepData: {} }, { token: p.access });
  assert.equal(await current(), 2);
  await send('POST', '/onboarding/steps/2/skip', { token: p.access });
  assert.equal(await current(), 4);
  const progress = await read('/onboarding/progress', p);
  assert.deepEqual(await read('/onboarding/state/progress', p), progress);
  assert.deepEqual([progress.progressPercentage, progress.completed, Object.values(progress.completedSteps)], [37, false, [true, true, true, false, false, false, false, false]]);
  assert.match(progress.lastUpdatedAt, /^\d{4}-\d\d-\d\dT.*Z$/);
  assert.equal((await read('/users/onboarding-status', p)).nextStep, 1, 'the page to go to is told by what is known, not by what was skipped');
  for (const step of ['0', '9', 'x']) {
    for (const what of ['save', 'skip']) {
      const res = await post(`/onboarding/steps/${step}/${what}`, { stepData: {} }, { token: p.access });
      assert.deepEqual([res.status, fieldOf(res)], [400, 'step'], `${step} ${what}`);
    }
  }
  assert.deepEqual(fieldOf(await post('/onboarding/steps/1/save', { stepNumber: 1 }, { token: p.access })), 'stepData');
});

test('the status the route guard reads speaks of tokens and logging in to nobody who is logged in', async () => {
  const p = await person();
  const c = claimsOf(p.access);
  const expired = sign({ ...c, iat: c.iat - 7200, exp: c.iat - 3600 });
  const gone = await person();
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [gone.id]);
  for (const [token, status] of [[p.access, 200], [gone.access, 404], [undefined, 401], [expired, 401], ['a.b.c', 401], [p.refresh, 401]]) {
    for (const headers of [{}, EN]) {
      const res = await get('/users/onboarding-status', { token, headers });
      assert.equal(res.status, status);
      if (status === 401) continue; // there the guard does right to log out
      for (const text of [res.body.message, res.body.error?.message ?? '']) assert.doesNotMatch(text, /token|로그인이 필요/i);
    }
  }
});

test('an account that is gone is 404 to its own token', async () => {
  const p = await settled();
  await query("UPDATE users SET status = 'DELETED' WHERE id = ?", [p.id]);
  const saves = {
    'language/native-language': { languageId: 1 }, 'language/learning-language': { languageIds: [1] }, 'language/language-level': { languages: [{ languageId: 1, currentLevelId: 100 }] },
    'interest/motivation': { motivationIds: [1] }, 'interest/topic': { topicIds: [1] }, 'interest/learning-style': { learningStyleIds: [1] }, 'interest/learning-expectation': { learningExpectationIds: [1] },
    'partner/personality': { personalPartnerIds: [1] }, 'partner/gender': { partnerGenderType: 'ANY' }, 'schedule/group-size': { groupSizeIds: [1] },
    'schedule/communication-method': { communicationMethodType: 'TEXT' }, 'schedule/daily-minute': { dailyMinutesType: 'MINUTES_10' }, schedule: { schedules: [{ dayOfWeek: 'MONDAY', classTime: '01:00' }] }, 'steps/2/skip': {},
  };
  const calls = [
    ...Object.entries(saves).map(([path, body]) => ['POST', `/onboarding/${path}`, body]), ...TAKERS.map(([method, path, wrap]) => [method, path, wrap(ANSWERS)]),
    ...['/users/language-info', '/users/partner-info', '/users/onboarding-status', '/users/profile-summary', '/onboarding/data', '/onboarding/summary', '/onboarding/progress', '/onboarding/steps/current', '/onboarding/language/native-language'].map((path) => ['GET', path]),
  ];
  for (const [method, path, body] of calls) {
    const res = await send(method, path, { token: p.access, body });
    assert.deepEqual([res.status, res.body.code], [404, 'USER_001'], `${method} ${path}`);
  }
});

test('a summary counts sessions that are over, their minutes and days in a row', async () => {
  const [me, other] = [await person(), await person()];
  const stats = async () => (await read('/user/profile-summary', me)).stats;
  assert.deepEqual(await stats(), { totalSessions: 0, totalMinutes: 0, streakDays: 0 });
  await held(me, other, { ago: 0, minutes: 20 });
  await held(other, me, { ago: 1440, minutes: 30 });
  await held(other, me, { ago: 10 * 1440, minutes: 15 });
  await planned(me, other);
  assert.deepEqual(await stats(), { totalSessions: 3, totalMinutes: 65, streakDays: 2 });
});

test('answers need a login; lists do not', async () => {
  for (const [method, path] of [['GET', '/onboarding/data'], ['GET', '/users/language-info'], ['GET', '/users/1/language-info'], ['GET', '/onboarding/1/summary'], ['POST', '/onboarding/interest/topic'], ['POST', '/onboarding/schedule'], ['DELETE', '/onboarding/schedule'], ['POST', '/users/complete-onboarding']]) {
    const res = await send(method, path, { body: method === 'GET' ? undefined : {} });
    assert.deepEqual([res.status, res.body.code], [401, 'AUTH_001'], `${method} ${path}`);
  }
  assert.equal((await get('/onboarding/partner/gender')).status, 200);
});
