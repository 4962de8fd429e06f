import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';

after(closeDb);
const field = (res) => res.body.error.details.fields[0].field;
const data = async (path, p) => {
  const res = await get(path, { token: p.access });
  assert.equal(res.status, 200, path);
  return res.body.data;
};
const save = async (path, body, p) => {
  const res = await post(path, body, { token: p.access });
  assert.equal(res.status, 200, `${path}: ${res.text}`);
  return res.body.data;
};
const chosen = (p, kind) => query('SELECT option_id AS id, position, detail FROM user_options WHERE user_id = ? AND kind = ? ORDER BY position', [p.id, kind]);
const languagesOf = (p) => query('SELECT language_id AS l, current_level_id AS c, target_level_id AS t, partner_level_id AS p, learning AS n FROM user_languages WHERE user_id = ? ORDER BY language_id', [p.id])
  .then((rows) => rows.map((r) => [r.l, r.c, r.t, r.p, Boolean(r.n)]));
const timesOf = (p) => query('SELECT day, minute FROM user_schedules WHERE user_id = ? ORDER BY day, minute', [p.id]).then((rows) => rows.map((r) => [r.day, r.minute]));

test('the wizard as the shipped client plays it, and what everything shows afterwards', async () => {
  const p = await person('김온보');
  const status = () => data('/users/onboarding-status', p);
  const s0 = await status();
  assert.deepEqual([s0.isCompleted, s0.completed, s0.onboardingCompleted, s0.nextStep, s0.next_step, s0.progressPercentage, s0.completedSteps], [false, false, false, 1, 1, 0, []]);
  const step1 = await save('/onboarding/steps/1/save', { stepNumber: 1, stepData: { englishName: 'On Bo', residence: '', profileImage: null, intro: '' } }, p);
  assert.deepEqual([step1.saved, step1.progress.completedSteps.step1, step1.progress.completedSteps.step2, step1.progress.currentStep, step1.progress.totalSteps], [true, true, false, 2, 8]);
  assert.equal((await status()).nextStep, 2);
  await save('/users/location', { locationId: 1 }, p);
  assert.equal((await status()).nextStep, 3);
  await save('/users/self-bio', { selfBio: '반가워요' }, p);
  assert.equal((await status()).nextStep, 4);
  await save('/users/gender', { genderType: 'FEMALE' }, p);
  await save('/users/birthyear', { birthyear: '1995' }, p);
  assert.equal((await status()).basicInfoCompleted, true);

  assert.equal((await save('/onboarding/language/native-language', { languageId: 1 }, p)).languageId, 1);
  assert.equal((await save('/onboarding/language/language-level', { languages: [{ languageId: 2, currentLevelId: 103, targetLevelId: 103 }, { languageId: 3, currentLevelId: 100, targetLevelId: 100 }] }, p)).count, 2);
  assert.equal((await save('/onboarding/language/language-level', { languages: [{ languageId: 3, currentLevelId: 201, targetLevelId: 200 }, { languageId: 5, currentLevelId: 201, targetLevelId: 202 }] }, p)).count, 2);
  const interests = [['motivation', { motivationIds: [7, 1] }], ['topic', { topicIds: [9, 1, 5] }], ['learning-style', { learningStyleIds: [2] }], ['learning-expectation', { learningExpectationIds: [4] }]];
  const counts = await Promise.all(interests.map(([path, body]) => save(`/onboarding/interest/${path}`, body, p)));
  assert.deepEqual(counts.map((c) => c.count), [2, 3, 1, 1]);
  assert.equal((await save('/onboarding/partner/gender', { partnerGenderType: 'ANY' }, p)).partnerGender, 'ANY');
  assert.equal((await save('/onboarding/partner/personality', { personalPartnerIds: [{ partnerPersonalityId: 2 }, { partnerPersonalityId: 4, partnerGender: 'FEMALE' }] }, p)).count, 2);
  const method = await save('/onboarding/schedule/communication-method', { communicationMethodType: 'VIDEO' }, p);
  assert.deepEqual([method.communicationMethod, method.label, method.progress.completedSteps.step5, method.progress.completedSteps.step6], ['VIDEO', '영상 통화', true, false]);
  assert.equal((await save('/onboarding/schedule/group-size', { groupSizeIds: [1, 3] }, p)).count, 2);
  const minutes = await save('/onboarding/schedule/daily-minute', { dailyMinutesType: 'MINUTES_20' }, p);
  assert.deepEqual([minutes.dailyMinute, minutes.minutes, minutes.label, minutes.progress.currentStep, minutes.progress.progressPercentage], ['MINUTES_20', 20, '20분', 8, 87]);
  assert.equal((await save('/onboarding/schedule', { schedules: [{ dayOfWeek: 'SUNDAY', classTime: '23:30' }, { dayOfWeek: 'MONDAY', classTime: '09:00' }] }, p)).count, 2);
  const s1 = await status();
  assert.deepEqual([s1.isCompleted, s1.nextStep, s1.currentStep, s1.completedSteps], [false, 4, 8, [1, 2, 3, 4, 5, 6, 7, 8]]);
  const done = await save('/users/complete-onboarding', { completedAt: new Date().toISOString(), allStepsCompleted: true }, p);
  assert.deepEqual(done, { completed: true, isCompleted: true, onboardingCompleted: true });
  const s2 = await status();
  assert.deepEqual(
    [s2.isCompleted, s2.nextStep, s2.progressPercentage, s2.basicInfoCompleted, s2.languageInfoCompleted, s2.interestInfoCompleted, s2.partnerInfoCompleted, s2.scheduleInfoCompleted],
    [true, 4, 100, true, true, true, true, true],
  );
  assert.ok(s2.totalSteps >= s2.nextStep);

  const japanese = {
    languageId: 3, languageName: '일본어', languageCode: 'ja', currentLevelId: 100, currentLevelName: '간단한 일상 대화를 할 수 있어요', currentLevel: '간단한 일상 대화를 할 수 있어요',
    targetLevelId: 200, targetLevelName: '일상 대화를 편하게 이어갈 수 있어요', targetLevel: '일상 대화를 편하게 이어갈 수 있어요', learning: true,
  };
  const info = await data('/users/language-info', p);
  assert.deepEqual(info.nativeLanguage, { languageId: 1, id: 1, languageName: '한국어', name: '한국어', languageCode: 'ko', code: 'ko' });
  assert.deepEqual(info.targetLanguages.map((l) => [l.languageId, l.currentLevelId, l.targetLevelId]), [[3, 100, 200], [5, null, 202]]);
  assert.deepEqual(info.targetLanguages[0], japanese);
  assert.deepEqual(info.languages.map((l) => [l.languageId, l.learning]), [[3, true], [5, true], [2, false]]);
  assert.deepEqual(await languagesOf(p), [[2, 103, 103, null, false], [3, 100, 100, 200, true], [5, null, null, 202, true]]);

  const all = await data('/onboarding/data', p);
  const { schedules, targetLanguages, ...mine } = all.userOnboardingData;
  assert.deepEqual(mine, {
    name: '김온보', englishName: 'On Bo', profileImageUrl: null, profileImage: null, residence: '서울', intro: '반가워요', selfBio: '반가워요', bio: '반가워요', completed: true,
    nativeLanguageId: 1, motivationIds: [7, 1], topicIds: [9, 1, 5], learningStyleIds: [2], learningExpectationIds: [4], partnerPersonalityIds: [2, 4], groupSizeIds: [1, 3],
    scheduleIds: schedules.map((s) => s.scheduleId), communicationMethod: 'VIDEO', dailyMinute: 'MINUTES_20', partnerGender: 'ANY',
  });
  assert.deepEqual(targetLanguages, info.targetLanguages);
  assert.deepEqual(schedules.map((s) => [s.dayOfWeek, s.classTime]), [['MONDAY', '09:00'], ['SUNDAY', '23:30']]);
  const options = all.availableOptions;
  assert.deepEqual(Object.fromEntries(Object.entries(options).map(([k, v]) => [k, v.length])),
    { languages: 13, motivations: 9, topics: 9, learningStyles: 3, learningExpectations: 4, levels: 11, partnerPersonalities: 5, groupSizes: 4, schedules: 21 });
  for (const id of mine.topicIds) assert.ok(options.topics.find((t) => t.id === id).name);
  assert.equal(options.languages.find((l) => l.id === mine.nativeLanguageId).name, '한국어');
  assert.deepEqual(options.levels.map((l) => l.id), [100, 101, 102, 103, 104, 105, 106, 200, 201, 202, 203]);

  const summary = await data('/user/profile-summary', p);
  assert.deepEqual([summary.profile.englishName, summary.profile.id, summary.onboarding, summary.languages, summary.matches], ['On Bo', p.id, s2, info, { total: 0 }]);
  const levels = await data('/user/language-level', p);
  assert.deepEqual(levels.languages[0], { languageId: 3, languageCode: 'ja', languageName: '일본어', currentLevel: japanese.currentLevel, targetLevel: japanese.targetLevel, learning: true, source: 'onboarding', cefrLevel: null, testedAt: null });
  assert.deepEqual([levels.primaryLevel, levels.language, levels.level, levels.score, levels.updatedAt], [japanese.currentLevel, null, null, null, null]);
  const profile = await data('/users/profile', p);
  assert.deepEqual(
    [profile.englishName, profile.residence, profile.bio, profile.nativeLanguage.code, profile.onboardingCompleted, profile.communicationMethod, profile.dailyMinute, profile.partnerGender, profile.birthYear],
    ['On Bo', '서울', '반가워요', 'ko', true, 'VIDEO', 'MINUTES_20', 'ANY', 1995],
  );
  assert.deepEqual(profile.targetLanguages, info.targetLanguages);
  assert.equal((await get('/users/me', { token: p.access })).body.onboardingCompleted, true);
  assert.deepEqual(await data('/onboarding/summary', p), {
    languages: info.languages, topics: [9, 1, 5], motivations: [{ motivationId: 7, id: 7, priority: 1, name: '친구 사귀기 또는 대화' }, { motivationId: 1, id: 1, priority: 2, name: '취업/진학' }],
    learningStyles: [2], learningExpectations: [4], groupSizes: [1, 3],
    partnerPreferences: [{ partnerPersonalityId: 2, id: 2, partnerGender: 'ANY', name: '교정과 피드백을 잘 주는 선생님 스타일' }, { partnerPersonalityId: 4, id: 4, partnerGender: 'FEMALE', name: '자신과 비슷한 관심사를 가지고 있는 파트너' }],
    schedules, communicationMethod: 'VIDEO', dailyMinute: 'MINUTES_20',
  });
});

