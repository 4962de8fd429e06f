// Settings: what people are told, what they show of themselves, their languages, and a few of all on the profile page.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { get, person, post, send } from '../harness/client.mjs';
import { closeDb, query } from '../harness/db.mjs';
import { learner, matched } from '../harness/learner.mjs';

after(closeDb);
const as = (p, more = {}) => ({ token: p.access, ...more });
const patch = (p, page, body, method = 'PATCH') => send(method, `/settings/${page}`, { ...as(p), body });
const isNow = (t) => Math.abs(Date.now() - Date.parse(t)) < 60000;
// A body's top without its envelope, as the client's forms keep it.
const top = ({ success, data, message, meta, ...rest }) => rest;
const refused = (res) => [res.status, res.body.code, ...(res.body.error?.details.fields ?? []).flatMap((f) => [f.field, f.rule])];
// What the client sends: all it was given, envelope and all, with one thing changed.
const echo = (res, changed) => ({ ...res.body, ...changed });

async function answers(p, page, { shown, named }) {
  const res = await get(`/settings/${page}`, as(p));
  assert.deepEqual([res.status, res.body.data, top(res.body)], [200, { ...shown, ...named }, shown]);
  return res;
}

// After a change: everything as wanted, and when.
function changed(res, { shown, named }) {
  const { updatedAt, ...data } = res.body.data;
  assert.deepEqual([res.status, data, top(res.body), isNow(updatedAt)], [200, { ...shown, ...named }, shown, true], res.text);
}

const notices = (over = {}) => {
  const shown = { pushEnabled: true, pushChat: true, pushMatching: true, pushSession: true, pushLevelTest: true, pushAchievements: true, emailEnabled: true, emailWeeklySummary: true,
    emailSessionReminder: true, emailNewMatch: true, emailPromotions: false, soundEnabled: true, vibrationEnabled: true, quietHoursEnabled: false, quietHoursStart: '22:00', quietHoursEnd: '08:00', ...over };
  const { systemAnnouncements = true, ...rest } = shown;
  return { shown: rest, named: { chatMessages: rest.pushChat, matchingNotifications: rest.pushMatching, sessionReminders: rest.pushSession, achievementUpdates: rest.pushAchievements, weeklyReport: rest.emailWeeklySummary, systemAnnouncements } };
};

test('notifications: defaults, each by both its names, and the same store as /notifications/settings', async () => {
  const p = await person();
  await answers(p, 'notifications', notices());
  let want = {};
  const steps = [
    [{ pushEnabled: false }], [{ chatMessages: false }, { pushChat: false }], [{ pushChat: true, chatMessages: false }, { pushChat: true }], [{ matchingNotifications: false }, { pushMatching: false }],
    [{ sessionReminders: false }, { pushSession: false }], [{ pushSession: true }], [{ achievementUpdates: false }, { pushAchievements: false }], [{ weeklyReport: false }, { emailWeeklySummary: false }],
    [{ systemAnnouncements: false }], [{ pushLevelTest: 'false' }, { pushLevelTest: false }], [{ emailEnabled: false, emailSessionReminder: false, emailNewMatch: false, emailPromotions: true }],
    [{ soundEnabled: false, vibrationEnabled: false, quietHoursEnabled: true, quietHoursStart: '23:15', quietHoursEnd: '06:45' }], [{}],
  ];
  for (const [i, [body, then = body]] of steps.entries()) {
    want = { ...want, ...then };
    changed(await patch(p, 'notifications', body, i % 2 ? 'PUT' : 'PATCH'), notices(want));
  }
  await answers(p, 'notifications', notices(want));
  const store = (await get('/notifications/settings', as(p))).body.data;
  assert.deepEqual([store.levelTestNotifications, store.chatNotifications, store.systemNotifications, store.achievementNotifications, store.emailPromotions], [false, true, false, false, true]);
  for (const [body, field, rule] of [[{ pushChat: 'maybe' }, 'pushChat', 'type'], [{ quietHoursStart: '24:00' }, 'quietHoursStart', 'format'], [{ quietHoursEnd: '6:45' }, 'quietHoursEnd', 'format']]) {
    assert.deepEqual(refused(await patch(p, 'notifications', body)), [400, 'VALIDATION_ERROR', field, rule]);
  }
  await answers(p, 'notifications', notices(want));
  await answers(await person(), 'notifications', notices());
});

test('notifications: a form that is sent back whole changes what was changed in it, and nothing finer', async () => {
  const p = await person();
  await send('PATCH', '/notifications/settings', { ...as(p), body: { sessionReminders: false } });
  const seen = await answers(p, 'notifications', notices({ pushSession: false }));
  changed(await patch(p, 'notifications', echo(seen, { soundEnabled: false })), notices({ pushSession: false, soundEnabled: false }));
  const both = async () => { const s = (await get('/notifications/settings', as(p))).body.data; return [s.sessionNotifications, s.sessionReminders]; };
  assert.deepEqual(await both(), [true, false]);
  changed(await patch(p, 'notifications', echo(seen, { pushSession: true })), notices());
  assert.deepEqual(await both(), [true, true]);
});

const privacy = (over = {}, blockList = []) => {
  const shown = { profileVisibility: 'public', showAge: true, showLocation: true, showOnlineStatus: true, showLastSeen: true, allowMatching: true, matchingRadius: '50', showInSearch: true,
    allowDirectMessage: 'everyone', allowGroupInvite: 'everyone', showEmail: false, showPhoneNumber: false, showLearningStats: true, showAchievements: true, showSessionHistory: false,
    allowAnalytics: true, allowPersonalization: true, allowMarketing: false, allowThirdPartySharing: false, ...over };
  return { shown, named: { allowGroupInvites: shown.allowGroupInvite !== 'none', blockList, dataSharing: { analytics: shown.allowAnalytics, thirdParty: shown.allowThirdPartySharing } } };
};

test('privacy: defaults, each by its names, the block list; wrong values change nothing', async () => {
  const p = await person();
  await answers(p, 'privacy', privacy());
  const others = [await person(), await person()];
  for (const o of others) await query('INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (?, ?, ?)', [p.id, o.id, o === others[0] ? '2026-01-01' : '2026-01-02']);
  await query('INSERT INTO blocks (user_id, blocked_id) VALUES (?, ?)', [others[0].id, p.id]);
  const list = [others[1].id, others[0].id];
  let want = {};
  const steps = [
    [{ profileVisibility: 'FRIENDS' }, { profileVisibility: 'friends' }], [{ profileVisibility: 'private', showEmail: true, showPhoneNumber: 'true', showLastSeen: false }, { profileVisibility: 'private', showEmail: true, showPhoneNumber: true, showLastSeen: false }],
    [{ showAge: false, showLocation: false, showOnlineStatus: false, showInSearch: false, allowMatching: false }], [{ matchingRadius: 25 }, { matchingRadius: '25' }], [{ matchingRadius: 'unlimited' }],
    [{ allowGroupInvites: false }, { allowGroupInvite: 'none' }], [{ allowGroupInvites: true }, { allowGroupInvite: 'everyone' }], [{ allowGroupInvite: 'friends' }], [{ allowGroupInvites: true }, {}],
    [{ allowGroupInvite: 'none', allowGroupInvites: true }, { allowGroupInvite: 'none' }], [{ allowDirectMessage: 'none' }], [{ dataSharing: { analytics: false, thirdParty: true } }, { allowAnalytics: false, allowThirdPartySharing: true }],
    [{ dataSharing: { thirdParty: true }, allowThirdPartySharing: false }, { allowThirdPartySharing: false }], [{ showLearningStats: false, showAchievements: false, showSessionHistory: true, allowPersonalization: false, allowMarketing: true, allowAnalytics: true }],
  ];
  for (const [i, [body, then = body]] of steps.entries()) {
    want = { ...want, ...then };
    changed(await patch(p, 'privacy', body, i % 2 ? 'PUT' : 'PATCH'), privacy(want, list));
  }
  const seen = await answers(p, 'privacy', privacy(want, list));
  changed(await patch(p, 'privacy', echo(seen, { showAge: true, blockList: ['1'], dataSharing: null })), privacy({ ...want, showAge: true }, list));
  const wrong = [[{ profileVisibility: 'secret' }, 'profileVisibility', 'one_of'], [{ matchingRadius: '51' }, 'matchingRadius', 'one_of'], [{ allowDirectMessage: true }, 'allowDirectMessage', 'type'],
    [{ allowGroupInvite: 'all' }, 'allowGroupInvite', 'one_of'], [{ allowGroupInvites: 'x' }, 'allowGroupInvites', 'type'], [{ dataSharing: 'x' }, 'dataSharing', 'type'], [{ dataSharing: { analytics: 5 } }, 'dataSharing.analytics', 'type']];
  for (const flag of ['showAge', 'showLocation', 'showOnlineStatus', 'showLastSeen', 'allowMatching', 'showInSearch', 'showEmail', 'showPhoneNumber', 'showLearningStats', 'showAchievements', 'showSessionHistory', 'allowAnalytics', 'allowPersonalization', 'allowMarketing', 'allowThirdPartySharing']) {
    wrong.push([{ [flag]: 'maybe', profileVisibility: 'public' }, flag, 'type']);
  }
  for (const [body, field, rule] of wrong) assert.deepEqual(refused(await patch(p, 'privacy', body)), [400, 'VALIDATION_ERROR', field, rule]);
  await answers(p, 'privacy', privacy({ ...want, showAge: true }, list));
});