test('completion is idempotent, keeps its first date, and never nulls anything', async () => {
  const p = await person();
  const full = {
    nativeLanguageId: 2, targetLanguages: [{ languageId: 1, currentLevelId: 101, targetLevelId: 104 }], motivationIds: [3], topicIds: [4, 2], learningStyleIds: [1], learningExpectationIds: [1, 2],
    partnerPersonalityIds: [1, { partnerPersonalityId: 5, partnerGender: 'MALE' }], groupSizeIds: [4], scheduleIds: [1, { scheduleId: 7, dayOfWeek: 'FRIDAY', classTime: '20:30' }],
    communicationMethod: 'HYBRID', dailyMinute: 'MINUTES_30', partnerGender: 'FEMALE', englishName: 'Full Payload', intro: '소개', residence: '부산',
  };
  await save('/onboarding/complete', full, p);
  const dates = () => query('SELECT onboarded_at AS at FROM users WHERE id = ?', [p.id]).then(([r]) => r.at.getTime());
  const [first, before] = [await dates(), (await data('/onboarding/data', p)).userOnboardingData];
  assert.deepEqual(
    [before.nativeLanguageId, before.topicIds, before.partnerPersonalityIds, before.communicationMethod, before.residence, before.intro, before.partnerGender],
    [2, [4, 2], [1, 5], 'HYBRID', '부산', '소개', 'FEMALE'],
  );
  assert.deepEqual(await timesOf(p), [...[540, 570, 600, 630, 660, 690].map((m) => [0, m]), [4, 1230]]);
  assert.deepEqual(await languagesOf(p), [[1, 101, 104, null, true]]);
  const empty = Object.fromEntries(Object.entries(full).map(([k, v]) => [k, Array.isArray(v) ? [] : null]));
  for (const body of [{ completedAt: '2026-01-01T00:00:00.000Z', allStepsCompleted: true }, {}, empty, { nativeLanguageId: '', englishName: '', intro: '', residence: '' }, undefined]) {
    const res = await send('POST', '/users/complete-onboarding', { token: p.access, body });
    assert.deepEqual([res.status, res.body.data.completed], [200, true], JSON.stringify(body));
  }
  assert.deepEqual((await data('/onboarding/data', p)).userOnboardingData, before);
  assert.equal(await dates(), first);
});