test('privacy: who hides is found no more at once, and found again; nobody else changes', async () => {
  const [me, other] = [await learner('보는 사람', 1, [2]), await learner('숨는 사람', 2, [1])];
  const found = async () => (await get('/matching/partners?size=50', as(me))).body.data.some((x) => x.userId === other.id);
  const visible = async () => Number((await query('SELECT visible FROM matching_index WHERE user_id = ?', [other.id]))[0].visible);
  assert.deepEqual([await found(), await visible()], [true, 1]);
  for (const [hide, show] of [[{ allowMatching: false }, { allowMatching: true }], [{ showInSearch: false }, { showInSearch: true }], [{ profileVisibility: 'friends' }, { profileVisibility: 'public' }], [{ profileVisibility: 'private' }, { profileVisibility: 'public' }]]) {
    assert.equal((await patch(other, 'privacy', hide)).status, 200);
    assert.deepEqual([hide, await found(), await visible()], [hide, false, 0]);
    assert.equal((await patch(other, 'privacy', show)).status, 200);
    assert.deepEqual([show, await found(), await visible()], [show, true, 1]);
  }
});

test('privacy: what is shown of oneself follows, the time of the last visit too', async () => {
  const [me, other] = [await learner('보는', 1, [2]), await learner('보이는', 2, [1])];
  await send('PUT', '/user/profile', { ...as(other), body: { birthday: '1990-02-03', residence: '부산' } });
  const seen = async () => {
    const d = (await get(`/users/${other.id}/profile`, as(me))).body.data;
    const s = (await get(`/users/status/${other.id}`, as(me))).body.data;
    const card = (await get('/matching/partners?size=50', as(me))).body.data.find((x) => x.userId === other.id);
    return [d.age !== null, d.residence, d.email, d.lastActiveTime !== null, card.lastActiveTime !== null, s.lastSeenAt !== null];
  };
  await query("REPLACE INTO user_status (user_id, status, last_seen_at) VALUES (?, 'OFFLINE', NOW(3))", [other.id]);
  assert.deepEqual(await seen(), [true, '부산', null, true, true, true]);
  await patch(other, 'privacy', { showAge: false, showLocation: false, showEmail: true, showLastSeen: false });
  assert.deepEqual(await seen(), [false, null, other.email, false, false, false]);
  await patch(other, 'privacy', { showLastSeen: true, showOnlineStatus: false });
  assert.deepEqual((await seen()).slice(3), [false, false, false]);
});

test('privacy: who may open a chat and bring into a room: everyone, partners, nobody; a chat there is stays open', async () => {
  const [friend, stranger, known] = [await learner('짝꿍', 1, [2]), await person('남남'), await person('아는 사람')];
  const p = await learner('받는', 2, [1]);
  const direct = async (who) => (await post('/chat/rooms', { participantIds: [p.id], roomType: 'DIRECT' }, as(who))).status;
  const group = async (who) => (await post('/chat/rooms', { roomName: '방', participantIds: [p.id], isPublic: false, roomType: 'GROUP' }, as(who))).status;
  assert.equal(await direct(known), 201);
  await matched(friend, p);
  const all = async (f) => [await f(friend), await f(known), await f(stranger)];
  await patch(p, 'privacy', { allowDirectMessage: 'none', allowGroupInvite: 'none' });
  assert.deepEqual([(await all(direct)).map((s) => s < 300), await all(group)], [[true, true, false], [404, 404, 404]]);
  await patch(p, 'privacy', { allowDirectMessage: 'friends', allowGroupInvite: 'friends' });
  assert.deepEqual([(await all(direct)).map((s) => s < 300), await all(group)], [[true, true, false], [201, 404, 404]]);
  await patch(p, 'privacy', { allowDirectMessage: 'everyone', allowGroupInvite: 'everyone' });
  assert.deepEqual([(await all(direct)).map((s) => s < 300), await all(group)], [[true, true, true], [201, 201, 201]]);
});