test('levels are merged: neither call of the wizard loses what the other said', async () => {
  const p = await person();
  const call = (languages) => save('/onboarding/language/language-level', { languages }, p);
  await call([{ languageId: 2, currentLevelId: 104, targetLevelId: 104 }, { languageId: 3, currentLevelId: 101, targetLevelId: 101 }]);
  assert.deepEqual((await data('/users/language-info', p)).targetLanguages, []);
  await call([{ languageId: 3, currentLevelId: 201, targetLevelId: 203 }]);
  const want = [[2, 104, 104, null, false], [3, 101, 101, 203, true]];
  assert.deepEqual(await languagesOf(p), want);
  await call([{ languageId: 2, currentLevelId: 105, targetLevelId: 105 }]);
  assert.deepEqual(await languagesOf(p), [[2, 105, 105, null, false], want[1]]);
  await call([{ languageId: 2, currentLevelId: 105, targetLevelId: 106 }]); // wants to get further
  const [, english] = (await data('/users/language-info', p)).targetLanguages.sort((a, b) => b.languageId - a.languageId);
  assert.deepEqual([english.languageId, english.currentLevelId, english.targetLevelId], [2, 105, 106]);
  for (const body of [{ languages: [] }, {}, { languages: null }]) {
    const res = await post('/onboarding/language/language-level', body, { token: p.access });
    assert.deepEqual([res.status, field(res)], [400, 'languages']);
  }
  assert.equal((await languagesOf(p)).length, 2);
});