const language = (over = {}) => {
  const { autoDetectLanguage = true, preferredVoice = 'ko-KR-Wavenet-A', speed = 1, speechSpeed = 'normal', ...rest } = over;
  const shown = { appLanguage: 'ko', nativeLanguage: null, targetLanguages: [], autoTranslate: true, showRomanization: false, translationService: 'google', speechLanguage: 'en-US', voiceGender: 'female', speechSpeed, ...rest };
  return { shown, named: { interfaceLanguage: shown.appLanguage, learningLanguages: shown.targetLanguages, translationEnabled: shown.autoTranslate, autoDetectLanguage, preferredVoice, speechSpeed: speed } };
};

test('language: defaults, each by its names; the profile, matching and notifications follow', async () => {
  const p = await person();
  await answers(p, 'language', language());
  let want = {};
  const steps = [
    [{ nativeLanguage: 'it', targetLanguages: ['pt', 'it'] }, { nativeLanguage: 'it', targetLanguages: ['pt', 'it'] }],
    [{ nativeLanguage: 'ko', learningLanguages: ['en', 'ja', 'zh'] }, { nativeLanguage: 'ko', targetLanguages: ['en', 'ja', 'zh'] }],
    [{ interfaceLanguage: 'en' }, { appLanguage: 'en', preferredVoice: 'en-US-Wavenet-D' }], [{ appLanguage: 'ja', interfaceLanguage: 'ko', preferredVoice: 'ja-JP-Neural2-B' }, { appLanguage: 'ja', preferredVoice: 'ja-JP-Neural2-B' }],
    [{ appLanguage: 'ja' }, {}], [{ appLanguage: 'KO' }, { appLanguage: 'ko', preferredVoice: 'ko-KR-Wavenet-A' }],
    [{ targetLanguages: ['JA', 'en', 'ja'] }, { targetLanguages: ['ja', 'en'] }], [{ targetLanguages: [], nativeLanguage: '' }, {}],
    [{ speechSpeed: 1.2 }, { speed: 1.2, speechSpeed: 'fast' }], [{ speechSpeed: 'fast' }, {}], [{ speechSpeed: 'slow' }, { speed: 0.75, speechSpeed: 'slow' }], [{ speechSpeed: '0.25' }, { speed: 0.25 }],
    [{ speechSpeed: 4 }, { speed: 4, speechSpeed: 'fast' }], [{ speechSpeed: 'Normal' }, { speed: 1, speechSpeed: 'normal' }],
    [{ translationEnabled: false, autoDetectLanguage: false, showRomanization: true, translationService: 'papago', speechLanguage: 'ja-jp', voiceGender: 'male' },
      { autoTranslate: false, autoDetectLanguage: false, showRomanization: true, translationService: 'papago', speechLanguage: 'ja-JP', voiceGender: 'male' }],
  ];
  for (const [i, [body, then = body]] of steps.entries()) {
    want = { ...want, ...then };
    changed(await patch(p, 'language', body, i % 2 ? 'PUT' : 'PATCH'), language(want));
  }
  const seen = await answers(p, 'language', language(want));
  changed(await patch(p, 'language', echo(seen, { autoTranslate: true })), language({ ...want, autoTranslate: true }));
  const profile = (await get('/users/profile', as(p))).body.data;
  assert.deepEqual([profile.nativeLanguage.code, profile.targetLanguages.map((l) => l.languageCode)], ['ko', ['ja', 'en']]);
  const learnt = await query('SELECT l.code FROM matching_index i JOIN languages l ON l.id = i.learns WHERE i.user_id = ? ORDER BY l.code', [p.id]);
  assert.deepEqual(learnt.map((l) => l.code), ['en', 'ja']);
  assert.equal((await get('/notifications/settings', as(p))).body.data.notificationLanguage, 'ko');
  await patch(p, 'language', { appLanguage: 'fr' });
  assert.equal((await get('/notifications/settings', as(p))).body.data.notificationLanguage, 'fr');
  const before = (await get('/settings/language', as(p))).body.data;
  for (const [body, field, rule] of [[{ appLanguage: 'de' }, 'appLanguage', 'one_of'], [{ nativeLanguage: 'xx' }, 'nativeLanguage', 'unknown'], [{ nativeLanguage: 'x'.repeat(9) }, 'nativeLanguage', 'max'],
    [{ targetLanguages: ['en', 'xx'] }, 'targetLanguages[1]', 'unknown'], [{ targetLanguages: 'en' }, 'targetLanguages', 'type'], [{ targetLanguages: Array(13).fill('en') }, 'targetLanguages', 'max'], [{ autoTranslate: 2 }, 'autoTranslate', 'type'],
    [{ autoDetectLanguage: 'x' }, 'autoDetectLanguage', 'type'], [{ showRomanization: 'x' }, 'showRomanization', 'type'], [{ preferredVoice: 'a b' }, 'preferredVoice', 'format'], [{ speechSpeed: 0.2 }, 'speechSpeed', 'range'],
    [{ speechSpeed: 'quick' }, 'speechSpeed', 'range'], [{ speechSpeed: 'nan' }, 'speechSpeed', 'range'], [{ speechSpeed: true }, 'speechSpeed', 'type'], [{ translationService: 'x' }, 'translationService', 'one_of'],
    [{ speechLanguage: 'fr-FR' }, 'speechLanguage', 'one_of'], [{ voiceGender: 'x' }, 'voiceGender', 'one_of']]) {
    assert.deepEqual(refused(await patch(p, 'language', { voiceGender: 'female', ...body })), [400, 'VALIDATION_ERROR', field, rule]);
  }
  assert.deepEqual((await get('/settings/language', as(p))).body.data, before);
});

test('language: what is learnt no longer keeps the level one has, and what stays keeps all', async () => {
  const p = await learner('배우는', 1, [[2, 104], [3, 102]]);
  const rows = () => query('SELECT language_id AS id, learning, current_level_id AS level, target_level_id AS target FROM user_languages WHERE user_id = ? ORDER BY language_id', [p.id]);
  assert.equal((await patch(p, 'language', { targetLanguages: ['ja'] })).status, 200);
  const [en, ja] = await rows();
  assert.deepEqual([[en.id, en.learning, en.level, en.target], [ja.learning, ja.level, ja.target]], [[2, 0, 104, null], [1, 102, 106]]);
});

const simple = (over = {}) => ({ notifications: { email: true, push: true, sms: false, ...over.notifications }, privacy: { profilePublic: true, showOnlineStatus: true, allowMessages: true, ...over.privacy }, preferences: { language: 'ko', timezone: 'Asia/Seoul', theme: 'auto', ...over.preferences } });

test('/user/settings: a few of all, under every path; the pages of the settings say the same', async () => {
  const p = await person();
  const read = async (path = '/users/settings') => (await get(path, as(p))).body.data;
  for (const path of ['/user/settings', '/users/settings', '/users/me/settings']) assert.deepEqual(await read(path), simple());
  const put = (body, path = '/user/settings', method = 'PUT') => send(method, path, { ...as(p), body });
  const one = await put({ notifications: { email: false, push: false, sms: true }, privacy: undefined, preferences: undefined });
  assert.deepEqual([one.status, one.body.data], [200, simple({ notifications: { email: false, push: false, sms: true } })]);
  const n = (await get('/settings/notifications', as(p))).body.data;
  assert.deepEqual([n.emailEnabled, n.pushEnabled, (await get('/notifications/settings', as(p))).body.data.smsEnabled], [false, false, true]);
  const all = await read();
  assert.deepEqual((await put({ ...all, privacy: { profilePublic: false, showOnlineStatus: false, allowMessages: false } }, '/users/settings')).body.data.privacy, { profilePublic: false, showOnlineStatus: false, allowMessages: false });
  const shown = async () => { const d = (await get('/settings/privacy', as(p))).body.data; return [d.profileVisibility, d.showOnlineStatus, d.allowDirectMessage]; };
  assert.deepEqual(await shown(), ['private', false, 'none']);
  await patch(p, 'privacy', { profileVisibility: 'friends', allowDirectMessage: 'friends' });
  await put(await read(), '/users/me/settings', 'PATCH'); // sent back as it came
  assert.deepEqual(await shown(), ['friends', false, 'friends']);
  await put({ privacy: { profilePublic: true, allowMessages: true } });
  assert.deepEqual(await shown(), ['public', false, 'friends']);
  await patch(p, 'privacy', { allowDirectMessage: 'none' });
  await put({ privacy: { allowMessages: true } });
  assert.deepEqual(await shown(), ['public', false, 'everyone']);
  assert.deepEqual((await put({ preferences: { language: 'en', timezone: 'Europe/Berlin', theme: 'DARK' } })).body.data.preferences, { language: 'en', timezone: 'Europe/Berlin', theme: 'dark' });
  assert.deepEqual([(await get('/settings/language', as(p))).body.appLanguage, (await get('/users/profile', as(p))).body.data.timeZone], ['en', 'Europe/Berlin']);
  assert.deepEqual((await put({ language: 'ja', timeZone: 'Asia/Tokyo', notificationPreferences: { email: true } })).body.data,
    simple({ notifications: { email: true, push: false, sms: true }, privacy: { showOnlineStatus: false }, preferences: { language: 'ja', timezone: 'Asia/Tokyo', theme: 'dark' } }));
  for (const [body, field, rule] of [[{ notifications: 'x' }, 'notifications', 'type'], [{ notifications: { email: 'x' } }, 'notifications.email', 'type'], [{ notifications: { push: 3 } }, 'notifications.push', 'type'],
    [{ notifications: { sms: 'x' } }, 'notifications.sms', 'type'], [{ privacy: [] }, 'privacy', 'type'], [{ privacy: { profilePublic: 'x' } }, 'privacy.profilePublic', 'type'], [{ privacy: { showOnlineStatus: 'x' } }, 'privacy.showOnlineStatus', 'type'],
    [{ privacy: { allowMessages: 'x' } }, 'privacy.allowMessages', 'type'], [{ preferences: { language: 'xx' } }, 'preferences.language', 'one_of'], [{ preferences: { timezone: 'Mars/Phobos' } }, 'preferences.timezone', 'format'], [{ preferences: { timezone: 'a b' } }, 'preferences.timezone', 'format'],
    [{ preferences: { theme: 'pink' } }, 'preferences.theme', 'one_of'], [{ language: 'xx' }, 'language', 'one_of'], [{ timeZone: '?' }, 'timezone', 'format']]) {
    assert.deepEqual(refused(await put({ ...body })), [400, 'VALIDATION_ERROR', field, rule]);
  }
});