test('learning languages are replaced, spoken ones remain; native language is null until there is one', async () => {
  const p = await person();
  const url = '/onboarding/language/learning-language';
  assert.equal(await data('/onboarding/language/native-language', p), null);
  assert.equal((await data('/users/language-info', p)).nativeLanguage, null);
  await save('/onboarding/language/native-language', { nativeLanguageId: '7' }, p);
  assert.deepEqual(await data('/onboarding/language/native-language', p), { languageId: 7, id: 7, languageName: '스페인어', name: '스페인어', languageCode: 'es', code: 'es' });
  await save('/onboarding/language/language-level', { languages: [{ languageId: 2, currentLevelId: 102, targetLevelId: 102 }] }, p);
  assert.deepEqual(await data(url, p), []);
  const ids = (list) => list.map((l) => l.languageId);
  assert.deepEqual(ids(await save(url, { languageIds: [4, 2] }, p)).sort(), [2, 4]);
  assert.deepEqual(ids(await save(url, { languages: [{ languageId: 6, targetLevelId: 201 }] }, p)), [6]);
  assert.deepEqual(ids(await data(url, p)), [6]);
  assert.deepEqual(await languagesOf(p), [[2, 102, null, null, false], [6, null, null, 201, true]]);
  assert.deepEqual(ids(await save(url, [5], p)), [5]);
});

const SETS = [
  ['/onboarding/interest/motivation', 'motivationIds', 'motivation', 9, ['PUT', 'PATCH'], ['/onboarding/motivations']],
  ['/onboarding/interest/topic', 'topicIds', 'topic', 9, ['PUT', 'PATCH'], []],
  ['/onboarding/interest/learning-style', 'learningStyleIds', 'learning_style', 3, ['PUT', 'PATCH'], []],
  ['/onboarding/interest/learning-expectation', 'learningExpectationIds', 'learning_expectation', 4, ['PUT', 'PATCH'], []],
  ['/onboarding/schedule/group-size', 'groupSizeIds', 'group_size', 4, ['PUT', 'PATCH'], ['/onboarding/partner/group-size']],
  ['/onboarding/partner/personality', 'personalPartnerIds', 'personality', 5, ['PUT', 'PATCH'], []],
];
for (const [url, name, kind, last, methods, aliases] of SETS) {
  test(`${url} replaces its set in the order sent, and refuses unknown ids whole`, async () => {
    const p = await person();
    const ids = async () => (await chosen(p, kind)).map((r) => r.id);
    for (const [method, path] of [['POST', url], ...methods.map((m) => [m, url]), ...aliases.map((a) => ['POST', a])]) {
      for (const body of [{ [name]: [last, 1] }, { [name]: [2, 3, 2] }, { [name]: [String(last)] }, [2, 1]]) {
        const res = await send(method, path, { token: p.access, body });
        const sent = (Array.isArray(body) ? body : body[name]).map(Number);
        assert.deepEqual([res.status, await ids()], [200, [...new Set(sent)]], `${method} ${path}`);
      }
    }
    const unknown = await post(url, { [name]: [1, last + 1] }, { token: p.access });
    assert.deepEqual([unknown.status, unknown.body.code, field(unknown)], [400, 'INVALID_PARAMETER', `${name}[1]`]);
    for (const body of [{ [name]: [] }, {}, []]) {
      const none = await post(url, body, { token: p.access });
      assert.deepEqual([none.status, none.body.code, field(none)], [400, 'VALIDATION_ERROR', name]);
    }
    assert.equal((await post(url, { [name]: ['x'] }, { token: p.access })).status, 400);
    assert.deepEqual(await ids(), [2, 1]);
  });
}