test('matching counts free times in the time zone that was chosen last', async () => {
  const p = await learner('시간', 1, [2], { schedules: [{ dayOfWeek: 'MONDAY', classTime: '12:00' }] });
  const week = async () => (await query('SELECT HEX(week) AS week FROM matching_profiles WHERE user_id = ?', [p.id]))[0].week;
  const before = await week();
  await send('PUT', '/user/settings', { ...as(p), body: { preferences: { timezone: 'America/New_York' } } });
  assert.notEqual(await week(), before);
  await send('PUT', '/user/settings', { ...as(p), body: { preferences: { timezone: 'Asia/Seoul' } } });
  assert.equal(await week(), before);
});

test('settings are of who asks: no token, no account', async () => {
  const p = await person();
  const routes = [['GET', '/settings/notifications'], ['PATCH', '/settings/notifications'], ['GET', '/settings/privacy'], ['PATCH', '/settings/privacy'], ['GET', '/settings/language'], ['PATCH', '/settings/language'], ['GET', '/user/settings'], ['PUT', '/user/settings']];
  for (const [method, path] of routes) assert.deepEqual(refused(await send(method, path, { body: method === 'GET' ? undefined : {} })), [401, 'AUTH_001']);
  await query('DELETE FROM users WHERE id = ?', [p.id]);
  for (const [method, path] of routes) assert.deepEqual([path, ...refused(await send(method, path, { ...as(p), body: method === 'GET' ? undefined : {} }))], [path, 404, 'USER_001']);
});

test('two who change different settings of one person at once are both kept', async () => {
  const p = await person();
  const flags = ['showAge', 'showLocation', 'showOnlineStatus', 'showLastSeen', 'showInSearch', 'showLearningStats', 'showAchievements', 'allowAnalytics'];
  const all = await Promise.all([...flags.map((f) => patch(p, 'privacy', { [f]: false })), patch(p, 'language', { appLanguage: 'en' }), send('PUT', '/user/settings', { ...as(p), body: { preferences: { theme: 'dark' } } }), patch(p, 'notifications', { soundEnabled: false })]);
  assert.deepEqual(all.map((r) => r.status), all.map(() => 200));
  const d = (await get('/settings/privacy', as(p))).body.data;
  assert.deepEqual(flags.map((f) => d[f]), flags.map(() => false));
  const s = (await get('/user/settings', as(p))).body.data;
  assert.deepEqual([s.preferences.language, s.preferences.theme, (await get('/settings/notifications', as(p))).body.soundEnabled], ['en', 'dark', false]);
});