test('partners: gender by person or by personality, under every name the servers took', async () => {
  const p = await person();
  for (const [key, value, want] of [['partnerGenderType', 'MALE', 'MALE'], ['partnerGender', 'FEMALE', 'FEMALE'], ['genderType', 'OTHER', 'OTHER'], ['partner_gender', 'any', 'ANY'], ['partnerGenderType', 2, 'FEMALE']]) {
    assert.equal((await save('/onboarding/partner/gender', { [key]: value }, p)).partnerGender, want);
  }
  await save('/onboarding/partner/personality', { partnerPersonalityIds: [{ partnerPersonalityId: 3, partnerGender: 'MALE' }, { id: 1 }] }, p);
  const put = await send('PUT', '/onboarding/partner/gender', { token: p.access, body: { partnerGenderType: 'ANY' } });
  assert.deepEqual(put.body.data.partnerPreferences.map((x) => [x.partnerPersonalityId, x.partnerGender]), [[3, 'MALE'], [1, 'ANY']]);
  assert.deepEqual((await chosen(p, 'personality')).map((r) => [r.id, r.detail]), [[3, 'MALE'], [1, null]]);
  const wrong = await post('/onboarding/partner/gender', { partnerGenderType: 'ROBOT' }, { token: p.access });
  assert.deepEqual([wrong.status, wrong.body.code, field(wrong)], [400, 'VALIDATION_ERROR', 'partnerGenderType']);
  const none = await post('/onboarding/partner/gender', {}, { token: p.access });
  assert.deepEqual([none.status, field(none)], [400, 'partnerGenderType']);
  const bad = await post('/onboarding/partner/personality', { personalPartnerIds: [{ partnerPersonalityId: 1, partnerGender: 'ROBOT' }] }, { token: p.access });
  assert.deepEqual([bad.status, field(bad)], [400, 'personalPartnerIds[0].partnerGender']);
});

test('communication method and daily minutes are known by code, id and older names', async () => {
  const p = await person();
  for (const [key, value, want] of [['communicationMethodType', 'AUDIO_ONLY', 'VOICE'], ['communicationMethod', 'text', 'TEXT'], ['methodCode', 'HYBRID', 'HYBRID'], ['code', 'VIDEO', 'VIDEO'], ['value', 1, 'TEXT']]) {
    for (const path of ['schedule', 'interest']) assert.equal((await save(`/onboarding/${path}/communication-method`, { [key]: value }, p)).communicationMethod, want);
  }
  for (const [key, value, want] of [['dailyMinutesType', 'MINUTES_10', 10], ['dailyMinute', 15, 15], ['minutes', '20', 20], ['dailyMinutes', '25분', 25], ['value', '30 minutes', 30]]) {
    const d = await save('/onboarding/schedule/daily-minute', { [key]: value }, p);
    assert.deepEqual([d.minutes, d.dailyMinute], [want, `MINUTES_${want}`]);
  }
  const [row] = await query('SELECT communication_method AS m, daily_minute AS d FROM users WHERE id = ?', [p.id]);
  assert.deepEqual([row.m, row.d], ['TEXT', 'MINUTES_30']);
  for (const [path, name, code] of [['communication-method', 'communicationMethodType', 'INVALID_COMMUNICATION_METHOD'], ['daily-minute', 'dailyMinutesType', 'INVALID_DAILY_MINUTE_OPTION']]) {
    for (const value of ['PIGEON', '99', 'x'.repeat(33), null]) {
      const res = await post(`/onboarding/schedule/${path}`, { [name]: value }, { token: p.access });
      assert.deepEqual([res.status, res.body.code], [400, code], `${path} ${value}`);
    }
  }
});

test('times need no scheduleId, are a set of the half-hour grid, and can be removed', async () => {
  const p = await person();
  const read = async () => (await data('/onboarding/schedule/schedule', p)).schedules;
  assert.deepEqual(await read(), []);
  for (const [method, url] of [['POST', '/onboarding/schedule'], ['PUT', '/onboarding/schedule'], ['POST', '/onboarding/schedule/schedule'], ['POST', '/onboarding/schedules']]) {
    const body = { schedules: [{ dayOfWeek: 'TUESDAY', classTime: '18:30' }, { dayOfWeek: 'MONDAY', classTime: '00:00' }, { dayOfWeek: 'tuesday', classTime: '18:30', scheduleId: null }] };
    const res = await send(method, url, { token: p.access, body });
    assert.deepEqual([res.status, await timesOf(p)], [200, [[0, 0], [1, 1110]]], `${method} ${url}`);
  }
  const kept = (await read()).find((s) => s.dayOfWeek === 'TUESDAY').scheduleId;
  await save('/onboarding/schedule', { schedules: [{ day_of_week: 'WED', class_time: '23:30' }, { dayOfWeek: 'TUESDAY', classTime: '18:30' }, { scheduleId: 21 }] }, p);
  const now = await read();
  assert.deepEqual(now.map((s) => `${s.dayOfWeek} ${s.classTime}`), ['TUESDAY 18:30', 'WEDNESDAY 23:30', ...['19:00', '19:30', '20:00', '20:30', '21:00', '21:30'].map((t) => `SUNDAY ${t}`)]);
  assert.equal(now[0].scheduleId, kept, 'a time that stays keeps its id');
  for (const [row, where] of [
    [{ dayOfWeek: 'MONDAY', classTime: '10:15' }, 'schedules[1].classTime'], [{ dayOfWeek: 'MONDAY', classTime: '24:00' }, 'schedules[1].classTime'], [{ dayOfWeek: 'MONDAY' }, 'schedules[1].classTime'],
    [{ dayOfWeek: 'NODAY', classTime: '10:00' }, 'schedules[1].dayOfWeek'], [{ classTime: '10:00' }, 'schedules[1].dayOfWeek'], [{}, 'schedules[1].dayOfWeek'], [{ scheduleId: 22 }, 'schedules[1].scheduleId'],
  ]) {
    const res = await post('/onboarding/schedule', { schedules: [{ dayOfWeek: 'MONDAY', classTime: '10:00' }, row] }, { token: p.access });
    assert.deepEqual([res.status, field(res)], [400, where], JSON.stringify(row));
  }
  assert.equal(field(await post('/onboarding/schedule', { schedules: [] }, { token: p.access })), 'schedules');
  assert.deepEqual(await read(), now);

  const other = await person();
  await save('/onboarding/schedule', { schedules: [{ dayOfWeek: 'TUESDAY', classTime: '18:30' }] }, other);
  const foreign = (await data('/onboarding/schedule/schedule', other)).schedules[0].scheduleId;
  const remove = async (body, url = '/onboarding/schedule/schedule') => (await send('DELETE', url, { token: p.access, body })).body.data.count;
  assert.equal(await remove({ scheduleIds: [foreign, 999999999] }), 0);
  assert.equal(await remove({ scheduleIds: [kept] }), 1);
  assert.equal(await remove({ dayOfWeek: 'SUNDAY' }, '/onboarding/schedule'), 6);
  assert.deepEqual(await timesOf(p), [[2, 1410]]);
  assert.equal(await remove(undefined), 1);
  assert.deepEqual(await timesOf(p), []);
  assert.deepEqual(await timesOf(other), [[1, 1110]]);
});

test('four interest saves at once, ten rounds, by one user: no 5xx, and the last word counts', async () => {
  const p = await person();
  const kinds = SETS.slice(0, 4);
  for (let round = 0; round < 10; round += 1) {
    const sets = kinds.map(([, , , last], i) => [...new Set([round, round + i + 1, round * 2 + 1].map((n) => (n % last) + 1))]);
    const all = await Promise.all(kinds.map(([url, name], i) => post(url, { [name]: sets[i] }, { token: p.access })));
    assert.deepEqual(all.map((r) => r.status), [200, 200, 200, 200]);
    for (const [i, [, , kind]] of kinds.entries()) {
      assert.deepEqual((await chosen(p, kind)).map((r) => [r.id, r.position]), sets[i].map((id, n) => [id, n + 1]));
    }
  }
  // and the same set by many newcomers and by one: what stays is one of those sent, whole
  const people = await Promise.all(Array.from({ length: 6 }, () => person()));
  const both = [[1, 2, 3], [7, 3]];
  const all = await Promise.all([p, p, ...people, ...people].flatMap((x) => both.map((topicIds) => post('/onboarding/interest/topic', { topicIds }, { token: x.access }))));
  assert.deepEqual([...new Set(all.map((r) => r.status))], [200]);
  for (const x of [p, ...people]) {
    const left = (await chosen(x, 'topic')).map((r) => r.id);
    assert.ok(both.some((b) => b.join() === left.join()), left.join());
  }
});
